// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_SERVE_API_KEYS_H_
#define TOOLS_EVALCTL_SERVE_API_KEYS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/dialect.h"

namespace jail::eval {

inline constexpr size_t kMaxKeyFileBytes = 64 << 10;
inline constexpr size_t kMinKeyBytes = 8;

// Who may ask.  No key and no token: everybody.
class ApiKeys {
 public:
  ApiKeys() = default;
  ApiKeys(std::vector<std::string> keys, std::string token)
      : keys_(std::move(keys)), token_(std::move(token)) {}

  bool empty() const { return keys_.empty() && token_.empty(); }

  // X-API-Key with one of the keys, or Authorization: Bearer with the token;
  // nothing when the request may pass, else the answer: 401 or 403.
  std::optional<HttpReply> Refusal(const HttpRequest& request) const;

 private:
  std::vector<std::string> keys_;
  std::string token_;
};

// Keys from a file: one a line; empty lines and those with '#' first are left
// out.
absl::StatusOr<std::vector<std::string>> ReadKeyFile(const std::string& path);

// Keys are long enough, and of characters that a header can have.
absl::Status CheckKey(absl::string_view key, absl::string_view place);

// Takes as long whatever `offered` is.
bool IsSameKey(absl::string_view key, absl::string_view offered);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_SERVE_API_KEYS_H_
