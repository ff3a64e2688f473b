// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_REPORT_VIOLATION_H_
#define JAIL_REPORT_VIOLATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "jail/parent/ending.h"
#include "proto/report.pb.h"

namespace jail {

report::Violation MakeViolation(const Violation& violation);
report::DeniedCall MakeDeniedCall(const DeniedCallRecord& denied);

// "socket(family=0x2, type=0x1, protocol=0x0)", with strings where they are
// known; without a name "syscall 999(...)".
std::string CallText(const Violation& violation);

// For people:
//   python3 (thread 4711) called socket(family=0x2, ...), x86_64:
//   words.kafel:12:1: DEFAULT KILL
std::string ViolationText(const Violation& violation);

// For people, of the most frequent ones; `calls` are in that order:
//   denied 3 calls of mount (EPERM), the first: python3 (thread 4711) called
//   mount(dev_name="none", ...), x86_64: words.kafel:12:1: ERRNO(EPERM) { ... }
std::vector<std::string> DeniedCallTexts(
    const std::vector<DeniedCallRecord>& calls, uint64_t not_recorded,
    size_t most);

}  // namespace jail

#endif  // JAIL_REPORT_VIOLATION_H_
