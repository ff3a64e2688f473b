// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_JAILCTL_LOAD_H_
#define TOOLS_JAILCTL_LOAD_H_

#include <optional>
#include <string>
#include <vector>

#include "config/diagnostics.h"
#include "jail/spec/spec.h"

namespace jail::jailctl {

// The program that a config is explained with when it names none, and neither
// does the command line.
inline constexpr char kNoProgram[] = "PROGRAM";

// Reads, parses and validates a config as `jail` does, for the user that runs
// this.  `command` replaces its program, unless empty.  What is wrong goes to
// `diagnostics`.
std::optional<Spec> Load(const std::string& file,
                         const std::vector<std::string>& command,
                         Diagnostics& diagnostics);

// Plans and verifies, as `jail --check` does; what is wrong goes to
// `diagnostics`.
void CheckPlan(const Spec& spec, Diagnostics& diagnostics);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_LOAD_H_
