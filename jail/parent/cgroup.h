// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The cgroup of one jail: made before clone3, entered before the target runs,
// read and removed after its end.  cgroups(7)
#ifndef JAIL_PARENT_CGROUP_H_
#define JAIL_PARENT_CGROUP_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "jail/plan/cgroup_plan.h"
#include "jail/spec/setup_failure.h"
#include "jail/sys/fd.h"

namespace jail {

// What a cgroup counted while its jail lived.  Unset: not counted there.
struct CgroupUsage {
  std::optional<uint64_t> memory_peak_bytes;
  std::optional<uint64_t> oom_kills;
  std::optional<uint64_t> pids_denied;  // forks that pids.max refused
  std::optional<uint64_t> cpu_us;
};

// Which hierarchies there are at the mounts that `spec` names; one statfs(2)
// each, and only when a limit is asked for.
CgroupFacts CollectCgroupFacts(const Cgroup& spec);

class CgroupOfJail {
 public:
  // Makes the directories and writes the limits, each of which is read back.
  // v2: where the calling process is alone in the cgroup that is to hold the
  // jail's, it moves to the leaf "jail.supervisor" of it, and stays there.
  // Null on failure, which names file, value and errno; nothing is left then.
  static std::unique_ptr<CgroupOfJail> Make(const CgroupPlan& plan,
                                            SetupFailure& failure);

  // Kills what is left inside, and removes the directories.
  ~CgroupOfJail();

  CgroupOfJail(const CgroupOfJail&) = delete;
  CgroupOfJail& operator=(const CgroupOfJail&) = delete;

  // v2: a descriptor for CLONE_INTO_CGROUP; -1 with v1.
  int clone_fd() const { return clone_fd_.get(); }

  // v1: moves the child in; v2 does nothing.  False: see `failure`.
  bool Join(pid_t child, SetupFailure& failure);

  CgroupUsage Read() const;

  // SIGKILL to every process inside.
  void Kill();

 private:
  explicit CgroupOfJail(const CgroupPlan& plan) : plan_(plan) {}

  const CgroupPlan plan_;
  std::vector<std::string> made_;  // beside plan_.directories
  Fd clone_fd_;
};

// Removes empty cgroups beneath `parent` that a launcher made which is dead by
// now.  They are known by their name, "jail.PIDNS.PID.STARTTIME.NUMBER", of a
// process of this pid namespace that does not exist or has started at another
// time.
void RemoveStaleCgroups(const std::string& parent);

}  // namespace jail

#endif  // JAIL_PARENT_CGROUP_H_
