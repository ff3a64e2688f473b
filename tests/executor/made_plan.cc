// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tests/executor/made_plan.h"

#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "config/diagnostics.h"
#include "config/parse.h"
#include "config/validate.h"
#include "jail/parent/host.h"
#include "jail/plan/planner.h"
#include "jail/plan/verify.h"

namespace jail {

MadePlan MakePlanOf(const std::string& config) {
  MadePlan made;
  Diagnostics diagnostics;
  const ParsedConfig parsed =
      ParseConfig(config, "test.cfg", ConfigFormat::kText, diagnostics);
  std::optional<Spec> spec;
  if (diagnostics.ok()) {
    spec = Validate(parsed, Caller::Current(), diagnostics);
  }
  if (!spec || !diagnostics.ok()) {
    made.error = "bad config";
    for (const Diagnostic& diagnostic : diagnostics.Sorted()) {
      absl::StrAppend(&made.error, "\n", diagnostic.ToString());
    }
    return made;
  }
  made.spec = *std::move(spec);
  const absl::StatusOr<HostFacts> facts = CollectHostFacts(made.spec);
  if (!facts.ok()) {
    made.error = std::string(facts.status().message());
    return made;
  }
  SetupFailure failure;
  if (!MakePlan(made.spec, *facts, made.plan, failure).ok()) {
    made.error = failure.ToString();
    return made;
  }
  const absl::Status verified = Verify(made.plan, made.spec);
  if (!verified.ok()) made.error = std::string(verified.message());
  return made;
}

std::string TypicalConfig(const std::string& more) {
  return absl::StrCat(R"(
hostname: "typical"
cwd: "/home"
mount { src: "/usr" dst: "/usr" is_bind: true }
mount { src: "usr/bin" dst: "/bin" is_symlink: true }
mount { src: "usr/lib" dst: "/lib" is_symlink: true }
mount { src: "usr/lib64" dst: "/lib64" is_symlink: true }
mount { dst: "/home" fstype: "tmpfs" rw: true options: "size=1m" }
mount { dst: "/etc/motd" src_content: "welcome\n" }
mount { dst: "/no" src: "/no/such/source" is_bind: true mandatory: false }
dev_preset: true
)",
                      more);
}

}  // namespace jail
