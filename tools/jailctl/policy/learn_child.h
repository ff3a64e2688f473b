// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The learned command's side: it puts itself under a filter that tells every
// call, hands the listener out, and becomes the command.
#ifndef TOOLS_JAILCTL_POLICY_LEARN_CHILD_H_
#define TOOLS_JAILCTL_POLICY_LEARN_CHILD_H_

#include <string>
#include <vector>

namespace jail::jailctl {

// `socket` is connected to the learner; closed when the command starts.
// Returns only when the command could not be started.  What went wrong is sent
// to the learner, and returned where that fails.
std::string BecomeLearned(int socket, const std::vector<std::string>& command);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_LEARN_CHILD_H_
