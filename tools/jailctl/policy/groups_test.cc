// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "jail/seccomp/syscalls.h"
#include "tools/jailctl/policy/dangers.h"

namespace jail::jailctl {
namespace {

bool IsKnownAnywhere(const std::string& name) {
  for (const seccomp::Arch arch : seccomp::kArchs) {
    if (seccomp::SyscallNumber(arch, name)) return true;
  }
  return false;
}

TEST(Groups, HoldCallsThatExistOnce) {
  std::set<absl::string_view> seen;
  for (const CallGroup& group : CallGroups()) {
    for (const absl::string_view call : group.calls) {
      EXPECT_TRUE(seen.insert(call).second) << call;
      EXPECT_TRUE(IsKnownAnywhere(std::string(call))) << call;
    }
  }
}

TEST(Groups, HoldEveryCallThatLinuxImplements) {
  // Numbers that Linux keeps for calls it does not have.
  const std::set<std::string> reserved = {
      "afs_syscall", "break",   "ftime",  "getpmsg", "gtty",    "idle",
      "lock",        "mpx",     "prof",   "profil",  "putpmsg", "security",
      "stty",        "tuxcall", "ulimit", "vserver"};
  for (const seccomp::Arch arch : seccomp::kArchs) {
    for (const std::string& name : seccomp::SyscallNames(arch)) {
      const auto number = seccomp::SyscallNumber(arch, name);
      ASSERT_TRUE(number) << name << " on " << seccomp::ArchName(arch);
      // The name that the tools show for it.
      const std::string shown = seccomp::SyscallName(arch, *number);
      if (reserved.contains(shown)) continue;
      EXPECT_STRNE(GroupOf(shown).id, "other")
          << shown << " on " << seccomp::ArchName(arch);
    }
  }
}

TEST(Dangers, NameCallsThatExist) {
  for (const Danger& danger : Dangers()) {
    for (const TriedCall& attempt : danger.attempts) {
      EXPECT_TRUE(IsKnownAnywhere(attempt.call)) << attempt.call;
    }
  }
}

}  // namespace
}  // namespace jail::jailctl
