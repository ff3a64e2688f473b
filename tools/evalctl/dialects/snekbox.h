// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_DIALECTS_SNEKBOX_H_
#define TOOLS_EVALCTL_DIALECTS_SNEKBOX_H_

#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/dialect.h"

namespace jail::eval {

// POST /eval: one Python program, its files in and out, stdout and stderr as
// one text.  Runs in the profile "snekbox".
class Snekbox final : public Dialect {
 public:
  absl::string_view name() const override { return "snekbox"; }
  absl::string_view main_path() const override { return "/eval"; }
  bool Owns(absl::string_view path) const override { return path == "/eval"; }
  bool Takes(const HttpRequest&) const override { return true; }
  HttpReply Answer(const HttpRequest& request, Engine& engine,
                   int cancel_fd) const override;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_SNEKBOX_H_
