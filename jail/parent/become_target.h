// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_BECOME_TARGET_H_
#define JAIL_PARENT_BECOME_TARGET_H_

#include "jail/parent/launch.h"
#include "jail/plan/plan.h"
#include "jail/spec/setup_failure.h"
#include "jail/spec/spec.h"

namespace jail {

// Mode EXECVE (`plan.in_place`): this process makes the plan's steps itself
// and becomes the target.  Returns on failure only.  The process is then half
// way into the jail, fit for nothing but to say why and to exit.
//
// For a process with one thread: unshare(2) takes no other.
SetupFailure BecomeTarget(const Spec& spec, const Plan& plan,
                          const LaunchIo& io);

}  // namespace jail

#endif  // JAIL_PARENT_BECOME_TARGET_H_
