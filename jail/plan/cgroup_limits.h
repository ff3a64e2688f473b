// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The limits of a Spec as each version of cgroups has them.
#ifndef JAIL_PLAN_CGROUP_LIMITS_H_
#define JAIL_PLAN_CGROUP_LIMITS_H_

#include <string>
#include <vector>

#include "jail/plan/cgroup_plan.h"
#include "jail/spec/spec.h"

namespace jail {

// One limit in one version: a controller and the files to be written, or the
// reason why this version has no such limit.
struct LimitFiles {
  std::string controller;  // empty with pressure: none is needed
  std::vector<CgroupSetting> settings;
  std::string missing;  // why there is none
};

struct PlannedLimit {
  CgroupLimit limit;
  bool best_effort = false;
  LimitFiles v1, v2;
};

std::vector<PlannedLimit> PlanLimits(const Cgroup& spec,
                                     const CgroupFacts& facts);

}  // namespace jail

#endif  // JAIL_PLAN_CGROUP_LIMITS_H_
