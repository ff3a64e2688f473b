// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// jailctl policy diff: which calls two policies decide differently.
#ifndef TOOLS_JAILCTL_POLICY_DIFF_H_
#define TOOLS_JAILCTL_POLICY_DIFF_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tools/jailctl/policy/loaded_policy.h"
#include "tools/jailctl/style.h"

namespace jail::jailctl {

// One syscall, and one pair of decisions about it.
struct Difference {
  seccomp::Arch arch = seccomp::Arch::kX86_64;
  uint32_t number = 0;
  uint32_t first = 0;   // SECCOMP_RET_* of the one policy
  uint32_t second = 0;  // and of the other
  std::string first_reason, second_reason;
  // Arguments that show it, by index; empty when every argument tried does.
  std::map<int, uint64_t> example;
};

struct DiffResult {
  std::vector<Difference> differences;
  // Calls whose conditions were too many to try every boundary value with
  // every other: a difference may be missed.
  std::vector<std::string> sampled;
};

// Tries, for each call, the values next to every constant that either policy
// compares an argument with.
DiffResult Diff(const LoadedPolicy& first, const LoadedPolicy& second,
                const std::vector<seccomp::Arch>& archs);

std::string DiffText(const LoadedPolicy& first, const LoadedPolicy& second,
                     const DiffResult& result, const Painter& paint);
std::string DiffJson(const LoadedPolicy& first, const LoadedPolicy& second,
                     const DiffResult& result);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_DIFF_H_
