// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SECCOMP_EXPRESSION_PARSER_H_
#define JAIL_SECCOMP_EXPRESSION_PARSER_H_

#include <optional>

#include "jail/seccomp/ast.h"
#include "jail/seccomp/token_reader.h"

namespace jail::seccomp {

// A condition over a syscall's arguments, up to the "}" that ends it.  Weakest
// first: "," and "||", "&&", "!", comparisons, "|", "&".
std::optional<Expr> ParseCondition(TokenReader& reader);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_EXPRESSION_PARSER_H_
