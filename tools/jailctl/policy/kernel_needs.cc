// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/kernel_needs.h"

#include <linux/seccomp.h>

#include <algorithm>

#include "absl/strings/str_split.h"

namespace jail::jailctl {
namespace {

struct Known {
  uint32_t action;
  const char* name;
  const char* since;
  const char* note;  // null: only a kernel without it is worth a word
};

constexpr Known kActions[] = {
    {SECCOMP_RET_KILL_PROCESS, "kill_process", "4.14", nullptr},
    {SECCOMP_RET_KILL_THREAD, "kill_thread", "3.5", nullptr},
    {SECCOMP_RET_TRAP, "trap", "3.5", nullptr},
    {SECCOMP_RET_ERRNO, "errno", "3.5", nullptr},
    {SECCOMP_RET_ALLOW, "allow", "3.5", nullptr},
    {SECCOMP_RET_LOG, "log", "4.14",
     "the calls go on, and stand in the audit log, or without auditd in the "
     "kernel's"},
    {SECCOMP_RET_TRACE, "trace", "3.5",
     "and a tracer, which a jail has not: jail refuses it"},
    {SECCOMP_RET_USER_NOTIF, "user_notif", "5.0",
     "and a program that listens, which a jail has not: jail refuses it"},
};

}  // namespace

std::vector<KernelNeed> NeedsOf(const seccomp::Program& filter,
                                const std::string& available) {
  const std::vector<std::string> here =
      absl::StrSplit(available, ' ', absl::SkipEmpty());
  std::vector<KernelNeed> needs;
  for (const Known& known : kActions) {
    const bool is_used =
        std::any_of(filter.begin(), filter.end(), [&](const sock_filter& it) {
          return it.code == (BPF_RET | BPF_K) &&
                 (it.k & SECCOMP_RET_ACTION_FULL) == known.action;
        });
    if (!is_used) continue;
    KernelNeed need{known.name, known.since, std::nullopt, ""};
    if (!here.empty()) {
      need.is_here =
          std::find(here.begin(), here.end(), known.name) != here.end();
    }
    if (known.note != nullptr) need.note = known.note;
    if (known.note != nullptr || need.is_here == false) {
      needs.push_back(std::move(need));
    }
  }
  return needs;
}

}  // namespace jail::jailctl
