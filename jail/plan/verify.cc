// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/verify.h"

#include <linux/mount.h>
#include <sys/syscall.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "jail/plan/plan_view.h"

namespace jail {
namespace {

// Every slot is filled before it is used, every pointer lies in the arena,
// every jump goes forward to a step that is there.
bool IsWellFormed(const PlanView& view) {
  const Plan& plan = view.plan;
  if (plan.notes.size() != plan.child.size()) return false;
  if (plan.slot_names.size() != static_cast<size_t>(plan.slot_count)) {
    return false;
  }
  std::vector<bool> filled(plan.slot_names.size());
  const auto is_filled = [&filled](uint64_t slot) {
    return slot < filled.size() && filled[slot];
  };
  for (size_t slot = 0; slot < kFirstFreeSlot && slot < filled.size(); ++slot) {
    filled[slot] = true;
  }
  // By the parent, too.
  std::vector<Slot> given = plan.provided_slots;
  if (plan.channel_slot != kNoSlot) given.push_back(plan.channel_slot);
  for (const CgroupEntry& entry : plan.cgroup_entries) {
    given.push_back(entry.tasks);
  }
  for (const Slot slot : given) {
    if (slot < kFirstFreeSlot || slot >= plan.slot_count) return false;
    filled[static_cast<size_t>(slot)] = true;
  }
  for (int i = 0; i < view.size(); ++i) {
    const Step& step = view.at(i);
    if (step.arg_count > 6 || step.tolerated_count > Step::kMaxTolerated) {
      return false;
    }
    for (int arg = 0; arg < step.arg_count; ++arg) {
      if (step.args[arg].kind == Arg::kPointer &&
          step.args[arg].value >= plan.arena.size()) {
        return false;
      }
      if (step.args[arg].kind == Arg::kSlot &&
          !is_filled(step.args[arg].value)) {
        return false;
      }
    }
    if (step.result != kNoSlot) {
      if (step.result < 0 || step.result >= plan.slot_count) return false;
      filled[static_cast<size_t>(step.result)] = true;
    }
    if (i + 1 + step.skip > view.size()) return false;
    const Check& check = step.check;
    if (check.kind == Check::kBytes &&
        (check.length == 0 || check.value + check.length > plan.arena.size() ||
         check.other + check.length > plan.arena.size())) {
      return false;
    }
  }
  return true;
}

bool EntersBestEffortCgroup(const PlanView& view, int i) {
  const std::vector<CgroupEntry>& entries = view.plan.cgroup_entries;
  for (size_t n = 0; n < entries.size(); ++n) {
    if (entries[n].step == i) {
      return view.plan.cgroup->directories[n].IsBestEffort();
    }
  }
  return false;
}

// The only errnos that may be passed over, and on which calls.  None of them
// takes anything away from the target.
bool MayTolerate(const PlanView& view, int i, int error) {
  const Step& step = view.at(i);
  switch (step.nr) {
    case SYS_mkdirat:
    case SYS_mknodat:
    case SYS_symlinkat:
      return error == EEXIST && step.skip == 0;
    case SYS_open_tree:  // `mandatory: false`, decided at the launch
      return (error == ENOENT || error == ENOTDIR) && step.skip == 0;
    case SYS_write:  // to enter a cgroup whose limits are all best effort
      return (error == EACCES || error == EPERM || error == EINVAL ||
              error == ENOSPC) &&
             step.skip == 0 && EntersBestEffortCgroup(view, i);
    case SYS_fcntl:  // is there such a tree, such a cgroup?
      return error == EBADF;
    case SYS_openat:  // is there a terminal to leave?
      return view.plan.in_place && view.TextIs(i, 1, "/dev/tty");
    case SYS_mount_setattr:  // lifts "read-only" only
      return error == EPERM && view.Struct<mount_attr>(i, 3).attr_set == 0 &&
             step.skip == 0;
    case SYS_execve:
      return i >= view.plan.exec_step && i < view.plan.exec_last &&
             (error == ENOENT || error == ENOTDIR || error == EACCES) &&
             step.skip == 0;
  }
  return false;
}

bool ToleratesLittle(const PlanView& view) {
  for (int i = 0; i < view.size(); ++i) {
    const Step& step = view.at(i);
    for (int n = 0; n < step.tolerated_count; ++n) {
      if (!MayTolerate(view, i, step.tolerated[n])) return false;
    }
  }
  return true;
}

}  // namespace

absl::Status Verify(const Plan& plan, const Spec& spec) {
  const PlanView view(plan, spec);
  std::vector<PlanRule> rules = {
      {"every slot, pointer and jump is valid", IsWellFormed},
      {"only harmless errors are tolerated", ToleratesLittle}};
  for (const PlanRule& rule : ProcessRules()) rules.push_back(rule);
  for (const PlanRule& rule : StartRules()) rules.push_back(rule);
  for (const PlanRule& rule : PrivilegeRules()) rules.push_back(rule);
  for (const PlanRule& rule : MountRules()) rules.push_back(rule);
  for (const PlanRule& rule : rules) {
    if (!rule.holds(view)) {
      return absl::InternalError(
          absl::StrCat("a fault of jail itself: the plan breaks the rule \"",
                       rule.name, "\""));
    }
  }
  return absl::OkStatus();
}

}  // namespace jail
