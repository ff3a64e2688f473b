// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_DIALECTS_PYTHON_EXECUTOR_H_
#define TOOLS_EVALCTL_DIALECTS_PYTHON_EXECUTOR_H_

#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/dialect.h"

namespace jail::eval {

// POST /execute: what main() of a Python script returns, and what it prints.
// Runs in the profile "python-executor".
class PythonExecutor final : public Dialect {
 public:
  absl::string_view name() const override { return "python-executor"; }
  absl::string_view main_path() const override { return "/execute"; }
  bool Owns(absl::string_view path) const override {
    return path == "/execute";
  }
  bool Takes(const HttpRequest& request) const override;
  HttpReply Answer(const HttpRequest& request, Engine& engine,
                   int cancel_fd) const override;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_PYTHON_EXECUTOR_H_
