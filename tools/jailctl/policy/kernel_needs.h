// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What a filter's answers take: of the kernel, and of whoever installs it.
#ifndef TOOLS_JAILCTL_POLICY_KERNEL_NEEDS_H_
#define TOOLS_JAILCTL_POLICY_KERNEL_NEEDS_H_

#include <optional>
#include <string>
#include <vector>

#include "jail/seccomp/bpf.h"

namespace jail::jailctl {

struct KernelNeed {
  std::string action;           // as the kernel names it: "user_notif"
  std::string since;            // the kernel's version: "5.0"
  std::optional<bool> is_here;  // unset: this kernel does not say
  std::string note;             // what else it takes; may be empty
};

// Of the actions in `filter`, those that not every kernel with filters has, or
// that take more than a kernel; all others are left out where they are here.
// `available` is what this one says in kActionsFile; empty: nothing.
std::vector<KernelNeed> NeedsOf(const seccomp::Program& filter,
                                const std::string& available);

constexpr char kActionsFile[] = "/proc/sys/kernel/seccomp/actions_avail";

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_KERNEL_NEEDS_H_
