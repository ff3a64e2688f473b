// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Specs and hosts for tests of the planner.
#ifndef JAIL_PLAN_PLAN_TEST_HELPER_H_
#define JAIL_PLAN_PLAN_TEST_HELPER_H_

#include <string>
#include <vector>

#include "jail/plan/host_facts.h"
#include "jail/plan/plan.h"
#include "jail/spec/spec.h"

namespace jail {

HostFacts RootFacts();          // uid 0 with all capabilities
HostFacts UnprivilegedFacts();  // uid 1000, in two groups

Mount BindOf(const std::string& source, const std::string& target, int line);
Mount TmpfsAt(const std::string& target, const std::string& size, int line);

// All namespaces but time, no mount, `/bin/true`.
Spec MinimalSpec();

// The Specs of testdata/*.golden, and the host of each.
struct Case {
  std::string name;
  Spec spec;
  HostFacts facts;
};
std::vector<Case> Cases();
Case CaseNamed(const std::string& name);

// The plan; the test fails if there is none.
Plan PlanOf(const Spec& spec, const HostFacts& facts);

// The descriptions of all child steps.
std::vector<std::string> Lines(const Plan& plan);

}  // namespace jail

#endif  // JAIL_PLAN_PLAN_TEST_HELPER_H_
