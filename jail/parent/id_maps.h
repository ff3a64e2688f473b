// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_ID_MAPS_H_
#define JAIL_PARENT_ID_MAPS_H_

#include <sys/types.h>

#include "jail/plan/plan.h"
#include "jail/spec/setup_failure.h"

namespace jail {

// Writes a map, "deny" (user_namespaces(7)) or oom_score_adj to its file of
// /proc/PID.
bool WriteProcFile(const ParentOp& op, pid_t pid, SetupFailure& failure);

// Runs newuidmap(1) or newgidmap(1) with an empty environment; what it says on
// stderr becomes the failure's detail.
bool RunIdMapHelper(const ParentOp& op, pid_t pid, SetupFailure& failure);

}  // namespace jail

#endif  // JAIL_PARENT_ID_MAPS_H_
