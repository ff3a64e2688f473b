// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What a policy can allow that attackers look for.
#ifndef TOOLS_JAILCTL_POLICY_DANGERS_H_
#define TOOLS_JAILCTL_POLICY_DANGERS_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/jailctl/policy/loaded_policy.h"
#include "tools/jailctl/weakness.h"

namespace jail::jailctl {

// A call to try, with arguments that make it the dangerous one.
struct TriedCall {
  const char* call;
  std::array<uint64_t, 6> args = {};
};

struct Danger {
  Severity severity = Severity::kLow;
  const char* what;  // "new user namespaces"
  const char* why;   // one sentence
  std::vector<TriedCall> attempts;
};

const std::vector<Danger>& Dangers();

// A danger that a policy allows.
struct AllowedDanger {
  const Danger* danger = nullptr;
  std::vector<std::string> calls;    // that are allowed
  std::vector<std::string> reasons;  // by which rules
};

// Worst first; on one architecture.  Where the policy allows a foreign ABI too
// that is a danger of its own, and not looked into here.
std::vector<AllowedDanger> FindAllowedDangers(const LoadedPolicy& loaded,
                                              seccomp::Arch arch);

// ALLOW or LOG: the kernel makes the call.
bool IsAllowed(uint32_t value);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_DANGERS_H_
