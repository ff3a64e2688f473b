// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/lexer.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "jail/sys/printable.h"

namespace jail::seccomp {
namespace {

constexpr size_t kShown = 200;  // bytes of a name, in an error

bool StartsName(char c) { return absl::ascii_isalpha(c) || c == '_'; }
bool InName(char c) { return absl::ascii_isalnum(c) || c == '_'; }

class Lexer {
 public:
  Lexer(const LoadInclude& load, PolicyErrors& errors, TokenList& list)
      : load_(load), errors_(errors), list_(list) {}

  // The tokens of one file; `stack` holds the files around it.
  void Run(absl::string_view text, const std::string& name,
           std::vector<std::string>& stack, size_t& bytes_left);

 private:
  // Where in a file we are.
  struct Cursor {
    absl::string_view text;
    size_t at = 0;
    Place place;
    bool Done() const { return at >= text.size(); }
    char Here() const { return text[at]; }
    absl::string_view Rest() const { return text.substr(at); }
    void Skip(size_t count) {
      for (; count > 0 && !Done(); --count, ++at) {
        if (text[at] == '\n') {
          ++place.line;
          place.column = 1;
        } else {
          ++place.column;
        }
      }
    }
  };

  void Error(Place place, std::string message) {
    errors_.Add(list_.names, place, std::move(message));
  }
  void Push(Cursor& cursor, Token::Kind kind, size_t length, uint64_t number) {
    list_.tokens.push_back({kind, std::string(cursor.Rest().substr(0, length)),
                            number, cursor.place});
    cursor.Skip(length);
  }
  void SkipComment(Cursor& cursor);
  void Number(Cursor& cursor);
  bool Symbol(Cursor& cursor);
  void Include(Cursor& cursor, const std::string& from,
               std::vector<std::string>& stack, size_t& bytes_left);
  void IncludeFile(const std::string& name, Place place,
                   const std::string& from, std::vector<std::string>& stack,
                   size_t& bytes_left);

  const LoadInclude& load_;
  PolicyErrors& errors_;
  TokenList& list_;
};

void Lexer::SkipComment(Cursor& cursor) {
  const Place start = cursor.place;
  const size_t end = cursor.text.find("*/", cursor.at + 2);
  if (end == absl::string_view::npos) {
    Error(start, "the comment has no end: */ is missing");
    cursor.Skip(cursor.text.size());
    return;
  }
  cursor.Skip(end + 2 - cursor.at);
}

// The value of `digits`; nothing when it does not fit.
std::optional<uint64_t> ValueOf(absl::string_view digits, uint64_t base) {
  uint64_t value = 0;
  for (const char c : digits) {
    const uint64_t digit =
        absl::ascii_isdigit(c)
            ? static_cast<uint64_t>(c - '0')
            : static_cast<uint64_t>(absl::ascii_tolower(c) - 'a' + 10);
    constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
    if (value > (kMost - digit) / base) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

// Decimal, 0x hexadecimal, 0 octal, 0b binary; a minus before any.
void Lexer::Number(Cursor& cursor) {
  const Place start = cursor.place;
  const absl::string_view rest = cursor.Rest();
  const bool negative = rest[0] == '-';
  size_t length = negative ? 1 : 0;
  while (length < rest.size() && InName(rest[length])) ++length;
  const absl::string_view text = rest.substr(0, length);
  absl::string_view digits = text.substr(negative ? 1 : 0);
  uint64_t base = 10;
  absl::string_view allowed = "0123456789";
  absl::string_view kind = "decimal";
  if (absl::StartsWithIgnoreCase(digits, "0x")) {
    base = 16;
    allowed = "0123456789abcdefABCDEF";
    kind = "hexadecimal";
    digits.remove_prefix(2);
  } else if (absl::StartsWith(digits, "0b")) {
    base = 2;
    allowed = "01";
    kind = "binary";
    digits.remove_prefix(2);
  } else if (digits.size() > 1 && digits[0] == '0') {
    base = 8;
    allowed = "01234567";
    kind = "octal";
    digits.remove_prefix(1);
  }
  uint64_t number = 0;
  const size_t wrong = digits.find_first_not_of(allowed);
  if (digits.empty() || wrong != absl::string_view::npos) {
    Error(start, absl::StrCat("is not a ", kind, " number: ", text));
  } else if (const auto value = ValueOf(digits, base);
             !value || (negative && *value > uint64_t{1} << 63)) {
    Error(start, absl::StrCat("does not fit in 64 bits: ", text));
  } else {
    number = negative ? ~*value + 1 : *value;
  }
  Push(cursor, Token::Kind::kNumber, length, number);
}

bool Lexer::Symbol(Cursor& cursor) {
  constexpr absl::string_view kLong[] = {
      "==", "!=", "<=", ">=", "||", "&&", ".."};
  for (const absl::string_view symbol : kLong) {
    if (!absl::StartsWith(cursor.Rest(), symbol)) continue;
    Push(cursor, Token::Kind::kSymbol, symbol.size(), 0);
    return true;
  }
  if (!absl::StrContains("{}()[],;#!&|<>", cursor.Here())) return false;
  Push(cursor, Token::Kind::kSymbol, 1, 0);
  return true;
}

// One or more quoted names, up to the end of the line or a semicolon.
void Lexer::Include(Cursor& cursor, const std::string& from,
                    std::vector<std::string>& stack, size_t& bytes_left) {
  bool any = false;
  while (!cursor.Done() && cursor.Here() != '\n' && cursor.Here() != ';') {
    if (absl::ascii_isspace(cursor.Here())) {
      cursor.Skip(1);
      continue;
    }
    if (absl::StartsWith(cursor.Rest(), "//")) break;
    const absl::string_view line =
        cursor.Rest().substr(0, cursor.Rest().find('\n'));
    const size_t end = line[0] == '"' ? line.find('"', 1) : line.npos;
    if (end == line.npos || end == 1) {
      Error(cursor.place, "#include wants a name in double quotes");
      cursor.Skip(line.size());
      return;
    }
    const Place place = cursor.place;
    const std::string name(line.substr(1, end - 1));
    cursor.Skip(end + 1);
    IncludeFile(name, place, from, stack, bytes_left);
    any = true;
  }
  if (!any) Error(cursor.place, "#include wants a name in double quotes");
  if (!cursor.Done() && cursor.Here() == ';') cursor.Skip(1);
}

void Lexer::IncludeFile(const std::string& name, Place place,
                        const std::string& from,
                        std::vector<std::string>& stack, size_t& bytes_left) {
  const std::string shown = Printable(name, kShown);
  if (!load_) {
    Error(place, absl::StrCat("#include \"", shown,
                              "\": there is no folder to look in: only a "
                              "policy in a file of its own can include"));
    return;
  }
  if (stack.size() > static_cast<size_t>(kMaxIncludeDepth)) {
    Error(place, absl::StrCat("#include \"", shown, "\": more than ",
                              kMaxIncludeDepth, " files deep"));
    return;
  }
  absl::StatusOr<IncludedFile> file = load_(name, from);
  if (!file.ok()) {
    Error(place, absl::StrCat("#include \"", shown,
                              "\": ", std::string(file.status().message())));
    return;
  }
  if (std::find(stack.begin(), stack.end(), file->name) != stack.end()) {
    Error(place, absl::StrCat("#include \"", shown, "\": includes itself"));
    return;
  }
  Run(file->text, file->name, stack, bytes_left);
}

void Lexer::Run(absl::string_view text, const std::string& name,
                std::vector<std::string>& stack, size_t& bytes_left) {
  const auto known = std::find(list_.names.begin(), list_.names.end(), name);
  const int file = static_cast<int>(known - list_.names.begin());
  if (known == list_.names.end()) list_.names.push_back(name);
  if (text.size() > bytes_left) {
    errors_.Add({name, 0, 0,
                 absl::StrCat("a policy with all that it includes has more "
                              "than ",
                              kMaxPolicyBytes, " bytes")});
    return;
  }
  bytes_left -= text.size();
  stack.push_back(name);
  Cursor cursor{text, 0, {file, 1, 1}};
  while (!cursor.Done() && !errors_.full()) {
    const char c = cursor.Here();
    const absl::string_view rest = cursor.Rest();
    if (absl::ascii_isspace(c)) {
      cursor.Skip(1);
    } else if (absl::StartsWith(rest, "//")) {
      cursor.Skip(std::min(rest.find('\n'), rest.size()));
    } else if (absl::StartsWith(rest, "/*")) {
      SkipComment(cursor);
    } else if (absl::StartsWith(rest, "#include") &&
               (rest.size() == 8 || !InName(rest[8]))) {
      cursor.Skip(8);
      Include(cursor, name, stack, bytes_left);
    } else if (StartsName(c)) {
      size_t length = 1;
      while (length < rest.size() && InName(rest[length])) ++length;
      Push(cursor, Token::Kind::kName, length, 0);
    } else if (absl::ascii_isdigit(c) ||
               (c == '-' && rest.size() > 1 && absl::ascii_isdigit(rest[1]))) {
      Number(cursor);
    } else if (!Symbol(cursor)) {
      Error(cursor.place,
            absl::StrCat("has no meaning here: \"",
                         Printable(std::string(1, c), kShown), "\""));
      cursor.Skip(1);
    }
  }
  stack.pop_back();
  if (stack.empty()) {
    list_.tokens.push_back({Token::Kind::kEnd, "", 0, cursor.place});
  }
}

}  // namespace

TokenList Tokenize(absl::string_view text, const std::string& name,
                   const LoadInclude& load, PolicyErrors& errors) {
  TokenList list;
  list.names.push_back(name);
  std::vector<std::string> stack;
  size_t bytes_left = kMaxPolicyBytes;
  Lexer(load, errors, list).Run(text, name, stack, bytes_left);
  if (list.tokens.empty() || list.tokens.back().kind != Token::Kind::kEnd) {
    list.tokens.push_back({});
  }
  return list;
}

}  // namespace jail::seccomp
