// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/json_fault.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace jail::eval {
namespace {

// Reads as Python's scanner does, and remembers nothing but the first fault.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : text_(text) {}

  bool Document() {
    if (absl::StartsWith(text_, "\xEF\xBB\xBF")) {
      return Fail("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0);
    }
    Spaces();
    if (!Value()) return false;
    Spaces();
    return at_ == text_.size() || Fail("Extra data", at_);
  }

  const char* what() const { return what_; }
  size_t where() const { return where_; }

 private:
  bool Fail(const char* what, size_t where) {
    what_ = what;
    where_ = where;
    return false;
  }
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool Skip(absl::string_view word) {
    if (!absl::StartsWith(text_.substr(at_), word)) return false;
    at_ += word.size();
    return true;
  }
  void Spaces() {
    while (at_ < text_.size() && absl::StrContains(" \t\n\r", text_[at_])) {
      ++at_;
    }
  }
  void Digits() {
    while (absl::ascii_isdigit(Peek())) ++at_;
  }

  bool Value() {
    if (Peek() == '{') return Object();
    if (Peek() == '[') return Array();
    if (Peek() == '"') return String();
    for (absl::string_view word : {"null", "true", "false"}) {
      if (Skip(word)) return true;
    }
    for (absl::string_view word : {"NaN", "Infinity", "-Infinity"}) {
      const size_t begin = at_;
      if (Skip(word)) return Fail("NaN and Infinity are not JSON", begin);
    }
    return Number();
  }

  bool Number() {
    const size_t begin = at_;
    Skip("-");
    if (!absl::ascii_isdigit(Peek())) return Fail("Expecting value", begin);
    if (!Skip("0")) Digits();
    const size_t whole = at_;
    if (Skip(".")) {
      if (!absl::ascii_isdigit(Peek())) {
        at_ = whole;
        return true;
      }
      Digits();
    }
    const size_t fraction = at_;
    if (Skip("e") || Skip("E")) {
      if (!Skip("-")) Skip("+");
      if (!absl::ascii_isdigit(Peek())) at_ = fraction;
      Digits();
    }
    return true;
  }

  bool String() {
    const size_t begin = at_++;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) {
        return Fail("Invalid control character at", at_);
      }
      if (c != '\\') continue;
      if (++at_ == text_.size()) break;
      if (text_[at_] == 'u') {
        const absl::string_view digits = text_.substr(at_ + 1, 4);
        if (digits.size() < 4 ||
            !std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit)) {
          return Fail("Invalid \\uXXXX escape", at_);
        }
      } else if (!absl::StrContains("\"\\/bfnrt", text_[at_])) {
        return Fail("Invalid \\escape", at_ - 1);
      }
    }
    return Fail("Unterminated string starting at", begin);
  }

  bool Object() {
    ++at_;
    Spaces();
    if (Skip("}")) return true;
    while (true) {
      if (Peek() != '"') {
        return Fail("Expecting property name enclosed in double quotes", at_);
      }
      if (!String()) return false;
      Spaces();
      if (!Skip(":")) return Fail("Expecting ':' delimiter", at_);
      Spaces();
      if (!Value()) return false;
      Spaces();
      if (Skip("}")) return true;
      const size_t comma = at_;
      if (!Skip(",")) return Fail("Expecting ',' delimiter", at_);
      Spaces();
      if (Peek() == '}') {
        return Fail("Illegal trailing comma before end of object", comma);
      }
    }
  }

  bool Array() {
    ++at_;
    Spaces();
    if (Skip("]")) return true;
    while (true) {
      if (!Value()) return false;
      Spaces();
      if (Skip("]")) return true;
      const size_t comma = at_;
      if (!Skip(",")) return Fail("Expecting ',' delimiter", at_);
      Spaces();
      if (Peek() == ']') {
        return Fail("Illegal trailing comma before end of array", comma);
      }
    }
  }

  absl::string_view text_;
  size_t at_ = 0;
  const char* what_ = "A number is out of range";
  size_t where_ = 0;
};

size_t Characters(absl::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (c & 0xC0) != 0x80; });
}

}  // namespace

JsonFault ExplainJsonFault(absl::string_view text) {
  Scanner scanner(text);
  scanner.Document();
  const absl::string_view before = text.substr(0, scanner.where());
  const size_t line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t last = before.rfind('\n');
  const absl::string_view in_line =
      last == absl::string_view::npos ? before : before.substr(last + 1);
  const size_t position = Characters(before);
  return {scanner.what(), position,
          absl::StrCat(scanner.what(), ": line ", line, " column ",
                       Characters(in_line) + 1, " (char ", position, ")")};
}

}  // namespace jail::eval
