// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PLAN_MOUNT_KINDS_H_
#define JAIL_PLAN_MOUNT_KINDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "jail/plan/plan.h"
#include "jail/spec/spec.h"

namespace jail {

// A tmpfs that is the root holds the targets of mounts, and what a jail with a
// writable root makes.
inline constexpr uint64_t kRootTmpfsBytes = 16 << 20;

// Paths of the host that the mount is made of, in order.
std::vector<std::string> SourcesOf(const Mount& mount);

// Is it a tree of the host's, with its submounts?
bool IsBind(const Mount& mount);

// The mount as people and the report are told of it.
PlannedMount PlannedMountOf(const Mount& mount, bool nosuid);

// The flags of a mount, with those that its kind always has.
MountFlags FlagsOf(const Mount& mount, bool nosuid);

// The host's devices in a DevPreset: "null" of /dev/null.
extern const std::vector<std::string> kDevNames;

}  // namespace jail

#endif  // JAIL_PLAN_MOUNT_KINDS_H_
