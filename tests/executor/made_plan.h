// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_EXECUTOR_MADE_PLAN_H_
#define TESTS_EXECUTOR_MADE_PLAN_H_

#include <string>

#include "jail/plan/plan.h"
#include "jail/spec/spec.h"

namespace jail {

// A plan as production makes it: parsed, validated, planned and verified.
struct MadePlan {
  Spec spec;
  Plan plan;
  std::string error;  // empty: it is good
};

// For the process that calls it, as it is now.  The configuration is called
// "test.cfg".
MadePlan MakePlanOf(const std::string& config);

// A jail with a bit of everything: all namespaces, binds, a symlink, tmpfs, a
// file with content, proc, an overlay, /dev, limits.  `more` is appended.
std::string TypicalConfig(const std::string& more);

}  // namespace jail

#endif  // TESTS_EXECUTOR_MADE_PLAN_H_
