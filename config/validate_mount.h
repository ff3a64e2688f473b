// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_VALIDATE_MOUNT_H_
#define CONFIG_VALIDATE_MOUNT_H_

#include <optional>
#include <string>

#include "config/validate_context.h"

namespace jail {

// mount[index], alone; nothing when it is too wrong to go on with.
std::optional<Mount> ValidateMount(ValidateContext& context, int index);

// Reports when a procfs of `kind` cannot be had.
void CheckProcKind(ValidateContext& context, const std::string& path,
                   ProcKind kind);

}  // namespace jail

#endif  // CONFIG_VALIDATE_MOUNT_H_
