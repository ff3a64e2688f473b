// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_EXEC_HINTS_H_
#define JAIL_PARENT_EXEC_HINTS_H_

#include <string>

#include "jail/spec/setup_failure.h"
#include "jail/spec/spec.h"

namespace jail {

// Why the target could not be executed, and what to do; or "".
std::string ExecHint(const Spec& spec, const SetupFailure& failure);

// What the kernel starts to run the file at `path` of the host: the loader of
// an ELF program (PT_INTERP), the interpreter of a `#!` script, or "".
// `is_script` tells which.
std::string InterpreterOf(const std::string& path, bool& is_script);

}  // namespace jail

#endif  // JAIL_PARENT_EXEC_HINTS_H_
