// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_CGROUP_FACTS_H_
#define JAIL_PARENT_CGROUP_FACTS_H_

#include <string>

#include "jail/plan/cgroup_plan.h"
#include "jail/spec/spec.h"

namespace jail {

// v2: where a launcher goes that lives in the very cgroup that it divides.
inline constexpr char kSupervisorLeaf[] = "jail.supervisor";

// Looks at the cgroup file systems; only when a limit is asked for.  Changes
// nothing.
CgroupFacts CollectCgroupFacts(const Spec& spec);

// A line of /proc/PID/mountinfo, proc(5).
struct CgroupMount {
  std::string root;  // what of the hierarchy is mounted: "/"
  std::string path;  // "/sys/fs/cgroup/cpu,cpuacct"
  bool v2 = false;
  std::string options;  // v1: "rw,cpu,cpuacct"
};
// False: not of a cgroup file system.
bool ParseCgroupMount(const std::string& line, CgroupMount& mount);

// This process's own cgroup of v2 beneath such a mount; empty: it is not to be
// seen there.
std::string OwnCgroup(const CgroupMount& mount);

}  // namespace jail

#endif  // JAIL_PARENT_CGROUP_FACTS_H_
