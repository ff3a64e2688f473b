// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_PARENT_OPS_H_
#define JAIL_PARENT_PARENT_OPS_H_

#include <sys/types.h>

#include "jail/plan/plan.h"
#include "jail/spec/setup_failure.h"
#include "jail/spec/spec.h"

namespace jail {

// One of Plan::parent for process `pid`.  False: `failure` says why.
bool DoParentOp(const ParentOp& op, const Spec& spec, pid_t pid,
                SetupFailure& failure);

}  // namespace jail

#endif  // JAIL_PARENT_PARENT_OPS_H_
