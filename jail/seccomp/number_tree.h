// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SECCOMP_NUMBER_TREE_H_
#define JAIL_SECCOMP_NUMBER_TREE_H_

#include <cstdint>
#include <vector>

#include "jail/seccomp/code_graph.h"

namespace jail::seccomp {

// Syscall numbers with one decision.
struct NumberRange {
  uint32_t first = 0;
  uint32_t last = 0;
  CodeGraph::Node decision = 0;
  uint64_t weight = 1;  // how often such calls are made
};

// Code that goes from the number in A to its decision.  `ranges` cover all
// numbers, in order, and neighbours differ.
//
// A tree of comparisons leads to chunks, and a chunk is a chain of at most
// kMaxChain tests.  Where the chunks begin is chosen for short code, with a
// little more where that makes the ways of frequent calls shorter; the tree
// over them is balanced by weight, which costs nothing.
CodeGraph::Node BuildNumberTree(CodeGraph& graph,
                                const std::vector<NumberRange>& ranges);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_NUMBER_TREE_H_
