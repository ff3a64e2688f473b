// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The processes of a jail as /proc shows them.
#ifndef JAIL_PARENT_PROCESS_TREE_H_
#define JAIL_PARENT_PROCESS_TREE_H_

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <vector>

#include "jail/sys/fd.h"

namespace jail {

// One line of /proc/PID/stat.
struct ProcessStat {
  pid_t pid = 0, parent = 0, session = 0;
  char state = '?';
  uint64_t start_time = 0;           // clock ticks since boot
  std::chrono::microseconds cpu{0};  // its own and its waited-for children's
  std::chrono::microseconds children_cpu{0};  // of that, the latter's
};

// False: there is no such process, or it can't be read.
bool ReadProcessStat(pid_t pid, ProcessStat& stat);
bool ParseProcessStat(const char* line, ProcessStat& stat);

// `root` and all its descendants; parents come before their children.
std::vector<ProcessStat> ReadProcessTree(pid_t root);

// CPU time of `root` and all its descendants: exact for those that run, in the
// kernel's clock ticks (10 ms) for those that were waited for.  A process that
// its parent neither waited for nor has still running is not counted: a cgroup
// counts exactly.
std::chrono::microseconds TreeCpuTime(pid_t root);

// What shows that they are at work.
struct Activity {
  std::chrono::microseconds cpu{0};
  uint64_t written = 0;  // bytes, by write(2) and its like
  // One of them runs, or would if it had a processor.
  bool runs = false;
};
Activity TreeActivity(pid_t root);

// `wchar` and its like of /proc/PID/io: of the process and its waited-for
// descendants.  False: it can't be read.
struct ProcessIo {
  uint64_t read = 0, written = 0;  // bytes, by read(2), write(2) and their like
};
bool ReadProcessIo(const Fd& file, ProcessIo& io);
// The file.  A zombie's can be read, but not opened, without root.
Fd OpenProcessIo(pid_t pid);

// SIGKILL for all of them that can be found, `root` last; and for members of
// the session that `root` leads, if it leads one.
void KillTree(pid_t root, bool leads_session);

}  // namespace jail

#endif  // JAIL_PARENT_PROCESS_TREE_H_
