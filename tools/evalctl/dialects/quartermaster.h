// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_DIALECTS_QUARTERMASTER_H_
#define TOOLS_EVALCTL_DIALECTS_QUARTERMASTER_H_

#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/fastapi.h"

namespace jail::eval {

// POST /run with an image; /health, /images, /runtimes.  An image X is the
// profile "quartermaster-X".
class Quartermaster final : public FastApiDialect {
 public:
  absl::string_view name() const override { return "quartermaster"; }
  absl::string_view main_path() const override { return "/run"; }
  // Not "/", which it answers all the same.
  bool Owns(absl::string_view path) const override;
  bool Takes(const HttpRequest&) const override { return true; }
  bool IsOpen(absl::string_view method, absl::string_view path) const override;

 protected:
  HttpReply Respond(const HttpRequest& request, Engine& engine,
                    int cancel_fd) const override;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_QUARTERMASTER_H_
