// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// JSON to a Protobuf message, strictly: what is not understood is refused, and
// every fault has its place.
#ifndef TOOLS_EVALCTL_STRICT_JSON_H_
#define TOOLS_EVALCTL_STRICT_JSON_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace jail::eval {

inline constexpr size_t kMaxJsonDepth = 100;
inline constexpr size_t kMaxJsonValues = 1'000'000;

struct JsonFault {
  std::string place;  // JSON pointer (RFC 6901): "/files/0/path"
  std::string message;
};

// Members are named as the message's fields.  A string field whose name ends
// in "_json" is the member without that ending, and takes any value as JSON,
// numbers digit by digit.  `bytes` are base64 (RFC 4648, with padding), enums
// their names, numbers JSON numbers; null leaves a field unset.
//
// Refused: unknown and repeated members, numbers out of range or with a
// fraction, NaN, text that is not UTF-8, lone surrogates, more than
// kMaxJsonDepth and kMaxJsonValues.
bool ParseStrictJson(absl::string_view text, google::protobuf::Message& message,
                     JsonFault& fault);

// RFC 4648 with padding, and nothing else.  False: it is not.
bool DecodeBase64(absl::string_view text, std::string& out);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_STRICT_JSON_H_
