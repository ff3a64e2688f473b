// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SECCOMP_TOKEN_READER_H_
#define JAIL_SECCOMP_TOKEN_READER_H_

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/lexer.h"
#include "jail/sys/printable.h"

namespace jail::seccomp {

// Walks the tokens, and collects errors.
class TokenReader {
 public:
  TokenReader(const TokenList& list, PolicyErrors& errors)
      : list_(list), errors_(errors) {}

  const Token& Here() const { return list_.tokens[at_]; }
  const Token& After() const {
    return list_.tokens[std::min(at_ + 1, list_.tokens.size() - 1)];
  }
  bool AtEnd() const { return Here().kind == Token::Kind::kEnd; }
  size_t position() const { return at_; }
  Token Take() {
    const Token token = Here();
    if (!AtEnd()) ++at_;
    return token;
  }
  bool TakeIf(absl::string_view symbol) {
    if (!Here().Is(symbol)) return false;
    ++at_;
    return true;
  }
  bool TakeWordIf(absl::string_view word) {
    if (!Here().IsWord(word)) return false;
    ++at_;
    return true;
  }

  void Error(Place place, std::string message) {
    errors_.Add(list_.names, place, std::move(message));
  }
  // "a comma or } is expected before "x""; false, always.
  bool Expected(absl::string_view what) {
    Error(Here().place,
          AtEnd() ? absl::StrCat(what, " is expected, and the policy ends")
                  : absl::StrCat(what, " is expected, not \"",
                                 Printable(Here().text, 40), "\""));
    return false;
  }
  bool Expect(absl::string_view symbol) {
    return TakeIf(symbol) || Expected(absl::StrCat("\"", symbol, "\""));
  }
  bool full() const { return errors_.full(); }

 private:
  const TokenList& list_;
  PolicyErrors& errors_;
  size_t at_ = 0;
};

// Words with a meaning, which name nothing else.
bool IsKeyword(absl::string_view word);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_TOKEN_READER_H_
