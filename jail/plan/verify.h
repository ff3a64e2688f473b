// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PLAN_VERIFY_H_
#define JAIL_PLAN_VERIFY_H_

#include "absl/status/status.h"
#include "jail/plan/plan.h"
#include "jail/spec/spec.h"

namespace jail {

// Checks a finished plan against what every plan must do, whatever the planner
// believes: it runs before each first launch, in production too.  An error is
// a fault of ours (kInternal) and names the rule.
absl::Status Verify(const Plan& plan, const Spec& spec);

}  // namespace jail

#endif  // JAIL_PLAN_VERIFY_H_
