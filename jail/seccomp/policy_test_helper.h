// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SECCOMP_POLICY_TEST_HELPER_H_
#define JAIL_SECCOMP_POLICY_TEST_HELPER_H_

#include <map>
#include <string>
#include <vector>

#include "jail/seccomp/bpf.h"
#include "jail/seccomp/policy.h"

namespace jail::seccomp {

using Files = std::map<std::string, std::string>;  // name to text

// Finds includes in `files`.
LoadInclude LoadFrom(const Files& files);

// Errors fail the test.
Policy PolicyOf(const std::string& text,
                const std::vector<Arch>& archs = {Arch::kX86_64},
                const Files& files = {});
Program ProgramOf(const Policy& policy);

// All errors of a policy, a line each; it is called "p".
std::string ErrorsOf(const std::string& text,
                     const std::vector<Arch>& archs = {Arch::kX86_64},
                     const Files& files = {});

seccomp_data CallOf(Arch arch, uint32_t number,
                    const std::vector<uint64_t>& args);

// "ERRNO(EPERM)": what the policy does with a call, by the evaluator and by the
// compiled filter.  They must agree.
std::string DecisionOf(const Policy& policy, const seccomp_data& call);
std::string DecisionOf(const std::string& policy, const std::string& call,
                       const std::vector<uint64_t>& args = {},
                       Arch arch = Arch::kX86_64);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_POLICY_TEST_HELPER_H_
