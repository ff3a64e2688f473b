// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// A jail that is created now and started later.
#include <fcntl.h>
#include <sys/syscall.h>

#include <cstdint>
#include <vector>

#include "jail/plan/parts.h"

namespace jail {
namespace {

// What the jail needs from its wait on.
std::vector<Slot> Kept(const Spec& spec) {
  std::vector<Slot> kept = {kSlotSync};
  if (spec.process.command.by_fd) kept.push_back(kSlotTarget);
  if (spec.pid1 == Pid1::kReaper) {
    kept.push_back(kSlotReaper);
    kept.push_back(kSlotReport);
  }
  return kept;
}

}  // namespace

void PlaceWhatIsKept(const Spec& spec, PlanBuilder& b) {
  if (!spec.process.waits_for_start) return;
  Plan& plan = b.plan();
  b.Because({});
  // Above the channel and the listener, which have numbers of their own.
  int number = kFirstKeptFd;
  for (const Slot slot : Kept(spec)) {
    b.Call(
         SYS_dup3,
         {InSlot(slot), Value(static_cast<uint64_t>(number)), Value(O_CLOEXEC)},
         b.NameOf(slot))
        .Into(slot)
        .Why("kept while the jail waits");
    ++number;
  }
  plan.first_inherited_fd = number;
}

void CloseWhatIsNotKept(const Spec& spec, PlanBuilder& b) {
  if (!spec.process.waits_for_start) return;
  b.Because({});
  b.CloseRange(spec.process.stdio.channel ? kChannelFd + 1 : kChannelFd,
               kFirstKeptFd - 1, 0, "");
  b.CloseRange(static_cast<uint64_t>(b.plan().first_inherited_fd),
               kLastDescriptor, 0, "")
      .Why("nothing of the launcher's stays open while the jail waits");
}

void WaitForStart(const Spec& spec, PlanBuilder& b) {
  if (!spec.process.waits_for_start) return;
  b.Because({});
  b.SendByte("parent").Why("the jail is made");
  b.plan().start_step = b.Next();
  b.ReceiveByte("parent").Why("until it is to start");
}

}  // namespace jail
