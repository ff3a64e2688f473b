// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/api_keys.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "jail/sys/fd.h"
#include "tools/evalctl/serve/error_reply.h"

namespace jail::eval {

bool IsSameKey(absl::string_view key, absl::string_view offered) {
  // volatile: no early end by the compiler.
  volatile unsigned char difference = key.size() == offered.size() ? 0 : 1;
  for (size_t i = 0; i < key.size(); i++) {
    const unsigned char other =
        i < offered.size() ? static_cast<unsigned char>(offered[i]) : 0;
    difference = difference | (static_cast<unsigned char>(key[i]) ^ other);
  }
  return difference == 0;
}

std::optional<HttpReply> ApiKeys::Refusal(const HttpRequest& request) const {
  if (empty()) return std::nullopt;
  const absl::string_view offered = request.Header("X-API-Key");
  bool is_known = false;
  for (const std::string& key : keys_) {
    // Each is compared, whichever it is.
    is_known |= IsSameKey(key, offered);
  }
  if (is_known) return std::nullopt;
  const absl::string_view authorization = request.Header("Authorization");
  constexpr absl::string_view kBearer = "Bearer ";
  if (!token_.empty() && absl::StartsWithIgnoreCase(authorization, kBearer) &&
      IsSameKey(token_, absl::StripAsciiWhitespace(
                            authorization.substr(kBearer.size())))) {
    return std::nullopt;
  }
  if (!keys_.empty() && !offered.empty()) {
    return ErrorReply(403, "FORBIDDEN", "Invalid API Key");
  }
  HttpReply reply = ErrorReply(401, "UNAUTHENTICATED",
                               "Not authenticated. Provide X-API-Key header or "
                               "Authorization Bearer token.");
  reply.headers.emplace_back("WWW-Authenticate", "Bearer");
  return reply;
}

absl::Status CheckKey(absl::string_view key, absl::string_view place) {
  if (key.size() < kMinKeyBytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        place, ": a key has at least ", kMinKeyBytes, " characters"));
  }
  if (!std::all_of(key.begin(), key.end(), absl::ascii_isgraph)) {
    return absl::InvalidArgumentError(absl::StrCat(
        place, ": a key is of printable ASCII characters without spaces"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ReadKeyFile(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path, kMaxKeyFileBytes);
  if (!text.ok()) return text.status();
  std::vector<std::string> keys;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(*text, '\n')) {
    number++;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    if (absl::Status status = CheckKey(line, absl::StrCat(path, ":", number));
        !status.ok()) {
      return status;
    }
    keys.emplace_back(line);
  }
  if (keys.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": holds no key"));
  }
  return keys;
}

}  // namespace jail::eval
