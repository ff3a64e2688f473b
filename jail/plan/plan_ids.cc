// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/securebits.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#include "absl/strings/str_cat.h"
#include "jail/plan/parts.h"

namespace jail {
namespace {

bool ByHelper(const std::vector<IdMapping>& map) {
  for (const IdMapping& mapping : map) {
    if (mapping.by_helper) return true;
  }
  return false;
}

// newgidmap(1) leaves setgroups(2) allowed when a range comes from
// /etc/subgid; for the caller's own id alone it writes "deny".
bool GrantsOtherIds(const std::vector<IdMapping>& map, uint32_t own) {
  for (const IdMapping& mapping : map) {
    if (mapping.count > 1 || mapping.outside != own) return true;
  }
  return false;
}

void WriteMap(const std::vector<IdMapping>& map, bool by_helper,
              const std::string& helper, const char* file, ParentOp::Kind kind,
              PlanBuilder& b) {
  ParentOp op{};
  op.kind = by_helper ? ParentOp::Kind::kRunIdMapHelper : kind;
  op.object = absl::StrCat("/proc/PID/", file);
  op.origin = map.front().origin;
  if (by_helper) op.argv = {helper, "PID"};
  for (const IdMapping& mapping : map) {
    absl::StrAppend(&op.text, mapping.inside, " ", mapping.outside, " ",
                    mapping.count, "\n");
    if (by_helper) {
      op.argv.push_back(absl::StrCat(mapping.inside));
      op.argv.push_back(absl::StrCat(mapping.outside));
      op.argv.push_back(absl::StrCat(mapping.count));
    }
  }
  b.plan().parent.push_back(std::move(op));
}

}  // namespace

Ids DecideIds(const Spec& spec, const HostFacts& facts) {
  Ids ids;
  ids.new_namespace = spec.namespaces.Has(CLONE_NEWUSER);
  ids.privileged =
      HasCapability(facts, CAP_SETUID) && HasCapability(facts, CAP_SETGID);
  ids.uid_map = spec.uid_map;
  ids.gid_map = spec.gid_map;
  // Nothing asked for: the caller's own ids, mapped to themselves.
  const Origin& origin = spec.namespaces.origin_of_user;
  if (ids.uid_map.empty()) {
    ids.uid_map = {{facts.euid, facts.euid, 1, false, origin}};
  }
  if (ids.gid_map.empty()) {
    ids.gid_map = {{facts.egid, facts.egid, 1, false, origin}};
  }
  ids.uid = ids.uid_map.front().inside;
  ids.gid = ids.gid_map.front().inside;
  ids.uid_by_helper = ids.new_namespace && ByHelper(ids.uid_map);
  ids.gid_by_helper = ids.new_namespace && ByHelper(ids.gid_map);
  const bool unlocked = ids.gid_by_helper
                            ? GrantsOtherIds(ids.gid_map, facts.egid)
                            : ids.privileged;
  // Where no map can forbid them, they must go: the call fails or not.
  ids.may_set_groups =
      unlocked && (facts.setgroups_allowed || !ids.new_namespace);
  return ids;
}

void EnterNamespaces(const Spec& spec, PlanBuilder& b) {
  Plan& plan = b.plan();
  plan.in_place = spec.mode == Mode::kExecve;
  if (!plan.in_place) {
    plan.clone_flags =
        spec.namespaces.flags | CLONE_PIDFD | CLONE_CLEAR_SIGHAND;
    if (plan.cgroup) plan.clone_flags &= ~uint64_t{CLONE_NEWCGROUP};
  } else if (spec.namespaces.flags != 0) {
    b.Because(spec.namespaces.origin_of_user);
    b.Call(SYS_unshare, {Value(spec.namespaces.flags)}, "");
  }
  if (plan.in_place && spec.namespaces.Has(CLONE_NEWPID)) {
    plan.warnings.push_back(
        "mode EXECVE: the target stays outside of its pid namespace; its first "
        "child is process 1 of it, and no other can start once that has ended "
        "(clone_newpid: false avoids it)");
  }
}

void PlanIdMaps(const HostFacts& facts, const Ids& ids, PlanBuilder& b) {
  if (!ids.new_namespace) return;
  Plan& plan = b.plan();
  if (!ids.may_set_groups && !ids.gid_by_helper) {
    // The kernel takes an unprivileged gid_map only after this, since groups
    // can take access away, too (CVE-2014-8989).
    ParentOp deny{};
    deny.kind = ParentOp::Kind::kDenySetgroups;
    deny.text = "deny";
    deny.object = "/proc/PID/setgroups";
    deny.origin = ids.gid_map.front().origin;
    plan.parent.push_back(std::move(deny));
  }
  WriteMap(ids.uid_map, ids.uid_by_helper, facts.newuidmap, "uid_map",
           ParentOp::Kind::kWriteUidMap, b);
  WriteMap(ids.gid_map, ids.gid_by_helper, facts.newgidmap, "gid_map",
           ParentOp::Kind::kWriteGidMap, b);
}

void ForbidNestedUserns(const Spec& spec, PlanBuilder& b) {
  if (!spec.namespaces.Has(CLONE_NEWUSER) || spec.allow_nested_userns) return;
  b.Because(spec.nested_userns_origin);
  const Slot file = b.NewSlot("max_user_namespaces");
  const std::string path = "/proc/sys/user/max_user_namespaces";
  b.OpenAt(AtFdcwd(), path, O_WRONLY | O_NOFOLLOW, 0, file)
      .Why("no user namespaces inside");
  // Is it procfs that is written to?  f_type is the first word of statfs.
  const uint64_t expected = b.PutStruct(uint64_t{PROC_SUPER_MAGIC});
  const uint64_t buffer =
      b.PutBuffer(sizeof(struct statfs), alignof(struct statfs));
  b.Call(SYS_fstatfs, {InSlot(file), Pointer(buffer)}, path)
      .MustFill(buffer, expected, sizeof(uint64_t))
      .Why("is it procfs?");
  b.Write(file, "0", path);
  b.Close(file);
}

void ForbidTracingEarly(const Ids& ids, PlanBuilder& b) {
  // Without privilege the parent opens /proc/PID/uid_map as this process's
  // user, and newuidmap(1) looks who owns /proc/PID: both need it dumpable.
  if (ids.new_namespace &&
      (!ids.privileged || ids.uid_by_helper || ids.gid_by_helper)) {
    return;
  }
  b.Prctl(PR_SET_DUMPABLE, 0, 0, 0, "").Why("no ptrace(2) of the set-up");
}

void WaitForParent(const Spec& spec, PlanBuilder& b) {
  Plan& plan = b.plan();
  if (plan.parent.empty()) return;
  b.Because(spec.namespaces.origin_of_user);
  if (plan.in_place) b.SendByte("helper").Why("the namespaces are there");
  plan.sync_step = b.Next();
  b.ReceiveByte("parent").Why("until the parent's operations are done");
}

void ForbidTracing(const Ids& ids, PlanBuilder& b) {
  if (!ids.new_namespace ||
      (ids.privileged && !ids.uid_by_helper && !ids.gid_by_helper)) {
    return;  // ForbidTracingEarly has done it
  }
  b.Prctl(PR_SET_DUMPABLE, 0, 0, 0, "").Why("no ptrace(2) of the set-up");
}

void BecomeTarget(const Spec& spec, const HostFacts& facts, const Ids& ids,
                  PlanBuilder& b) {
  b.Because(ids.gid_map.front().origin);
  if (ids.may_set_groups) {
    b.Call(SYS_setgroups, {Value(0), Value(0)}, "")
        .Why("no supplementary groups");
    b.Call(SYS_getgroups, {Value(0), Value(0)}, "").MustReturn(0);
  } else if (!facts.groups.empty()) {
    b.plan().warnings.push_back(
        "the caller's supplementary groups stay: without privilege the kernel "
        "does not let them be dropped (use_newidmap with /etc/subgid does)");
  }
  // Changing ids must not change capabilities: mounts and limits come later.
  if (ids.new_namespace || HasCapability(facts, CAP_SETPCAP)) {
    b.Because(spec.process.capabilities.origin);
    b.Prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP | SECBIT_KEEP_CAPS, 0, 0,
            "")
        .Why("ids change, capabilities don't yet");
  }
  b.Because(ids.gid_map.front().origin);
  b.Call(SYS_setresgid, {Value(ids.gid), Value(ids.gid), Value(ids.gid)},
         absl::StrCat("gid ", ids.gid));
  b.Because(ids.uid_map.front().origin);
  b.Call(SYS_setresuid, {Value(ids.uid), Value(ids.uid), Value(ids.uid)},
         absl::StrCat("uid ", ids.uid));
}

}  // namespace jail
