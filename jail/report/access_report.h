// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What seccomp_unotify recorded, in words.
#ifndef JAIL_REPORT_ACCESS_REPORT_H_
#define JAIL_REPORT_ACCESS_REPORT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "jail/parent/ending.h"
#include "proto/report.pb.h"

namespace jail {

report::AccessReport MakeAccessReport(const AccessRecord& record);

// For people: a heading, and a line for each of `files`, then of `sockets`, in
// columns; at most `most` of each.
//   pid=7 seccomp_unotify: 2 uses of files, 0 of sockets
//   pid=7      3  openat  O_RDONLY|O_CLOEXEC  /etc/ld.so.cache
//   pid=7      1  openat  O_RDONLY            /etc/passwd
std::vector<std::string> AccessTable(const report::AccessReport& report,
                                     size_t most);

}  // namespace jail

#endif  // JAIL_REPORT_ACCESS_REPORT_H_
