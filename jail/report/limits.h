// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Which limits a jail has reached, and whether one of them ended it.
#ifndef JAIL_REPORT_LIMITS_H_
#define JAIL_REPORT_LIMITS_H_

#include <string>

#include "jail/parent/ending.h"
#include "jail/spec/spec.h"
#include "proto/report.pb.h"

namespace jail {

// EXITED and the like.  Never SETUP_FAILED for a program's doing, nor anything
// else for ours.
report::Outcome DecideOutcome(const Spec& spec, const Ending& ending);

// Fills `limit` and `limits_met`; `report` has its outcome.
void AddLimits(const Spec& spec, const Ending& ending, report::Report& report);

// Of cgroup_mem_max, or what stands in for it; no name: there is no such limit.
report::LimitHit MemoryHit(const Spec& spec, const Ending& ending);

// "cgroup_pids_max: reached 5 processes, 3 forks refused",
// "cpu_time_ms: reached 101 of 100 ms".
std::string LimitText(const report::LimitHit& hit, const Ending& ending);

}  // namespace jail

#endif  // JAIL_REPORT_LIMITS_H_
