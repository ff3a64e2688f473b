// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The policies that come with the program.  Every policy may USE them without
// an #include; one of its own with the same name goes first.
#ifndef JAIL_SECCOMP_SHIPPED_H_
#define JAIL_SECCOMP_SHIPPED_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace jail::seccomp {

struct ShippedPolicy {
  absl::string_view name;  // for USE: "default_deny_dangerous"
  absl::string_view file;  // for errors: "shipped/default_deny_dangerous.kafel"
  absl::string_view text;  // one POLICY of that name, and nothing else
};

struct ShippedPolicyList {
  const ShippedPolicy* first;
  size_t count;
  const ShippedPolicy* begin() const { return first; }
  const ShippedPolicy* end() const { return first + count; }
};

// All of them; one that another uses stands before it.
ShippedPolicyList ShippedPolicies();

// Null for a name that none has.
const ShippedPolicy* FindShippedPolicy(absl::string_view name);

// The policy of a jail that names none.
constexpr absl::string_view kDefaultPolicyName = "default_deny_dangerous";
constexpr absl::string_view kDefaultPolicyText =
    "USE default_deny_dangerous\nDEFAULT ALLOW\n";

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_SHIPPED_H_
