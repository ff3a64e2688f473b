// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What the planner must know of the machine and of the caller.  Collected by
// jail/parent/host.cc, once for each plan; in tests written by hand.
#ifndef JAIL_PLAN_HOST_FACTS_H_
#define JAIL_PLAN_HOST_FACTS_H_

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "jail/plan/cgroup_plan.h"
#include "jail/sys/kernel_version.h"

namespace jail {

struct PathFact {
  int error = 0;    // errno of stat(2), or 0
  mode_t mode = 0;  // st_mode
};

struct HostFacts {
  KernelVersion kernel;
  uid_t uid = 0, euid = 0;
  gid_t gid = 0, egid = 0;
  std::vector<gid_t> groups;
  bool setgroups_allowed = true;     // /proc/self/setgroups is not "deny"
  uint64_t effective_caps = 0;       // bit n: capability n
  int last_cap = 40;                 // /proc/sys/kernel/cap_last_cap
  std::vector<int> ignored_signals;  // dispositions that exec would keep
  struct Limit {
    uint64_t soft = 0, hard = 0;
  };
  std::array<Limit, 16> rlimits{};   // by RLIMIT_*
  std::vector<int> cpus;             // sched_getaffinity(2)
  bool is_realtime = false;          // SCHED_FIFO, _RR or _DEADLINE: sched(7)
  bool leads_process_group = false;  // setsid(2) cannot work; mode EXECVE only
  bool shares_terminal = false;      // with skip_setsid: stdio is its terminal
  bool root_is_rootfs = false;       // pivot_root(2) cannot work (initramfs)
  std::map<std::string, PathFact> paths;  // every path that the Spec names
  CgroupFacts cgroup;
  std::string newuidmap, newgidmap;  // found helpers, or empty
};

}  // namespace jail

#endif  // JAIL_PLAN_HOST_FACTS_H_
