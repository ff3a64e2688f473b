// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// evalctl run --api
#include "tools/evalctl/command_run_api.h"

#include <errno.h>

#include <cstdio>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "jail/sys/errno_name.h"
#include "tools/evalctl/commands.h"
#include "tools/evalctl/dialects/run_api.h"

namespace jail::eval {

int RunApiRequest(const ApiOptions& options, std::string body, Engine& engine) {
  ApiCall call;
  call.api = options.api;
  call.path = options.path;
  call.body = std::move(body);
  absl::StatusOr<HttpReply> reply = RunApi(std::move(call), engine);
  if (!reply.ok()) {
    std::fprintf(stderr, "evalctl: %s\n",
                 std::string(reply.status().message()).c_str());
    return kBadRequest;
  }
  if (options.with_status) std::printf("%d\n", reply->status);
  // Byte for byte: no newline of ours.
  Body told(std::move(reply->body));
  told.Add(std::move(reply->rest));
  bool is_written = true;
  for (absl::string_view piece = told.Next(); is_written && !piece.empty();
       piece = told.Next()) {
    is_written =
        std::fwrite(piece.data(), 1, piece.size(), stdout) == piece.size();
  }
  if (!is_written || std::fflush(stdout) != 0) {
    std::fprintf(stderr, "evalctl: stdout: %s\n", DescribeErrno(errno).c_str());
    return kOurFault;
  }
  return ApiExitStatus(*reply);
}

}  // namespace jail::eval
