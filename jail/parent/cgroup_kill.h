// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_CGROUP_KILL_H_
#define JAIL_PARENT_CGROUP_KILL_H_

#include <string>

namespace jail {

// SIGKILL to each process of the cgroup at `directory`, as its list has them:
// one that forks meanwhile may be ahead of it.
void KillListed(const std::string& directory);

// v1's freezer: stops all beneath `directory` first, so that none forks, kills
// those that `inside` lists, and lets them go to die.  False: it could not stop
// them, and nothing was done.
bool FreezeAndKill(const std::string& directory, const std::string& inside);

// What a launcher that was killed in the middle of that has left frozen.
void Thaw(const std::string& directory);

}  // namespace jail

#endif  // JAIL_PARENT_CGROUP_KILL_H_
