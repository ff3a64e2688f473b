// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Numbers of system calls' arguments as people write them, both ways.
#ifndef TOOLS_JAILCTL_POLICY_VALUE_NAMES_H_
#define TOOLS_JAILCTL_POLICY_VALUE_NAMES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "jail/seccomp/arch.h"

namespace jail::jailctl {

// "-1", "0x10", "010", "0b11", "AF_UNIX", "O_RDWR|O_CREAT".
absl::StatusOr<uint64_t> ParseValue(const std::string& text);

// The constant that a value of argument `index` (0 to 5) of a call stands for:
// "AF_UNIX" for 1 as the family of socket; else empty.
std::string ConstantOf(absl::string_view call, int index, uint64_t value);

// That constant, or the number: decimal when small, else hexadecimal.
std::string NameValue(absl::string_view call, int index, uint64_t value);

// A number, or a name of a syscall on `arch`.
absl::StatusOr<uint32_t> ParseCall(seccomp::Arch arch, const std::string& text);

// Its name, or "SYSCALL[600]".
std::string CallName(seccomp::Arch arch, uint32_t number);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_VALUE_NAMES_H_
