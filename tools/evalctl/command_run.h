// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// One command of a request, in a jail of its own.
#ifndef TOOLS_EVALCTL_COMMAND_RUN_H_
#define TOOLS_EVALCTL_COMMAND_RUN_H_

#include <cstdint>
#include <functional>
#include <string>

#include "jail/launcher.h"
#include "proto/eval.pb.h"
#include "tools/evalctl/command_io.h"
#include "tools/evalctl/jails_ahead.h"
#include "tools/evalctl/request_plan.h"
#include "tools/evalctl/workspace.h"

namespace jail::eval {

// Output of all commands of a request together; what a profile allows to one
// command could be had a hundred times otherwise.
inline constexpr uint64_t kMaxRequestOutput = 64 << 20;

struct CommandRun {
  const Request& request;
  const LoadedProfile& profile;
  Workspace& workspace;
  int cancel_fd = -1;
  // For the first command alone.
  JailAhead* ahead = nullptr;
  std::function<void()> on_start = nullptr;
};

// What of a command makes its jail.
Launcher::Overrides OverridesOf(const PlannedCommand& command);
IoShape IoShapeOf(const Request& request, const PlannedCommand& command);

// Runs `command` and adds what happened to `response.commands`, and the value
// of a function call to `response`.  False: it is not the program's doing, and
// `response.error` says what is.
bool RunCommand(const CommandRun& run, const PlannedCommand& command,
                Response& response);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_COMMAND_RUN_H_
