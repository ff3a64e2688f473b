// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/error_reply.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "jail/sys/printable.h"

namespace jail::eval {

HttpReply ErrorReply(int status, absl::string_view kind,
                     absl::string_view message) {
  HttpReply reply;
  reply.status = status;
  const std::string text = JsonString(message);
  reply.body =
      absl::StrCat("{\"error\":{\"kind\":", JsonString(kind),
                   ",\"message\":", text, "},\"detail\":", text, "}\n");
  return reply;
}

}  // namespace jail::eval
