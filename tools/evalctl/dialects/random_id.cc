// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/random_id.h"

#include <sys/random.h>

#include <array>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace jail::eval {

std::string RandomId() {
  std::array<char, 8> bytes = {};
  // An id that isn't random is no fault worth a request.
  if (getrandom(bytes.data(), bytes.size(), GRND_NONBLOCK) < 0) bytes = {};
  return absl::WebSafeBase64Escape(
      absl::string_view(bytes.data(), bytes.size()));
}

}  // namespace jail::eval
