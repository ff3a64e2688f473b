// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What is made of a Spec's cgroup limits: directories and the files in them
// that are written, in order.  cgroups(7)
#ifndef JAIL_PLAN_CGROUP_PLAN_H_
#define JAIL_PLAN_CGROUP_PLAN_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "jail/spec/origin.h"
#include "jail/spec/setup_failure.h"
#include "jail/spec/spec.h"

namespace jail {

// Which cgroup file systems there are, and what of them this process may use.
struct CgroupFacts {
  // v1, by controller ("memory"): where it is mounted, and the errno of making
  // a directory in the parent that the Spec names there.
  struct V1 {
    std::string mount;
    int error = 0;
  };
  // Of "cpuacct" and "freezer", which hold no limit: only where the jail has a
  // use for them.
  std::map<std::string, V1> v1;
  // v1 without swap accounting has no memory.memsw.limit_in_bytes.
  bool v1_has_memsw = false;
  // v1 counts the buffers of TCP apart: memory.kmem.tcp.limit_in_bytes.
  bool v1_has_tcp = false;

  // A cgroup of v2.
  struct V2 {
    std::string path;         // empty: there is none
    std::string controllers;  // cgroup.controllers: what it could pass on
    int error = 0;            // errno of making a directory in it
  };
  V2 v2_given;  // at the Spec's cgroupv2_mount, where that is one
  V2 v2_root;   // where v2 is mounted
  // Our own cgroup, where it was delegated to us and can be divided: all that
  // is needed is enabled there already, or nobody but us lives in it.
  V2 v2_own;
  bool systemd = false;  // may be asked for a scope
  // What would help where nothing can be made: "Delegate=yes in ...".
  std::string advice;

  // cgroup_io: the major:minor of devices named by path, or why not.
  struct Device {
    std::string number;
    int error = 0;
  };
  std::map<std::string, Device> devices;
};

struct CgroupSetting {
  std::string file;   // "memory.limit_in_bytes"
  std::string value;  // what is written, and read back; empty: only read
  Origin origin;
  bool best_effort = false;
};

// One directory of one hierarchy.  The jail gets a directory of its own
// beneath `parent`, with a name that no other jail has.
struct CgroupDirectory {
  std::string controller;  // "memory"; v2: all that are needed, by spaces
  std::string mount;       // "/sys/fs/cgroup/memory"
  // "/sys/fs/cgroup/memory/NSJAIL"; made if missing.  Empty: that of the scope
  // that systemd makes.
  std::string parent;
  std::vector<CgroupSetting> settings;
  Origin origin;
  // v1: has no settings, and a use all the same: cpuacct counts, freezer stops.
  // Done without where it can't be made.
  bool helps = false;

  bool IsBestEffort() const;
};

// Where the jail's cgroup comes from.  Tried in this order.
enum class CgroupSource {
  kGiven,      // the configuration names the parent
  kDelegated,  // our own cgroup of v2: a systemd unit with Delegate=yes
  kScope,      // a transient scope that systemd makes for this process
  kRoot,       // the root of the v2 tree
  kV1,
  kNone,  // every limit is best effort, and none is in force
};
const char* CgroupSourceName(CgroupSource source);  // "DELEGATED"

// A limit as the configuration has it; for the report.
struct CgroupLimit {
  const char* field = "";  // "cgroup_mem_max"
  Origin origin;
  uint64_t value = 0;
  const char* unit = "";
  std::string text;  // where it is no number: "0-3,7"
};

// A best-effort limit that is not in force, and why.
struct CgroupLoss {
  Origin origin;
  std::string reason;
  // "cgroup_mem_max (snek.cfg:70): not in force: mkdir /x: EACCES (...)".
  std::string ToString() const;
};

struct CgroupPlan {
  bool v2 = false;  // then there is one directory, and clone3 enters it
  CgroupSource source = CgroupSource::kNone;
  std::vector<CgroupDirectory> directories;  // v1: one for each hierarchy
  std::vector<CgroupLimit> limits;           // all that were asked for
  std::vector<CgroupLoss> losses;            // known before the launch
  bool pressure = false;
  // The jail may mount file systems, cgroups among them, and the files of its
  // cgroup may be its user's: it starts in a cgroup beneath the one that has
  // the limits, and that one is the root of what it sees.
  bool apart = false;

  // Whether the limit of this field ("cgroup_mem_max") is among the losses.
  bool IsLost(absl::string_view field) const;
};

// Its name.
inline constexpr char kApartName[] = "inside";

// Nothing when the Spec asks for no limit.  An error, its message that of
// `failure`, when a required limit can't be held on this host.
absl::Status PlanCgroup(const Cgroup& spec, const CgroupFacts& facts,
                        std::optional<CgroupPlan>& plan, SetupFailure& failure);

// What is done before clone3, a line for each operation and its reason:
// {"write(\"/sys/fs/cgroup/pids/NSJAIL/jail.*/pids.max\", \"15\")", origin}.
struct CgroupLine {
  std::string text;
  Origin origin;
};
std::vector<CgroupLine> DescribeCgroup(const CgroupPlan& plan);

}  // namespace jail

#endif  // JAIL_PLAN_CGROUP_PLAN_H_
