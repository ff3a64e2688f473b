// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/plan_view.h"

#include <sys/syscall.h>

namespace jail {

PlanView::PlanView(const Plan& the_plan, const Spec& the_spec)
    : plan(the_plan), spec(the_spec), skippers_(the_plan.child.size()) {
  for (int step = 0; step < size(); ++step) {
    if (at(step).tolerated_count == 0) continue;
    for (int i = step + 1; i <= step + at(step).skip && i < size(); ++i) {
      skippers_[i].insert(step);
    }
  }
  enter_step_ = FindFirst([&](int step) {
    return Is(step, SYS_pivot_root) || Is(step, SYS_chroot);
  });
}

bool PlanView::Is(int step, int nr) const {
  return step >= 0 && step < size() && at(step).nr == nr;
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

std::string PlanView::Text(int step, int index) const {
  const Arg& arg = at(step).args[index];
  if (arg.kind != Arg::kPointer || arg.value >= plan.arena.size()) return "";
  const char* text = plan.arena.data() + arg.value;
  return std::string(text, strnlen(text, plan.arena.size() - arg.value));
}

bool PlanView::IsCertain(int step) const {
  return at(step).tolerated_count == 0 && skippers_[step].empty();
}

int PlanView::FindFirst(const Predicate& matches, int first, int last) const {
  for (int step = first; step < last && step < size(); ++step) {
    if (step >= 0 && IsCertain(step) && matches(step)) return step;
  }
  return -1;
}

int PlanView::FindFirst(const Predicate& matches) const {
  return FindFirst(matches, 0, size());
}

int PlanView::FindLast(const Predicate& matches) const {
  for (int step = size() - 1; step >= 0; --step) {
    if (IsCertain(step) && matches(step)) return step;
  }
  return -1;
}

}  // namespace jail
