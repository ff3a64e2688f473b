// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SECCOMP_EVALUATE_H_
#define JAIL_SECCOMP_EVALUATE_H_

#include <linux/seccomp.h>

#include "jail/seccomp/policy.h"

namespace jail::seccomp {

// What a policy does with a call, and why.
struct Decision {
  enum class Reason {
    kRule,
    kDefault,
    kWrongArch,  // the policy is not for it
    kX32,
  };
  Reason reason = Reason::kDefault;
  Action action;
  const Rule* rule = nullptr;  // of kRule

  // "KILL, by python.kafel:7:3 (ptrace)", "ERRNO(EPERM), by DEFAULT"
  std::string ToString(const SourceNames& names) const;
};

// Whether a call with the rule's number fulfils its condition.
bool Matches(const Rule& rule, const seccomp_data& data);

// Reads the rules as they stand, without the compiler: what compiled filters
// are compared with.
Decision Evaluate(const Policy& policy, const seccomp_data& data);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_EVALUATE_H_
