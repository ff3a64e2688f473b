// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What only the parent can do for a jail's network namespace: the one place
// that speaks netlink.
#ifndef JAIL_PARENT_NETWORK_H_
#define JAIL_PARENT_NETWORK_H_

#include <sys/types.h>

#include "jail/plan/plan.h"
#include "jail/spec/setup_failure.h"
#include "jail/spec/spec.h"

namespace jail {

// Moves a host interface into the network namespace of `pid`.
bool MoveInterface(const ParentOp& op, pid_t pid, SetupFailure& failure);

// Makes the macvlan interface "vs" in the network namespace of `pid`.
bool AddMacvlan(const ParentOp& op, const Macvlan& macvlan, pid_t pid,
                SetupFailure& failure);

}  // namespace jail

#endif  // JAIL_PARENT_NETWORK_H_
