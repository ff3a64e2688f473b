// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What Launcher::With() makes otherwise in a Spec.
#ifndef JAIL_OVERRIDES_H_
#define JAIL_OVERRIDES_H_

#include <string>
#include <vector>

#include "jail/launcher.h"
#include "jail/plan/plan.h"
#include "jail/spec/origin.h"
#include "jail/spec/spec.h"

namespace jail {

// The place that faults of an override name.
inline Origin OfOverride(const char* name) { return {name, "override", 0, 0}; }

void OverrideCommand(const Launcher::Overrides& overrides, Process& process,
                     std::vector<std::string>& errors);

// `planned` is the plan without overrides: it knows what this host holds.
void OverrideLimits(const Launcher::Overrides& overrides, const Plan& planned,
                    Spec& spec, std::vector<std::string>& errors);

}  // namespace jail

#endif  // JAIL_OVERRIDES_H_
