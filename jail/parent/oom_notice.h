// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_OOM_NOTICE_H_
#define JAIL_PARENT_OOM_NOTICE_H_

#include <string>

#include "jail/sys/fd.h"

namespace jail {

// v1: an eventfd(2) that gets readable as the OOM killer is about to take a
// process of the memory cgroup at `directory`.  It tells when; how many it
// took is counted in memory.oom_control.  Not valid: the kernel has it not,
// and nothing is lost but the moment.
Fd WatchForOom(const std::string& directory);

}  // namespace jail

#endif  // JAIL_PARENT_OOM_NOTICE_H_
