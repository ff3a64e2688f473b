// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SECCOMP_COMPILE_H_
#define JAIL_SECCOMP_COMPILE_H_

#include <optional>

#include "jail/seccomp/bpf.h"
#include "jail/seccomp/policy.h"

namespace jail::seccomp {

// The filter of a policy; the same policy always gives the same filter.  An
// architecture that the policy is not for is killed, and so are x32's calls
// that no rule matches.  Nothing when it is longer than kMaxInstructions.
std::optional<Program> Compile(const Policy& policy, PolicyErrors& errors);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_COMPILE_H_
