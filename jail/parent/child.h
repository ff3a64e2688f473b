// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_CHILD_H_
#define JAIL_PARENT_CHILD_H_

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "jail/parent/call_listener.h"
#include "jail/parent/cgroup.h"
#include "jail/parent/launch.h"
#include "jail/parent/output.h"
#include "jail/parent/process.h"
#include "jail/sys/fd.h"

namespace jail {

// The first process of a jail, from clone3 until it is reaped.
class Child {
 public:
  Child() = default;
  ~Child();  // kills what still runs, and waits for it
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // SIGKILL for all of the jail.  With a pid namespace the kernel sees to it;
  // without one, to the process's descendants and its session, as far as they
  // can be found.
  void Kill();

  // Blocks until the process, and with it its pid namespace, is gone.
  Ended Wait();

  pid_t pid = -1;
  Fd pidfd;
  Fd report;                              // REAPER: the reading end
  std::vector<std::string> mounts;        // REAPER: Plan::reaper_mounts
  Fd io_counters;                         // /proc/PID/io, where wanted
  std::unique_ptr<OutputCapture> output;  // stdout_limit, or null
  std::unique_ptr<CallListener> calls;    // with Spec::watch, or null
  std::unique_ptr<CgroupOfJail> cgroup;   // removed last
  Fd oom_notice;                          // CgroupOfJail::TakeOomNotice
  bool has_pid_namespace = false;
  bool has_session = false;
  bool reaped = false;
  std::chrono::steady_clock::time_point executed;  // end of set-up
};

}  // namespace jail

#endif  // JAIL_PARENT_CHILD_H_
