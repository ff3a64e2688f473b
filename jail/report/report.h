// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_REPORT_REPORT_H_
#define JAIL_REPORT_REPORT_H_

#include <string>

#include "jail/parent/ending.h"
#include "jail/plan/plan.h"
#include "jail/spec/spec.h"
#include "proto/report.pb.h"

namespace jail {

// Ending to report.  `plan` may be null (nothing was planned).
report::Report MakeReport(const Spec& spec, const Plan* plan,
                          const Ending& ending);

// The target's own status, 128+signal, or 255 when it never ran.
int ExitStatus(const Ending& ending);

// One JSON document, snake_case keys, ended by a newline.
std::string ReportJson(const report::Report& report);

// nsjail's line: "pid=4711 (python3) exited with status: 0, (PIDs left: 0)".
std::string EndLine(const Spec& spec, const Ending& ending, int pids_left);

}  // namespace jail

#endif  // JAIL_REPORT_REPORT_H_
