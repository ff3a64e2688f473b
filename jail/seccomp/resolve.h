// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SECCOMP_RESOLVE_H_
#define JAIL_SECCOMP_RESOLVE_H_

#include <map>
#include <string>

#include "jail/seccomp/policy.h"
#include "jail/seccomp/syscalls.h"

namespace jail::seccomp {

// #defined ones, as far as the text has been read.
using Constants = std::map<std::string, uint64_t>;

// Looks a condition's names up: #defined constants first, as Kafel does, then
// `arguments`, then named constants.  `call` is for errors.
std::optional<Expr> ResolveCondition(const Expr& expr, const std::string& call,
                                     const std::vector<Argument>& arguments,
                                     const Constants& constants,
                                     const SourceNames& names,
                                     PolicyErrors& errors);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_RESOLVE_H_
