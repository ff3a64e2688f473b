// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_DIALECTS_CODEBOX_H_
#define TOOLS_EVALCTL_DIALECTS_CODEBOX_H_

#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/fastapi.h"

namespace jail::eval {

// POST /execute and /execute_insecure: commands one after the other among the
// same files; GET /languages.  Runs in the profile "codebox", both of them.
class Codebox final : public FastApiDialect {
 public:
  absl::string_view name() const override { return "codebox"; }
  absl::string_view main_path() const override { return "/execute"; }
  bool Owns(absl::string_view path) const override;
  bool Takes(const HttpRequest& request) const override;

 protected:
  HttpReply Respond(const HttpRequest& request, Engine& engine,
                    int cancel_fd) const override;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_CODEBOX_H_
