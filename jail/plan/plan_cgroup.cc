// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <linux/capability.h>
#include <linux/sched.h>
#include <sys/syscall.h>

#include <cerrno>
#include <string>

#include "absl/strings/str_cat.h"
#include "jail/plan/parts.h"

namespace jail {

// A process that moves itself, and has one thread, is moved at once.  For any
// other move the kernel first waits until no processor forks or exits, which
// takes it 5 to 25 ms (cgroup_threadgroup_rwsem).
void JoinCgroups(PlanBuilder& b) {
  if (!b.plan().cgroup || b.plan().cgroup->v2) return;
  const CgroupPlan& cgroup = *b.plan().cgroup;
  for (const CgroupDirectory& directory : cgroup.directories) {
    b.Because(directory.origin);
    const Slot tasks = b.NewSlot(absl::StrCat(directory.controller, " tasks"));
    const std::string object = absl::StrCat(
        directory.parent, "/jail.*/",
        cgroup.apart ? absl::StrCat(kApartName, "/") : "", "tasks");
    const int test = b.Next();
    if (directory.IsBestEffort()) b.TestSlot(tasks).Why("was it made?");
    b.plan().cgroup_entries.push_back({tasks, b.Next()});
    b.Write(tasks, "0", object).Why("this process enters the cgroup");
    if (!directory.IsBestEffort()) continue;
    b.Tolerate({EACCES, EPERM, EINVAL, ENOSPC});
    b.JumpOn(test, EBADF, b.Next());
  }
}

bool MayMount(const Spec& spec) {
  const Capabilities& kept = spec.process.capabilities;
  return kept.keep_all || (kept.keep & uint64_t{1} << CAP_SYS_ADMIN) != 0 ||
         spec.allow_nested_userns;
}

void HideOtherCgroups(const Spec& spec, PlanBuilder& b) {
  if (!b.plan().cgroup || !spec.namespaces.Has(CLONE_NEWCGROUP)) return;
  b.Because(spec.namespaces.origin_of_cgroup);
  b.Call(SYS_unshare, {Value(CLONE_NEWCGROUP)}, "")
      .Why("the jail's own cgroup is its root");
}

}  // namespace jail
