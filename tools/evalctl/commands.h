// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The commands of evalctl.  Like main(), they print, and give an exit status.
#ifndef TOOLS_EVALCTL_COMMANDS_H_
#define TOOLS_EVALCTL_COMMANDS_H_

#include "tools/evalctl/cli/options.h"

namespace jail::eval {

inline constexpr int kServed = 0;
inline constexpr int kOurFault = 1;
inline constexpr int kBadRequest = 2;

int RunLines(const CommandLine& line);   // batch
int RunServer(const CommandLine& line);  // serve
int RunRequest(const CommandLine& line);
int ListProfiles(const CommandLine& line);
int PrintSchema(const CommandLine& line);
int CheckProfiles(const CommandLine& line);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_COMMANDS_H_
