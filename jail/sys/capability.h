// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SYS_CAPABILITY_H_
#define JAIL_SYS_CAPABILITY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace jail {

// "CAP_SYS_ADMIN" of 21 (capabilities(7)); "capability 63" for a number that
// has no name.
std::string CapabilityName(int number);

// 21 of "CAP_SYS_ADMIN", in any case and without "CAP_" too; -1: there is none
// of that name.
int CapabilityNumber(absl::string_view name);

}  // namespace jail

#endif  // JAIL_SYS_CAPABILITY_H_
