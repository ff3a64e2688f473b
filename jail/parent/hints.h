// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_HINTS_H_
#define JAIL_PARENT_HINTS_H_

#include <sys/types.h>

#include <string>

#include "jail/plan/plan.h"
#include "jail/spec/setup_failure.h"
#include "jail/spec/spec.h"

namespace jail {

// Fills `failure.hint` with the one fix that fits, or leaves it empty.  Looks
// at the host (sysctls, files), so call it only once a launch has failed.
void AddHint(const Spec& spec, const Plan& plan, SetupFailure& failure);

// What the hints look at beside the failure.
struct HostView {
  std::string root;  // before "/proc" and "/sys"; a test gives one of its own
  uid_t euid = 0;
};
void AddHint(const HostView& host, const Spec& spec, SetupFailure& failure);

}  // namespace jail

#endif  // JAIL_PARENT_HINTS_H_
