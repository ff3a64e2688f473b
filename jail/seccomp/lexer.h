// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Text of a policy, and of what it includes, to one list of tokens.
#ifndef JAIL_SECCOMP_LEXER_H_
#define JAIL_SECCOMP_LEXER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "jail/seccomp/policy_error.h"

namespace jail::seccomp {

constexpr size_t kMaxPolicyBytes = size_t{1} << 20;  // with all its includes
constexpr int kMaxIncludeDepth = 16;

// A file that #include names.
struct IncludedFile {
  std::string name;  // for errors; the same file has the same name
  std::string text;
};

// Finds what `#include "name"` in the file `from` means.  Its status says why
// it can't be read.
using LoadInclude = std::function<absl::StatusOr<IncludedFile>(
    const std::string& name, const std::string& from)>;

struct Token {
  enum class Kind {
    kName,
    kNumber,
    kSymbol,  // text: { } ( ) [ ] .. , ; # ! & | && || == != < <= > >=
    kEnd,
  };
  Kind kind = Kind::kEnd;
  std::string text;  // as written
  uint64_t number = 0;
  Place place;

  bool Is(absl::string_view symbol) const {
    return kind == Kind::kSymbol && text == symbol;
  }
  bool IsWord(absl::string_view word) const {
    return kind == Kind::kName && text == word;
  }
};

struct TokenList {
  std::vector<Token> tokens;  // ends in one kEnd
  SourceNames names;          // [0]: the policy itself
};

TokenList Tokenize(absl::string_view text, const std::string& name,
                   const LoadInclude& load, PolicyErrors& errors);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_LEXER_H_
