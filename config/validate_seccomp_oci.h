// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_VALIDATE_SECCOMP_OCI_H_
#define CONFIG_VALIDATE_SECCOMP_OCI_H_

#include <optional>

#include "config/call_watch.h"
#include "config/validate_context.h"
#include "jail/spec/spec.h"

namespace jail {

// The filter of the profile that seccomp_oci_file names, for a program with
// the capabilities that the jail leaves it; nothing when something is wrong,
// which is told.  `watched` takes its entries.
std::optional<Seccomp> CompileOciProfile(ValidateContext& context,
                                         WatchedPolicy& watched);

}  // namespace jail

#endif  // CONFIG_VALIDATE_SECCOMP_OCI_H_
