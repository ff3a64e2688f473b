// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/quote.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

// U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069.
bool IsDirectionalMark(absl::string_view text) {
  const absl::string_view mark = text.substr(0, 3);
  return mark == "\u200e" || mark == "\u200f" ||
         (mark >= "\u202a" && mark <= "\u202e") ||
         (mark >= "\u2066" && mark <= "\u2069");
}

// How much of `text` is shown; no character is cut in two.
size_t CutLength(absl::string_view text) {
  constexpr size_t kMost = 64;
  if (text.size() <= kMost) return text.size();
  size_t cut = kMost;
  while (cut > kMost - 4 &&
         (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80) {
    --cut;
  }
  return cut;
}

}  // namespace

std::string EscapeText(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    const unsigned char c = text[0];
    // U+0080 to U+009F are controls too: some terminals obey them.
    const bool control = c < 0x20 || c == 0x7f ||
                         (length == 2 && c == 0xc2 &&
                          static_cast<unsigned char>(text[1]) < 0xa0);
    // Directional marks make text look like other text.
    const bool bidi = length == 3 && IsDirectionalMark(text);
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (length == 0 || (control && length == 1)) {
      absl::StrAppendFormat(&out, "\\x%02x", c);
    } else if (bidi) {
      for (size_t i = 0; i < length; ++i) {
        absl::StrAppendFormat(&out, "\\x%02x",
                              static_cast<unsigned char>(text[i]));
      }
    } else if (control) {
      absl::StrAppendFormat(&out, "\\u%04x",
                            static_cast<unsigned char>(text[1]));
    } else {
      absl::StrAppend(&out, text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string Cut(absl::string_view text) {
  const size_t length = CutLength(text);
  return absl::StrCat(EscapeText(text.substr(0, length)),
                      length < text.size() ? "..." : "");
}

std::string Quote(absl::string_view text) {
  const size_t length = CutLength(text);
  return absl::StrCat("\"", EscapeText(text.substr(0, length)), "\"",
                      length < text.size() ? "..." : "");
}

}  // namespace jail
