// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/text_places.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace jail {
namespace {

struct Escape {
  size_t written = 0;  // the backslash included
  size_t content = 1;  // bytes that it stands for
};

size_t Utf8Size(uint32_t code) {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

size_t CountDigits(absl::string_view text, size_t most, bool (*is)(char)) {
  size_t count = 0;
  while (count < most && count < text.size() && is(text[count])) ++count;
  return count;
}

bool IsOctal(char c) { return c >= '0' && c <= '7'; }
bool IsHex(char c) {
  return absl::ascii_isxdigit(static_cast<unsigned char>(c));
}

// The escape at the start of `text`.  Parsers have seen that it is sound.
Escape EscapeAt(absl::string_view text) {
  const char kind = text.size() > 1 ? text[1] : '\0';
  if (IsOctal(kind)) return {1 + CountDigits(text.substr(1), 3, IsOctal)};
  if (kind == 'x' || kind == 'X') {
    return {2 + CountDigits(text.substr(2), 2, IsHex)};
  }
  if (kind != 'u' && kind != 'U') return {2};
  const size_t digits = CountDigits(text.substr(2), kind == 'u' ? 4 : 8, IsHex);
  uint32_t code = 0;
  if (!absl::SimpleHexAtoi(text.substr(2, digits), &code)) code = 0;
  const bool has_half = code >= 0xd800 && code <= 0xdbff;
  if (has_half && text.substr(2 + digits, 2) == "\\u") {
    return {2 + digits + 6, 4};
  }
  return {2 + digits, Utf8Size(code)};
}

}  // namespace

void TextPlaces::Add(absl::string_view literal, Place place, size_t offset) {
  ++place.column;  // the quote
  pieces_.push_back({offset, place});
  for (size_t i = 1; i + 1 < literal.size();) {
    if (literal[i] == '\\') {
      const Escape escape = EscapeAt(literal.substr(i));
      i += escape.written;
      offset += escape.content;
      place.column += static_cast<int>(escape.written);
    } else {
      const bool ends_line = literal[i] == '\n';
      ++i;
      ++offset;
      ++place.column;
      if (!ends_line) continue;
      place = {place.line + 1, 1};
    }
    pieces_.push_back({offset, place});
  }
}

TextPlaces::Place TextPlaces::Find(size_t offset) const {
  Place found;
  for (const Piece& piece : pieces_) {
    if (piece.offset > offset) break;
    found = {piece.place.line,
             piece.place.column + static_cast<int>(offset - piece.offset)};
  }
  return found;
}

}  // namespace jail
