// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SECCOMP_CONSTANTS_H_
#define JAIL_SECCOMP_CONSTANTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace jail::seccomp {

// errno, O_, PROT_, MAP_, CLONE_, AF_, SOCK_, PR_, ioctl requests, signals, and
// the other flags and commands that arguments of syscalls take, with the values
// of the architecture that this program is built for.  Beyond Kafel, which
// wants a #define for each.
std::optional<uint64_t> NamedConstant(absl::string_view name);

std::vector<std::string> ConstantNames();

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_CONSTANTS_H_
