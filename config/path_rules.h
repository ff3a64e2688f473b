// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_PATH_RULES_H_
#define CONFIG_PATH_RULES_H_

#include <string>

#include "absl/status/statusor.h"

namespace jail {

// Paths are bytes: no encoding is asked for.  Errors are worded to follow the
// field's name: "holds \"..\": ...".

// A place inside the jail, absolute and clean.  A relative one counts from the
// jail's root, as in nsjail; ".." is refused; "//", "/./" and a "/" at the end
// are taken out.
absl::StatusOr<std::string> CleanInsidePath(const std::string& text);

// A path of the host, absolute; a relative one counts from `base`.  ".." stays
// as it is: only the kernel knows where it leads behind a symbolic link.
absl::StatusOr<std::string> CleanOutsidePath(const std::string& text,
                                             const std::string& base);

// Is `path` strictly beneath `directory`?  Both clean.
bool IsBeneath(const std::string& path, const std::string& directory);

// In double quotes, fit for a terminal, and cut when it is long.
std::string Quoted(const std::string& text);

}  // namespace jail

#endif  // CONFIG_PATH_RULES_H_
