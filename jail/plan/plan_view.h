// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// A finished plan as the verifier looks at it: questions about single steps.
#ifndef JAIL_PLAN_PLAN_VIEW_H_
#define JAIL_PLAN_PLAN_VIEW_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "jail/plan/plan.h"
#include "jail/spec/spec.h"

namespace jail {

class PlanView {
 public:
  PlanView(const Plan& the_plan, const Spec& the_spec);

  const Plan& plan;
  const Spec& spec;

  int size() const { return static_cast<int>(plan.child.size()); }
  const Step& at(int step) const { return plan.child[step]; }

  bool Is(int step, int nr) const {
    return step >= 0 && step < size() && at(step).nr == nr;
  }
  bool IsPrctl(int step, int option) const;
  // Argument `index` is this number, this slot, this string.
  bool ArgIs(int step, int index, uint64_t value) const;
  bool SlotIs(int step, int index, Slot slot) const;
  bool TextIs(int step, int index, const std::string& text) const;
  uint64_t Number(int step, int index) const;
  Slot SlotOf(int step, int index) const;  // kNoSlot: it is no slot
  absl::string_view Text(int step, int index) const;
  template <typename T>
  T Struct(int step, int index) const {
    T value{};
    const Arg& arg = at(step).args[index];
    if (arg.kind == Arg::kPointer &&
        arg.value + sizeof value <= plan.arena.size()) {
      std::memcpy(&value, plan.arena.data() + arg.value, sizeof value);
    }
    return value;
  }

  // Is the step made whatever happens, and its failure the launch's?
  bool IsCertain(int step) const {
    return at(step).tolerated_count == 0 && skippers_[step].empty();
  }
  // The steps that may jump over `step`, in ascending order.
  const std::vector<int>& SkippersOf(int step) const { return skippers_[step]; }

  // First and last certain step that `matches`, from `first` to before
  // `last`; -1: none.
  template <typename Predicate>
  int FindFirst(const Predicate& matches, int first, int last) const {
    for (int step = std::max(first, 0); step < std::min(last, size()); ++step) {
      if (IsCertain(step) && matches(step)) return step;
    }
    return -1;
  }
  template <typename Predicate>
  int FindFirst(const Predicate& matches) const {
    return FindFirst(matches, 0, size());
  }
  template <typename Predicate>
  int FindLast(const Predicate& matches) const {
    for (int step = size() - 1; step >= 0; --step) {
      if (IsCertain(step) && matches(step)) return step;
    }
    return -1;
  }

  // Where the target's own end begins (after the reaper's fork, if any).
  int exec_step() const { return plan.exec_step; }
  // The step that enters the new root: pivot_root or chroot; -1: none does.
  int enter_step() const { return enter_step_; }

 private:
  std::vector<std::vector<int>> skippers_;
  int enter_step_ = -1;
};

// A rule answers whether the plan keeps it.
struct PlanRule {
  const char* name;
  bool (*holds)(const PlanView& view);
};

// verify_process.cc, verify_privilege.cc and verify_mounts.cc
std::vector<PlanRule> ProcessRules();
std::vector<PlanRule> StartRules();
std::vector<PlanRule> PrivilegeRules();
std::vector<PlanRule> MountRules();

}  // namespace jail

#endif  // JAIL_PLAN_PLAN_VIEW_H_
