// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_HOST_H_
#define JAIL_PARENT_HOST_H_

#include "absl/status/statusor.h"
#include "jail/plan/host_facts.h"
#include "jail/spec/spec.h"

namespace jail {

// What the planner must know: reads /proc and stats the paths that `spec`
// names.
absl::StatusOr<HostFacts> CollectHostFacts(const Spec& spec);

}  // namespace jail

#endif  // JAIL_PARENT_HOST_H_
