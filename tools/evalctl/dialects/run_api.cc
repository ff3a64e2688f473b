// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/run_api.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/outcome.h"

namespace jail::eval {

absl::StatusOr<HttpReply> RunApi(ApiCall call, Engine& engine, int cancel_fd) {
  for (const Dialect* dialect : Dialects()) {
    if (dialect->name() != call.api) continue;
    HttpRequest request;
    request.path =
        call.path.empty() ? std::string(dialect->main_path()) : call.path;
    request.method = !call.method.empty()                      ? call.method
                     : call.path.empty() || !call.body.empty() ? "POST"
                                                               : "GET";
    request.content_type = "application/json";
    request.body = std::move(call.body);
    return dialect->Answer(request, engine, cancel_fd);
  }
  return absl::NotFoundError(
      absl::StrCat("--api: takes one of ", ApiNames(), ", not ", call.api));
}

int ApiExitStatus(const HttpReply& reply) {
  for (const auto& [name, value] : reply.headers) {
    if (name == kOutcomeHeader) return 0;
  }
  if (reply.status < 400) return 0;
  return reply.status < 500 && reply.status != 429 ? 2 : 1;
}

std::string ApiNames() {
  return absl::StrJoin(Dialects(), ", ",
                       [](std::string* out, const Dialect* dialect) {
                         absl::StrAppend(out, dialect->name());
                       });
}

}  // namespace jail::eval
