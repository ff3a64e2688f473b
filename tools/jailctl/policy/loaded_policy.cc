// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/loaded_policy.h"

#include "absl/strings/str_cat.h"
#include "jail/seccomp/evaluate.h"

namespace jail::jailctl {

using seccomp::Decision;

std::string PlaceName(const seccomp::SourceNames& names, seccomp::Place place) {
  const std::string& file = names[static_cast<size_t>(place.file)];
  return place.line == 0
             ? file
             : absl::StrCat(file, ":", place.line, ":", place.column);
}

Ruling Decide(const LoadedPolicy& loaded, const seccomp_data& call) {
  const seccomp::Policy& policy = loaded.policy;
  const Decision decision = seccomp::Evaluate(policy, call);
  Ruling ruling;
  ruling.value = decision.action.ReturnValue();
  ruling.rule = decision.rule;
  if (loaded.is_oci) {
    // libseccomp's filter decides, and it may see overlapping rules in another
    // order: the first rule that says what the filter said is named.
    const auto outcome = seccomp::Run(loaded.filter, call);
    ruling.value = outcome ? outcome->value : SECCOMP_RET_KILL_PROCESS;
    if (ruling.value != decision.action.ReturnValue()) {
      ruling.rule = nullptr;
      for (const seccomp::ArchRules& arch : policy.archs) {
        if (seccomp::AuditArch(arch.arch) != call.arch) continue;
        for (const seccomp::Rule& rule : arch.rules) {
          if (rule.action.ReturnValue() == ruling.value &&
              seccomp::Matches(rule, call)) {
            ruling.rule = &rule;
            break;
          }
        }
      }
    }
  }
  if (ruling.rule != nullptr) {
    ruling.reason = absl::StrCat(PlaceName(policy.names, ruling.rule->place),
                                 " (", ruling.rule->call, ")");
    return ruling;
  }
  if (ruling.value != decision.action.ReturnValue()) {
    // socketcall(2) and ipc(2) of i386, which stand for other calls.
    ruling.reason = "libseccomp, which adds rules of its own";
    return ruling;
  }
  switch (decision.reason) {
    case Decision::Reason::kX32:
      ruling.reason = "the x32 ABI";
      break;
    case Decision::Reason::kWrongArch:
      ruling.reason = "the policy is not for this architecture";
      break;
    default:
      ruling.reason = "DEFAULT";
      if (policy.default_place.line > 0) {
        ruling.reason = absl::StrCat(
            "DEFAULT, ", PlaceName(policy.names, policy.default_place));
      }
  }
  return ruling;
}

}  // namespace jail::jailctl
