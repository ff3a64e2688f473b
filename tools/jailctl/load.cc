// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/load.h"

#include "config/parse.h"
#include "config/validate.h"
#include "jail/parent/host.h"
#include "jail/plan/planner.h"
#include "jail/plan/verify.h"

namespace jail::jailctl {

std::optional<Spec> Load(const std::string& file,
                         const std::vector<std::string>& command,
                         Diagnostics& diagnostics) {
  absl::StatusOr<std::string> text = ReadConfigFile(file);
  if (!text.ok()) {
    diagnostics.Error({"", file, 0, 0}, std::string(text.status().message()));
    return std::nullopt;
  }
  ParsedConfig config =
      ParseConfig(*text, file, ConfigFormat::kDetect, diagnostics);
  config::Exe& program = *config.proto.mutable_exec_bin();
  if (!command.empty()) {
    program.Clear();
    program.set_path(command[0]);
    for (size_t i = 1; i < command.size(); i++) program.add_arg(command[i]);
  } else if (!program.has_path()) {
    program.set_path(kNoProgram);
  }
  std::optional<Spec> spec = Validate(config, Caller::Current(), diagnostics);
  if (!diagnostics.ok()) return std::nullopt;
  return spec;
}

void CheckPlan(const Spec& spec, Diagnostics& diagnostics) {
  absl::StatusOr<HostFacts> facts = CollectHostFacts(spec);
  if (!facts.ok()) {
    diagnostics.Error({}, std::string(facts.status().message()));
    return;
  }
  Plan plan;
  SetupFailure failure;
  absl::Status planned = MakePlan(spec, *facts, plan, failure);
  if (!planned.ok()) {
    diagnostics.Error(failure.origin, std::string(planned.message()));
    return;
  }
  absl::Status verified = Verify(plan, spec);
  if (!verified.ok()) {
    diagnostics.Error({}, std::string(verified.message()));
  }
  for (const std::string& warning : plan.warnings) {
    diagnostics.Warning({}, warning);
  }
}

}  // namespace jail::jailctl
