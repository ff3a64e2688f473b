// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_MOUNT_OPTIONS_H_
#define CONFIG_MOUNT_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "jail/spec/spec.h"

namespace jail {

// What the text of `options` says, taken apart: what every mount understands,
// and what is left for the file system.
struct MountOptions {
  std::optional<bool> read_only, nosuid, nodev, noexec, nosymfollow;
  std::vector<std::string> without_effect;  // "noatime"
  std::vector<std::string> refused;         // "shared"
  std::vector<MountOption> for_filesystem;
  std::vector<std::string> errors;  // worded to follow the field's name
};

// Splits at commas; "\\," is a comma inside a value.
MountOptions ParseMountOptions(const std::string& text);

}  // namespace jail

#endif  // CONFIG_MOUNT_OPTIONS_H_
