// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What the reaper tells the supervisor, by one write to its report pipe.
#ifndef JAIL_CHILD_REAPER_REPORT_H_
#define JAIL_CHILD_REAPER_REPORT_H_

#include <cstdint>

#include "jail/plan/step.h"

namespace jail {

// A file system in memory as the target has left it.  All 0: not looked at.
struct MemoryMount {
  uint64_t bytes, free_bytes;  // 0 bytes: without a limit
  uint64_t inodes, free_inodes;
};

struct ReaperReport {
  int32_t wait_status;  // of the target, as wait(2) gives it
  int32_t mount_count;
  int64_t rusage[18];  // struct rusage of the kernel (wait4(2))
  MemoryMount mounts[kMaxReaperMounts];  // in the order of the command line
};

// The target is the first process that the namespace's process 1 makes.
inline constexpr int kReaperTargetPid = 2;

}  // namespace jail

#endif  // JAIL_CHILD_REAPER_REPORT_H_
