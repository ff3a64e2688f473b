// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What a request asks for, checked against its profile.
#ifndef TOOLS_EVALCTL_REQUEST_PLAN_H_
#define TOOLS_EVALCTL_REQUEST_PLAN_H_

#include <string>
#include <vector>

#include "proto/eval.pb.h"
#include "tools/evalctl/collect.h"
#include "tools/evalctl/profile.h"
#include "tools/evalctl/upload.h"

namespace jail::eval {

inline constexpr size_t kMaxCommands = 100;
inline constexpr size_t kMaxVariables = 1000;  // of an environment

struct PlannedCommand {
  std::vector<std::string> argv;
  absl::string_view stdin_data;          // borrowed from the request
  std::vector<std::string> environment;  // NAME=value
  std::string cwd;                       // absolute, inside
  Limits limits;
  bool stop_on_failure = false;
  bool is_call = false;  // of `entry`, with the channel
  // What the response says that it was, where that is not `argv`.
  std::vector<std::string> shown_argv;
  bool is_runner = false;  // the profile's own words, not the request's
  std::string place;       // "/commands/0"
};

// Borrows from the request.
struct RequestPlan {
  std::vector<PlannedCommand> commands;
  Uploads uploads;
  uint64_t workspace_bytes = 0;
  CollectOptions collect;
  bool collects = true;
};

// False: the request is at fault, and `error` says where.
bool PlanRequest(const Request& request, const LoadedProfile& profile,
                 RequestPlan& plan, Error& error);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_REQUEST_PLAN_H_
