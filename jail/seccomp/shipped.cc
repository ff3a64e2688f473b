// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/shipped.h"

#include <iterator>

namespace jail::seccomp {
namespace {

constexpr ShippedPolicy kPolicies[] = {
// Made from policies/*.kafel by the build.
#include "jail/seccomp/shipped_policies.inc"
};

}  // namespace

ShippedPolicyList ShippedPolicies() {
  return {kPolicies, std::size(kPolicies)};
}

const ShippedPolicy* FindShippedPolicy(absl::string_view name) {
  for (const ShippedPolicy& policy : kPolicies) {
    if (policy.name == name) return &policy;
  }
  return nullptr;
}

}  // namespace jail::seccomp
