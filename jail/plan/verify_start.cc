// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What a plan must do to a jail that is created now and started later: for
// minutes it holds what it was born with.
#include <fcntl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "jail/plan/plan_view.h"

namespace jail {
namespace {

// The program of such a jail, and of no other, gets its arguments late.
bool TakesArgumentsAtItsStart(const PlanView& view) {
  const Plan& plan = view.plan;
  for (int i = 0; i < view.size(); ++i) {
    const bool is_exec = i >= plan.exec_step && i <= plan.exec_last;
    const int argv = view.Is(i, SYS_execveat) ? 2 : 1;
    for (int arg = 0; arg < view.at(i).arg_count; ++arg) {
      const bool is_given = view.at(i).args[arg].kind == Arg::kGivenArgv;
      const bool is_wanted =
          view.spec.process.waits_for_start && is_exec && arg == argv;
      if (is_given != is_wanted) return false;
    }
  }
  return true;
}

bool WaitsForItsStart(const PlanView& view) {
  const Plan& plan = view.plan;
  if (!view.spec.process.waits_for_start) return plan.start_step < 0;
  const auto is_word = [&](int i, int nr) {
    return view.Is(i, nr) && view.IsCertain(i) &&
           view.SlotIs(i, 0, kSlotSync) && view.ArgIs(i, 2, 1) &&
           view.at(i).check.kind == Check::kEquals &&
           view.at(i).check.value == 1;
  };
  const int wait = plan.start_step, told = wait - 1;
  if (plan.in_place || told < 0 || wait >= plan.exec_step ||
      !is_word(told, SYS_sendto) || !is_word(wait, SYS_recvfrom)) {
    return false;
  }
  // The jail's launcher was seen alive when its death would be heard of.
  const int lifeline =
      view.FindFirst([&](int i) { return view.Is(i, SYS_futex); });
  if (lifeline < 0 || lifeline > told) return false;
  // Behind it: the priority, the filter, and room for its listener.
  for (int i = wait + 1; i < plan.exec_step; ++i) {
    if (!view.Is(i, SYS_setpriority) && !view.Is(i, SYS_seccomp) &&
        !view.Is(i, SYS_sendmmsg) && !view.Is(i, SYS_close_range)) {
      return false;
    }
  }
  return true;
}

// Nothing of the launcher's stays open but what is put on a low number first of
// all, when no other descriptor can be there.
bool HoldsLittleWhileItWaits(const PlanView& view) {
  const Plan& plan = view.plan;
  if (!view.spec.process.waits_for_start) {
    return plan.first_inherited_fd ==
           std::max(kFirstInheritedFd, plan.listener_fd + 1);
  }
  constexpr int kFirst = 1;  // behind the close of the parent's end
  const int kept = plan.first_inherited_fd - kFirstKeptFd;
  if (kept < 1 || kept >= view.size() || !view.SlotIs(kFirst, 0, kSlotSync)) {
    return false;
  }
  for (int n = 0; n < kept; ++n) {
    const int i = kFirst + n, number = kFirstKeptFd + n;
    if (!view.Is(i, SYS_dup3) || !view.IsCertain(i) ||
        !view.ArgIs(i, 1, static_cast<uint64_t>(number)) ||
        !view.ArgIs(i, 2, O_CLOEXEC) || view.at(i).result == kNoSlot ||
        !view.SlotIs(i, 0, view.at(i).result)) {
      return false;
    }
  }
  const int end = plan.fork_step >= 0 ? plan.fork_step : plan.start_step;
  const auto closes = [&](int first, uint32_t last) {
    return view.FindFirst(
               [&](int i) {
                 return view.Is(i, SYS_close_range) && view.IsCertain(i) &&
                        view.ArgIs(i, 0, static_cast<uint64_t>(first)) &&
                        view.ArgIs(i, 1, last) && view.ArgIs(i, 2, 0);
               },
               0, end) >= 0;
  };
  const bool has_channel = view.spec.process.stdio.channel;
  return closes(has_channel ? kChannelFd + 1 : kChannelFd, kFirstKeptFd - 1) &&
         closes(plan.first_inherited_fd, ~uint32_t{0});
}

}  // namespace

std::vector<PlanRule> StartRules() {
  return {
      {"only a waiting jail is given its arguments late",
       TakesArgumentsAtItsStart},
      {"a jail waits for its start where it was asked to", WaitsForItsStart},
      {"a waiting jail holds nothing of its launcher's",
       HoldsLittleWhileItWaits},
  };
}

}  // namespace jail
