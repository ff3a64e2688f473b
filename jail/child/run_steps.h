// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What runs between clone3 and execve: the plan's child steps, one system
// call after the other.  Nothing here allocates, locks, logs, formats or
// touches errno; run_steps.o has no undefined symbols, and a test checks it.
#ifndef JAIL_CHILD_RUN_STEPS_H_
#define JAIL_CHILD_RUN_STEPS_H_

#include <cstdint>

#include "jail/plan/step.h"

namespace jail {

// What the child needs of a plan; all memory is the parent's, made before
// clone3.
struct ChildPlan {
  const Step* steps;
  uint32_t count;
  char* arena;
  int32_t* slots;
  Progress* progress;
  uint32_t exec_step = ~uint32_t{0};   // the first that may become the target
  const uint32_t* lifeline = nullptr;  // jail/parent/lifeline.h
  uint32_t launcher = 0;
  const char* const* given_argv = nullptr;  // jail/parent/given_arguments.h
};

// The kernel: returns the result, or -errno.  RawSyscall outside of tests.
using SyscallFn = long (*)(long nr, const uint64_t args[6]);
long RawSyscall(long nr, const uint64_t args[6]);

// Makes the steps from `first` on.  Returns only on failure (the failing
// step's index; progress->error says why) or, with a fake kernel, at the end.
uint32_t RunSteps(const ChildPlan& plan, uint32_t first, SyscallFn kernel);

}  // namespace jail

#endif  // JAIL_CHILD_RUN_STEPS_H_
