// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// report_violations and seccomp_unotify: which calls the supervisor is told of,
// and what the policy says of them.
#ifndef CONFIG_CALL_WATCH_H_
#define CONFIG_CALL_WATCH_H_

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "config/validate_context.h"
#include "jail/seccomp/bpf.h"
#include "jail/seccomp/policy.h"

namespace jail {

// A policy, and how people find its rules.
struct WatchedPolicy {
  std::vector<seccomp::Arch> archs;
  std::optional<seccomp::Policy> policy;  // unset: the default one
  // What each rule that denies is called, "snek.kafel:12:3: KILL { ptrace }",
  // by its place: file, line, column.
  std::map<std::tuple<int, int, int>, std::string> rules;
};

// Fills the Spec's watch, where the config asks for one.  `watched` is the
// policy of `context.spec.seccomp`.
void WatchCalls(ValidateContext& context, WatchedPolicy watched);

}  // namespace jail

#endif  // CONFIG_CALL_WATCH_H_
