// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The commands of evalctl.  Like main(), they print, and give an exit status.
#ifndef TOOLS_EVALCTL_COMMANDS_H_
#define TOOLS_EVALCTL_COMMANDS_H_

#include <string>
#include <vector>

namespace jail::eval {

inline constexpr int kServed = 0;
inline constexpr int kOurFault = 1;
inline constexpr int kBadRequest = 2;

int RunLines(const std::vector<std::string>& args);   // batch
int RunServer(const std::vector<std::string>& args);  // serve
int RunRequest(const std::vector<std::string>& args);
int ListProfiles(const std::vector<std::string>& args);
int CheckProfiles(const std::vector<std::string>& args);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_COMMANDS_H_
