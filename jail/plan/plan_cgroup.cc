// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <linux/capability.h>
#include <linux/sched.h>
#include <sys/syscall.h>

#include <utility>

#include "jail/plan/parts.h"

namespace jail {

void PlanCgroupJoin(PlanBuilder& b) {
  if (!b.plan().cgroup || b.plan().cgroup->v2 ||
      b.plan().cgroup->directories.empty()) {
    return;
  }
  ParentOp op{};
  op.kind = ParentOp::Kind::kJoinCgroup;
  op.object = "cgroup.procs";
  op.origin = b.plan().cgroup->directories.front().origin;
  b.plan().parent.push_back(std::move(op));
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
