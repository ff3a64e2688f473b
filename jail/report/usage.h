// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What a jail has used: of its processes by wait4(2), of all of it by its
// cgroup.
#ifndef JAIL_REPORT_USAGE_H_
#define JAIL_REPORT_USAGE_H_

#include <chrono>

#include "jail/parent/ending.h"
#include "proto/report.pb.h"

namespace jail {

// Of the whole jail: the cgroup, and looks for a limit, also know of processes
// that nobody waited for.
std::chrono::microseconds CpuTime(const Ending& ending);

report::Usage MakeUsage(const Ending& ending);

}  // namespace jail

#endif  // JAIL_REPORT_USAGE_H_
