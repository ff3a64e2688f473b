// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_COMMAND_RUN_API_H_
#define TOOLS_EVALCTL_COMMAND_RUN_API_H_

#include <string>

#include "tools/evalctl/engine.h"

namespace jail::eval {

// Of `evalctl run`.
struct ApiOptions {
  std::string api;           // --api NAME; empty: no dialect is spoken
  std::string path;          // --api-path PATH: another of its endpoints
  bool with_status = false;  // --with-status: the HTTP status before the body
};

// Prints what the service would answer to `body`, and gives the exit status.
int RunApiRequest(const ApiOptions& options, std::string body, Engine& engine);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_COMMAND_RUN_API_H_
