// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_CGROUP_HINTS_H_
#define JAIL_PARENT_CGROUP_HINTS_H_

#include <string>

#include "jail/plan/cgroup_plan.h"

namespace jail {

// What helps where an operation on a cgroup failed with errno `error`; empty:
// nothing that we know of.

// Of making a directory, or of writing into one.
std::string CgroupHint(int error);

// Of enabling the controller `name` beneath `parent`.
std::string ControllerHint(int error, const std::string& name,
                           const std::string& parent);

// Of writing a limit, or (error 0) of reading what a limit takes, beneath
// `parent`.
std::string SettingHint(int error, const CgroupSetting& setting,
                        const std::string& parent);

// v2: a controller that divides by processes (memory, io) can't be used in it.
bool IsThreaded(const std::string& path);
std::string ThreadedHint(const std::string& path);

// v1: of moving the jail's first process in.
std::string JoinHint(int error, const CgroupDirectory& directory);

}  // namespace jail

#endif  // JAIL_PARENT_CGROUP_HINTS_H_
