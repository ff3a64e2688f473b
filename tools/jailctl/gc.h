// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// jailctl gc: removes the cgroups of launchers that were killed.
#ifndef TOOLS_JAILCTL_GC_H_
#define TOOLS_JAILCTL_GC_H_

#include <string>
#include <vector>

namespace jail::jailctl {

struct Garbage {
  std::string path;
  bool removed = false;  // false without dry run: it still holds processes
};

// Looks through every cgroup file system that is mounted.  A cgroup is ours and
// dead when its name says that a launcher of this pid namespace made it, and
// that launcher does not exist any more.
std::vector<Garbage> CollectGarbage(bool dry_run);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_GC_H_
