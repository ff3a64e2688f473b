// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// A cgroup outlives its processes.  What a launcher that was killed could not
// remove is known by its name.
#ifndef JAIL_PARENT_STALE_CGROUPS_H_
#define JAIL_PARENT_STALE_CGROUPS_H_

#include <string>
#include <vector>

namespace jail {

// "jail.PIDNS.PID.STARTTIME.NUMBER": of this process, and no other's.
std::string UniqueCgroupName();

// The cgroups beneath `parent` that a launcher made which is dead by now: a
// process of this pid namespace that does not exist, or has started at another
// time.  They may still hold processes.
std::vector<std::string> FindStaleCgroups(const std::string& parent);

// Those of every cgroup file system that is mounted.
std::vector<std::string> FindAllStaleCgroups();

// Removes the empty ones of FindStaleCgroups, by rmdir(2) alone.
void RemoveStaleCgroups(const std::string& parent);

// RemoveStaleCgroups, but once for each `parent` in the life of this process.
void RemoveStaleCgroupsOnce(const std::string& parent);

// rmdir(2) of the directories beneath `directory`, and of itself.  False: it is
// still there.
bool RemoveCgroupTree(const std::string& directory);

}  // namespace jail

#endif  // JAIL_PARENT_STALE_CGROUPS_H_
