// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What is made of a Spec's cgroup limits: directories and the files in them
// that are written, in order.  cgroups(7)
#ifndef JAIL_PLAN_CGROUP_PLAN_H_
#define JAIL_PLAN_CGROUP_PLAN_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "jail/spec/origin.h"
#include "jail/spec/setup_failure.h"
#include "jail/spec/spec.h"

namespace jail {

// Which cgroup file systems there are, of those that the Spec names.
struct CgroupFacts {
  enum class Kind { kNone, kV1, kV2 };
  Kind memory_mount = Kind::kNone, pids_mount = Kind::kNone,
       net_cls_mount = Kind::kNone, cpu_mount = Kind::kNone,
       v2_mount = Kind::kNone;
  // v1 without swap accounting has no memory.memsw.limit_in_bytes.
  bool v1_has_memsw = false;
};

struct CgroupSetting {
  std::string file;   // "memory.limit_in_bytes"
  std::string value;  // what is written, and read back
  Origin origin;
};

// One directory of one hierarchy.  The jail gets a directory of its own
// beneath `parent`, with a name that no other jail has.
struct CgroupDirectory {
  std::string controller;  // "memory"; v2: all that are needed, by spaces
  std::string mount;       // "/sys/fs/cgroup/memory"
  std::string parent;      // "/sys/fs/cgroup/memory/NSJAIL"; made if missing
  std::vector<CgroupSetting> settings;
  Origin origin;
};

struct CgroupPlan {
  bool v2 = false;  // then there is one directory, and clone3 enters it
  std::vector<CgroupDirectory> directories;  // v1: one for each controller
};

// Nothing when the Spec asks for no limit.  An error, its message that of
// `failure`, when the host has no hierarchy that could hold one.
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
