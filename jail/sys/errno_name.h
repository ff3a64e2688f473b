// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SYS_ERRNO_NAME_H_
#define JAIL_SYS_ERRNO_NAME_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace jail {

// "EPERM"; "errno 4095" for a number without a name.
std::string ErrnoName(int error);

// "EPERM (Operation not permitted)".
std::string DescribeErrno(int error);

// A status whose message is "what: EPERM (Operation not permitted)", and whose
// code is the canonical one of `error`.
absl::Status ErrnoStatus(int error, absl::string_view what);

}  // namespace jail

#endif  // JAIL_SYS_ERRNO_NAME_H_
