// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// From what the child left in its Progress to what people are told.
#ifndef JAIL_PARENT_FAILURE_H_
#define JAIL_PARENT_FAILURE_H_

#include "jail/plan/plan.h"
#include "jail/spec/setup_failure.h"

namespace jail {

// Words the failure of child step `step` with `error` (an errno, or
// kCheckFailed).  Without its hint: see hints.h.
SetupFailure StepFailure(const Plan& plan, int step, int error);

// True once every program that the plan starts has been executed: the target,
// and the reaper where there is one.
bool HasExecuted(const Plan& plan, const Progress& progress);

// The failure of a child that is gone without having executed the target:
// what `progress` says, or `wait_status` where it says nothing.
SetupFailure ChildFailure(const Plan& plan, const Progress& progress,
                          int wait_status);

}  // namespace jail

#endif  // JAIL_PARENT_FAILURE_H_
