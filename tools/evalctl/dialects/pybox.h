// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_DIALECTS_PYBOX_H_
#define TOOLS_EVALCTL_DIALECTS_PYBOX_H_

#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/fastapi.h"

namespace jail::eval {

// POST /run: the value of the variable `result` of Python code.  Runs in the
// profile "pybox".
class Pybox final : public FastApiDialect {
 public:
  absl::string_view name() const override { return "pybox"; }
  absl::string_view main_path() const override { return "/run"; }
  bool Owns(absl::string_view path) const override { return path == "/run"; }
  bool Takes(const HttpRequest& request) const override;

 protected:
  HttpReply Respond(const HttpRequest& request, Engine& engine,
                    int cancel_fd) const override;
};

// What pybox's container speaks: {"code", "input"} on stdin, {"result"} on
// stdout.  For `evalctl run --api pybox-runner` alone; it owns no path.
class PyboxRunner final : public Dialect {
 public:
  absl::string_view name() const override { return "pybox-runner"; }
  absl::string_view main_path() const override { return "/"; }
  bool Owns(absl::string_view) const override { return false; }
  bool Takes(const HttpRequest&) const override { return false; }
  HttpReply Answer(const HttpRequest& request, Engine& engine,
                   int cancel_fd) const override;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_PYBOX_H_
