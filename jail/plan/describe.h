// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PLAN_DESCRIBE_H_
#define JAIL_PLAN_DESCRIBE_H_

#include <string>

#include "jail/plan/plan.h"

namespace jail {

// "move_mount": the system call's name, for errors and explanations.
std::string SyscallName(int nr);

// One step as a line: `move_mount(tree /usr -> /usr)`.
std::string DescribeStep(const Plan& plan, int step);

// The whole plan: a numbered line for each operation, which side does it, and
// because of which line of the configuration.  What `jail --explain` prints.
std::string DescribeText(const Plan& plan);
std::string DescribeJson(const Plan& plan);

}  // namespace jail

#endif  // JAIL_PLAN_DESCRIBE_H_
