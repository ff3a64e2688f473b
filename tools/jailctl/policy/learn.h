// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// jailctl policy learn: runs a command, and writes the policy that it needs.
#ifndef TOOLS_JAILCTL_POLICY_LEARN_H_
#define TOOLS_JAILCTL_POLICY_LEARN_H_

#include <string>
#include <vector>

namespace jail::jailctl {

struct LearnRequest {
  static constexpr int kMaxRuns = 1000;

  std::vector<std::string> command;  // empty: the config's own
  std::string config;                // of the jail around it; empty: no jail
  int runs = 1;
  // Empty: the policy goes to standard output, and what the command prints
  // there to standard error.
  std::string output;
};

struct LearnResult {
  std::string policy;              // empty: there is none
  std::vector<std::string> notes;  // how runs ended that ended badly
  std::vector<std::string> errors;
};

// Nothing of the command is left running.
LearnResult Learn(const LearnRequest& request);

// The hidden verb by which a jail starts the command: SOCKET COMMAND...
// Returns only when that failed.
std::string LearnChild(const std::vector<std::string>& words);
inline constexpr char kLearnChildVerb[] = "learn-child";

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_LEARN_H_
