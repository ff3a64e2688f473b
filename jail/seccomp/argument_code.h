// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SECCOMP_ARGUMENT_CODE_H_
#define JAIL_SECCOMP_ARGUMENT_CODE_H_

#include <optional>

#include "jail/seccomp/ast.h"
#include "jail/seccomp/code_graph.h"

namespace jail::seccomp {

// The code of a resolved condition that goes to `if_true` or `if_false`.
// Nothing when it needs more than the 16 words of memory that BPF has.
std::optional<CodeGraph::Node> BuildCondition(CodeGraph& graph,
                                              const Expr& condition,
                                              CodeGraph::Node if_true,
                                              CodeGraph::Node if_false);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_ARGUMENT_CODE_H_
