// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SYS_PRINTABLE_H_
#define JAIL_SYS_PRINTABLE_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace jail {

// Length of the UTF-8 character that `text` begins with; 0: it is none.
// Overlong forms, surrogates and what is above U+10FFFF are none.
size_t Utf8Length(absl::string_view text);

// Is `text` well-formed UTF-8?
bool IsUtf8(absl::string_view text);

// `text` for a terminal or a log: control characters (C0, DEL and C1) and bytes
// that are no UTF-8 are written as "\n", "\t" or "\x1b"; all else stays.  At
// most about `limit` bytes; what is cut is said: "... (123 bytes more)".
std::string Printable(absl::string_view text, size_t limit);

// Valid UTF-8: each byte that is none becomes U+FFFD.  For JSON.
std::string ToUtf8(absl::string_view bytes);

// A JSON string (RFC 8259), quotes included; bytes that are no UTF-8 become
// U+FFFD.
std::string JsonString(absl::string_view bytes);

// `name` as one token of a JSON pointer (RFC 6901): "~" and "/" escaped.
std::string JsonPointerToken(absl::string_view name);

}  // namespace jail

#endif  // JAIL_SYS_PRINTABLE_H_
