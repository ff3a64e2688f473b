// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/json_string.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "config/quote.h"

namespace jail {
namespace {

// Four hexadecimal digits at the start of `text`.
std::optional<unsigned> Hex4(absl::string_view text) {
  if (text.size() < 4) return std::nullopt;
  unsigned value = 0;
  for (size_t i = 0; i < 4; ++i) {
    const char c = absl::ascii_tolower(text[i]);
    if (!absl::ascii_isxdigit(c)) return std::nullopt;
    value =
        value << 4 | static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
  }
  return value;
}

void AppendUtf8(unsigned code, std::string& out) {
  const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6), put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12), put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18), put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f)), put(0x80 | (code & 0x3f));
  }
}

// Takes what follows "\u" off `text`, the second half of a pair included.
std::optional<unsigned> TakeCodePoint(absl::string_view& text) {
  const std::optional<unsigned> first = Hex4(text);
  if (!first.has_value()) return std::nullopt;
  text.remove_prefix(4);
  if (*first < 0xd800 || *first > 0xdfff) return first;
  if (*first > 0xdbff || text.substr(0, 2) != "\\u") return std::nullopt;
  const std::optional<unsigned> second = Hex4(text.substr(2));
  if (!second.has_value() || *second < 0xdc00 || *second > 0xdfff) {
    return std::nullopt;
  }
  text.remove_prefix(6);
  return 0x10000 + ((*first - 0xd800) << 10) + (*second - 0xdc00);
}

}  // namespace

std::string DecodeJsonString(absl::string_view written, std::string& out) {
  out.clear();
  if (written.empty() || written[0] != '"') {
    return "JSON strings are written in double quotes";
  }
  absl::string_view rest = written.substr(1);
  while (!rest.empty()) {
    const char c = rest[0];
    rest.remove_prefix(1);
    if (c == '"' && rest.empty()) return "";
    if (static_cast<unsigned char>(c) < 0x20) {
      return absl::StrCat("a control character in ", Cut(written),
                          ": write it as an escape");
    }
    if (c != '\\') {
      out += c;
      continue;
    }
    const char escape = rest.empty() ? '\0' : rest[0];
    if (!rest.empty()) rest.remove_prefix(1);
    constexpr absl::string_view kEscapes = "\"\\/bfnrt";
    constexpr absl::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (const size_t i = kEscapes.find(escape);
        escape != '\0' && i != absl::string_view::npos) {
      out += kMeanings[i];
      continue;
    }
    std::optional<unsigned> code;
    if (escape == 'u') code = TakeCodePoint(rest);
    if (!code.has_value()) {
      return absl::StrCat("unknown escape in ", Cut(written),
                          ": a backslash is written \\\\");
    }
    AppendUtf8(*code, out);
  }
  return absl::StrCat("the string ", Cut(written),
                      " is not closed on its line");
}

}  // namespace jail
