// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_JAILCTL_POLICY_BOUNDARY_VALUES_H_
#define TOOLS_JAILCTL_POLICY_BOUNDARY_VALUES_H_

#include <array>
#include <cstdint>
#include <functional>
#include <set>
#include <vector>

#include "jail/seccomp/policy.h"

namespace jail::jailctl {

// Values worth trying for each of a call's six arguments; empty for those that
// no condition looks at.
using ArgumentValues = std::array<std::set<uint64_t>, 6>;

// Adds those that can change what `condition` says: constants, their
// neighbours, masks with each of their bits flipped, the upper half set.
void AddBoundaryValues(const seccomp::Expr& condition, ArgumentValues& values);

// Combinations that ForEachCombination() makes at most.
constexpr size_t kMaxCombinations = 20000;

// Calls `visit` with every combination, or, when there are more than
// kMaxCombinations, with a fixed sample of them; false then.
bool ForEachCombination(
    const ArgumentValues& values,
    const std::function<void(const std::array<uint64_t, 6>&)>& visit);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_BOUNDARY_VALUES_H_
