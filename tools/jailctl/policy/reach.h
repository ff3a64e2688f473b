// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Which syscalls come to which instruction of a filter.
#ifndef TOOLS_JAILCTL_POLICY_REACH_H_
#define TOOLS_JAILCTL_POLICY_REACH_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tools/jailctl/policy/loaded_policy.h"

namespace jail::jailctl {

// Instructions that a call with this number can come to, whatever its
// arguments are.  Tests of arguments may go either way, also where two of them
// contradict each other.
std::set<size_t> Reachable(const seccomp::Program& filter, seccomp::Arch arch,
                           uint32_t number);

// What Reachable() can return.
std::set<uint32_t> PossibleReturns(const seccomp::Program& filter,
                                   seccomp::Arch arch, uint32_t number);

// Numbers that matter: those with a name on `arch`, and those of the policy's
// rules.
std::set<uint32_t> CallsOf(const LoadedPolicy& loaded, seccomp::Arch arch);

// What is known of an instruction beside its text.
struct Annotation {
  // Of a return: the rules that it belongs to, "p.kafel:3:5 (read)".
  std::vector<std::string> rules;
  // Of a load of an argument: "openat: flags", when one call comes here.
  std::string argument;
};

// One for each instruction.
std::vector<Annotation> Annotate(const LoadedPolicy& loaded);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_REACH_H_
