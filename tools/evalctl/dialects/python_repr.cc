// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/json.h"

namespace jail::eval {

std::string PythonRepr(absl::string_view text) {
  const char quote =
      absl::StrContains(text, '\'') && !absl::StrContains(text, '"') ? '"'
                                                                     : '\'';
  std::string out(1, quote);
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (text[i] == quote || c == '\\') {
      absl::StrAppend(&out, "\\", text.substr(i, 1));
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c < 0x20 || c == 0x7F) {
      absl::StrAppendFormat(&out, "\\x%02x", c);
    } else if (c == 0xC2 && i + 1 < text.size() &&
               static_cast<unsigned char>(text[i + 1]) <= 0xA0) {
      // U+0080 to U+00A0 don't print.
      absl::StrAppendFormat(&out, "\\x%02x",
                            static_cast<unsigned char>(text[++i]));
    } else {
      out += text[i];
    }
  }
  out += quote;
  return out;
}

// The fewest digits that read back as the same number; with an exponent from
// 1e16 on and below 1e-4.
std::string PythonRepr(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::array<char, 32> buffer;
  const double magnitude = std::fabs(value);
  const bool scientific =
      magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e16);
  if (scientific) {
    const auto end = std::to_chars(buffer.begin(), buffer.end(), value,
                                   std::chars_format::scientific)
                         .ptr;
    return std::string(buffer.begin(), end);
  }
  const auto end = std::to_chars(buffer.begin(), buffer.end(), value,
                                 std::chars_format::fixed)
                       .ptr;
  std::string out(buffer.begin(), end);
  if (!absl::StrContains(out, '.')) out += ".0";
  return out;
}

}  // namespace jail::eval
