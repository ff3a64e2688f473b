// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_REPORT_STATS_H_
#define JAIL_REPORT_STATS_H_

#include <string>

#include "proto/report.pb.h"

namespace jail {

// `jail --stats`: what one jail has used, for people.  A line for each field of
// Usage and Timing that is set, so that none is forgotten; the fields' names
// end with their units.  With report_violations one for each denied call, too.
//
//   usage of pid 4711: EXITED, status 0
//     wall time              1.204 s
//     memory peak            12.3 MiB
std::string StatsText(const report::Report& report);

}  // namespace jail

#endif  // JAIL_REPORT_STATS_H_
