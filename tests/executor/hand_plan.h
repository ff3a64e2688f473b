// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Small plans written by hand, so that the executor and the parent are tested
// apart from the planner.
#ifndef TESTS_EXECUTOR_HAND_PLAN_H_
#define TESTS_EXECUTOR_HAND_PLAN_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "jail/plan/plan.h"
#include "jail/spec/spec.h"

namespace jail {

class HandPlan {
 public:
  struct Value {
    Arg arg;
    Value(int value)  // NOLINT: reads as the call's argument
        : arg{Arg::kValue, static_cast<uint64_t>(int64_t{value})} {}
    Value(Arg other) : arg(other) {}  // NOLINT
  };

  // Maps the caller's ids to `inside` in a new user namespace, if one is made.
  explicit HandPlan(uint64_t clone_flags, uint32_t inside = 1000);

  Arg Text(const std::string& text);
  Arg Words(const std::vector<std::string>& words);  // argv, envp
  Arg Buffer(size_t size);
  static Arg InSlot(Slot slot) {
    return {Arg::kSlot, static_cast<uint64_t>(slot)};
  }

  // One step; its origin is "step[N]" of "hand.cfg", line N.
  Step& Call(int nr, std::initializer_list<Value> args,
             const std::string& object = "");

  // What every plan begins with: the parent's end of the socket is closed, the
  // parent's death is ours, stdio is in place; and the wait for the release.
  void Begin();
  void AwaitRelease();
  // Empties the signal mask and closes all but 0, 1, 2 at exec.
  void CleanUp();
  void Exec(const std::vector<std::string>& argv);
  // The same by way of a reaper.
  void ForkAndExec(const std::vector<std::string>& argv);

  // The finished plan.  Nothing can be added afterwards.
  Plan& plan();
  Spec spec;  // namespaces as in the plan; limits are the test's

 private:
  struct Words_ {
    size_t at;
    std::vector<size_t> words;
  };
  Plan plan_;
  std::string bytes_;
  std::vector<Words_> vectors_;
  bool sealed_ = false;
};

}  // namespace jail

#endif  // TESTS_EXECUTOR_HAND_PLAN_H_
