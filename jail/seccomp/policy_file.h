// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The one place of this folder that reads files.
#ifndef JAIL_SECCOMP_POLICY_FILE_H_
#define JAIL_SECCOMP_POLICY_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "jail/seccomp/lexer.h"

namespace jail::seccomp {

// The text of a policy: of a regular file, or of a descriptor of ours by its
// name (/dev/stdin), up to kMaxPolicyBytes.
absl::StatusOr<std::string> ReadPolicyFile(const std::string& path);

// Finds what the policy in the file `path` includes: files beneath its folder,
// whoever includes them.  Names and symbolic links that lead out are refused.
LoadInclude IncludeBeneath(const std::string& path);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_POLICY_FILE_H_
