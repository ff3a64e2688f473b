// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PLAN_PLANNER_H_
#define JAIL_PLAN_PLANNER_H_

#include "absl/status/status.h"
#include "jail/plan/host_facts.h"
#include "jail/plan/plan.h"
#include "jail/spec/setup_failure.h"
#include "jail/spec/spec.h"

namespace jail {

// Pure: the same Spec and facts give the same Plan, byte for byte.  Where the
// host can't do what the Spec asks for, the answer is an error, its message
// that of `failure`, which is filled too.
absl::Status MakePlan(const Spec& spec, const HostFacts& facts, Plan& plan,
                      SetupFailure& failure);

}  // namespace jail

#endif  // JAIL_PLAN_PLANNER_H_
