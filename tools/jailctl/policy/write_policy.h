// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_JAILCTL_POLICY_WRITE_POLICY_H_
#define TOOLS_JAILCTL_POLICY_WRITE_POLICY_H_

#include <string>
#include <vector>

#include "tools/jailctl/policy/recording.h"

namespace jail::jailctl {

// A Kafel policy that allows what was recorded, with comments.  `config` is
// the jail's, or empty.
std::string WritePolicy(const Recording& recording,
                        const std::vector<std::string>& command,
                        const std::string& config);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_WRITE_POLICY_H_
