// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/plan_view.h"

#include <sys/syscall.h>

namespace jail {

PlanView::PlanView(const Plan& the_plan, const Spec& the_spec)
    : plan(the_plan), spec(the_spec), skippers_(the_plan.child.size()) {
  for (int step = 0; step < size(); ++step) {
    if (at(step).tolerated_count == 0) continue;
    for (int i = step + 1; i <= step + at(step).skip && i < size(); ++i) {
      skippers_[i].push_back(step);
    }
  }
  enter_step_ = FindFirst([&](int step) {
    return Is(step, SYS_pivot_root) || Is(step, SYS_chroot);
  });
}

bool PlanView::IsPrctl(int step, int option) const {
  return Is(step, SYS_prctl) && ArgIs(step, 0, static_cast<uint64_t>(option));
}

bool PlanView::ArgIs(int step, int index, uint64_t value) const {
  const Arg& arg = at(step).args[index];
  return arg.kind == Arg::kValue && arg.value == value;
}

bool PlanView::SlotIs(int step, int index, Slot slot) const {
  return slot != kNoSlot && SlotOf(step, index) == slot;
}

bool PlanView::TextIs(int step, int index, const std::string& text) const {
  return at(step).args[index].kind == Arg::kPointer &&
         Text(step, index) == text;
}

uint64_t PlanView::Number(int step, int index) const {
  return at(step).args[index].value;
}

Slot PlanView::SlotOf(int step, int index) const {
  const Arg& arg = at(step).args[index];
  return arg.kind == Arg::kSlot ? static_cast<Slot>(arg.value) : kNoSlot;
}

absl::string_view PlanView::Text(int step, int index) const {
  const Arg& arg = at(step).args[index];
  if (arg.kind != Arg::kPointer || arg.value >= plan.arena.size()) return "";
  const char* text = plan.arena.data() + arg.value;
  return {text, strnlen(text, plan.arena.size() - arg.value)};
}

}  // namespace jail
