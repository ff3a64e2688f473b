// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SECCOMP_PARSER_H_
#define JAIL_SECCOMP_PARSER_H_

#include "jail/seccomp/ast.h"
#include "jail/seccomp/lexer.h"

namespace jail::seccomp {

// Parses the whole text; after an error it goes on with the next syscall, or
// the next statement, to find more.  Beyond Kafel: a comma may be missing
// between the statements of a policy, and may follow the last of a list.
PolicyText ParsePolicy(const TokenList& tokens, PolicyErrors& errors);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_PARSER_H_
