// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/python_text.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace jail::eval {
namespace {

struct Range {
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

// Bytes of a character that starts so, 0 when none does; `second` is what its
// second byte may be.
size_t CharacterLength(unsigned char start, Range& second) {
  second = {};
  if (start < 0x80) return 1;
  if (start < 0xC2) return 0;
  if (start < 0xE0) return 2;
  if (start < 0xF0) {
    if (start == 0xE0) second.low = 0xA0;
    if (start == 0xED) second.high = 0x9F;
    return 3;
  }
  if (start > 0xF4) return 0;
  if (start == 0xF0) second.low = 0x90;
  if (start == 0xF4) second.high = 0x8F;
  return 4;
}

// Of each ASCII character; -1: it isn't one of Base64.
constexpr std::array<signed char, 128> Base64Values() {
  constexpr char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<signed char, 128> values = {};
  for (signed char& value : values) value = -1;
  for (signed char i = 0; i < 64; ++i) values[kAlphabet[i]] = i;
  return values;
}

}  // namespace

std::optional<Utf8Fault> FindUtf8Fault(absl::string_view bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const auto byte = [&](size_t i) {
      return static_cast<unsigned char>(bytes[i]);
    };
    Range range;
    const size_t length = CharacterLength(byte(at), range);
    if (length == 0) return Utf8Fault{at, 1, byte(at), "invalid start byte"};
    for (size_t i = 1; i < length; ++i, range = {}) {
      if (at + i == bytes.size()) {
        return Utf8Fault{at, i, byte(at), "unexpected end of data", true};
      }
      if (byte(at + i) < range.low || byte(at + i) > range.high) {
        return Utf8Fault{at, i, byte(at), "invalid continuation byte"};
      }
    }
    at += length;
  }
  return std::nullopt;
}

std::string CodecMessage(const Utf8Fault& fault) {
  if (fault.length == 1) {
    return absl::StrFormat(
        "'utf-8' codec can't decode byte 0x%02x in position %d: %s", fault.byte,
        fault.position, fault.reason);
  }
  return absl::StrFormat(
      "'utf-8' codec can't decode bytes in position %d-%d: %s", fault.position,
      fault.position + fault.length - 1, fault.reason);
}

std::string UniversalNewlines(std::string text) {
  size_t size = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      text[size++] = '\n';
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else {
      text[size++] = text[i];
    }
  }
  text.resize(size);
  return text;
}

size_t OffsetOfCharacter(absl::string_view text, size_t count) {
  size_t seen = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if ((text[at] & 0xC0) == 0x80) continue;
    if (seen++ == count) return at;
  }
  return text.size();
}

std::optional<std::vector<std::string>> ShlexSplit(absl::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = '\0';
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == '\'') {
      if (c == quote) {
        quote = '\0';
      } else {
        word += c;
      }
    } else if (quote == '"') {
      if (c == quote) {
        quote = '\0';
      } else if (c == '\\' && i + 1 < line.size() &&
                 (line[i + 1] == '"' || line[i + 1] == '\\')) {
        word += line[++i];
      } else {
        word += c;
      }
    } else if (absl::StrContains(" \t\r\n", c)) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      in_word = true;
      if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '\\') {
        if (++i == line.size()) return std::nullopt;
        word += line[i];
      } else {
        word += c;
      }
    }
  }
  if (quote != '\0') return std::nullopt;
  if (in_word) words.push_back(std::move(word));
  return words;
}

std::optional<std::string> LenientBase64(absl::string_view text) {
  static constexpr auto kValues = Base64Values();
  std::string out;
  out.reserve(text.size() / 4 * 3);
  unsigned bits = 0;
  int digits = 0;  // of the group of four
  int pads = 0;
  for (char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
    if (c == '=') {
      // A complete padding ends the data; a stray "=" is skipped.
      if (digits >= 2 && digits + ++pads >= 4) return out;
      continue;
    }
    const int value = kValues[static_cast<unsigned char>(c)];
    if (value < 0) continue;
    pads = 0;
    bits = bits << 6 | static_cast<unsigned>(value);
    if (++digits == 1) continue;
    const int shift = digits == 2 ? 4 : digits == 3 ? 2 : 0;
    out += static_cast<char>(bits >> shift & 0xFF);
    digits %= 4;
  }
  if (digits != 0) return std::nullopt;
  return out;
}

}  // namespace jail::eval
