// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// evalctl run --api
#include "tools/evalctl/command_run_api.h"

#include <errno.h>

#include <cstdio>
#include <string>

#include "absl/status/statusor.h"
#include "jail/sys/errno_name.h"
#include "tools/evalctl/commands.h"
#include "tools/evalctl/dialects/run_api.h"

namespace jail::eval {

int RunApiRequest(const ApiOptions& options, std::string body, Engine& engine) {
  ApiCall call;
  call.api = options.api;
  call.path = options.path;
  call.body = std::move(body);
  const absl::StatusOr<HttpReply> reply = RunApi(std::move(call), engine);
  if (!reply.ok()) {
    std::fprintf(stderr, "evalctl: %s\n",
                 std::string(reply.status().message()).c_str());
    return kBadRequest;
  }
  if (options.with_status) std::printf("%d\n", reply->status);
  // Byte for byte: no newline of ours.
  if (std::fwrite(reply->body.data(), 1, reply->body.size(), stdout) !=
          reply->body.size() ||
      std::fflush(stdout) != 0) {
    std::fprintf(stderr, "evalctl: stdout: %s\n", DescribeErrno(errno).c_str());
    return kOurFault;
  }
  return ApiExitStatus(*reply);
}

}  // namespace jail::eval
