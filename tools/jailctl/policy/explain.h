// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// jailctl policy explain: what a policy allows, by group, what of that is
// dangerous, and what it needs of the kernel.
#ifndef TOOLS_JAILCTL_POLICY_EXPLAIN_H_
#define TOOLS_JAILCTL_POLICY_EXPLAIN_H_

#include <string>
#include <vector>

#include "tools/jailctl/policy/dangers.h"
#include "tools/jailctl/policy/groups.h"
#include "tools/jailctl/policy/kernel_needs.h"
#include "tools/jailctl/policy/loaded_policy.h"
#include "tools/jailctl/style.h"

namespace jail::jailctl {

struct GroupView {
  const CallGroup* group = nullptr;
  std::vector<std::string> allowed;  // whatever the arguments are
  std::vector<std::string> depends;  // on the arguments
  std::vector<std::string> denied;
};

struct PolicyView {
  std::string name;
  seccomp::Arch arch = seccomp::Arch::kX86_64;
  std::string otherwise;  // the action for calls that no rule names
  std::vector<GroupView> groups;
  std::vector<AllowedDanger> dangers;
  std::vector<KernelNeed> needs;
};

// `available_actions`: see NeedsOf.
PolicyView ExplainPolicy(const LoadedPolicy& loaded, seccomp::Arch arch,
                         const std::string& available_actions);

std::string PolicyViewText(const PolicyView& view, const Painter& paint);
std::string PolicyViewJson(const PolicyView& view);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_EXPLAIN_H_
