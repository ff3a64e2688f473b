// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/validate.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "config/units.h"
#include "config/validate_context.h"

namespace jail {

std::optional<std::string> ValidateContext::CallersVariable(
    const std::string& name) const {
  const std::string start = absl::StrCat(name, "=");
  for (const std::string& entry : caller.environment) {
    if (absl::StartsWith(entry, start)) return entry.substr(start.size());
  }
  return std::nullopt;
}

std::optional<Spec> Validate(const ParsedConfig& config, const Caller& caller,
                             Diagnostics& diagnostics) {
  Spec spec;
  ValidateContext context{config.proto, config.sources, caller, diagnostics,
                          spec};
  spec.name = config.proto.name();
  spec.mode = static_cast<Mode>(config.proto.mode());
  spec.daemon = config.proto.daemon();
  spec.forward_signals = config.proto.forward_signals();
  ValidateNamespaces(context);
  ValidateIds(context);
  ValidateRoot(context);
  ValidateMounts(context);
  ValidateProcess(context);
  ValidateRlimits(context);
  ValidateCommand(context);
  ValidateNetwork(context);
  ValidateLimits(context);
  ValidateLog(context);
  ValidateCgroup(context);
  ValidateSeccomp(context);
  RefuseUnimplemented(context);
  CheckUnits(config, diagnostics);
  // What parsing found counts too: its fields are not checked again.
  if (!diagnostics.ok()) return std::nullopt;
  return spec;
}

// The two enums have the same numbers.
static_assert(static_cast<int>(Mode::kListen) == config::LISTEN);
static_assert(static_cast<int>(Mode::kOnce) == config::ONCE);
static_assert(static_cast<int>(Mode::kRerun) == config::RERUN);
static_assert(static_cast<int>(Mode::kExecve) == config::EXECVE);

}  // namespace jail
