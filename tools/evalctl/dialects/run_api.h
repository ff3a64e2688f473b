// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// `evalctl run --api NAME`: a dialect spoken on stdin and stdout.
#ifndef TOOLS_EVALCTL_DIALECTS_RUN_API_H_
#define TOOLS_EVALCTL_DIALECTS_RUN_API_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/dialect.h"

namespace jail::eval {

struct ApiCall {
  std::string api;     // "snekbox"
  std::string method;  // empty: "GET" without a body, else "POST"
  std::string path;    // "/languages"; empty: where the dialect takes code
  std::string body;
};

// What the service would answer.  NotFound when there is no such dialect.
absl::StatusOr<HttpReply> RunApi(ApiCall call, Engine& engine,
                                 int cancel_fd = -1);

// Exit status of `evalctl run`: 0 when the request was served, whatever its
// program did, 2 for a bad one, 1 for a failure of ours.
int ApiExitStatus(const HttpReply& reply);

// "snekbox, codebox": for messages and --help.
std::string ApiNames();

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_RUN_API_H_
