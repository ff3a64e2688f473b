// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// jailctl policy: its command line.
#ifndef TOOLS_JAILCTL_POLICY_COMMAND_H_
#define TOOLS_JAILCTL_POLICY_COMMAND_H_

#include <string>
#include <vector>

namespace jail::jailctl {

// What a verb did: text for standard output and for standard error, and the
// exit status.
struct CommandResult {
  std::string out;
  std::string err;
  int status = 0;
};

// `args` are those behind "policy".  `colour` is for standard output.
CommandResult PolicyCommand(const std::vector<std::string>& args, bool colour);

// The lines of --help.
extern const char kPolicyHelp[];

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_COMMAND_H_
