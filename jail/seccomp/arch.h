// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SECCOMP_ARCH_H_
#define JAIL_SECCOMP_ARCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace jail::seccomp {

// A syscall ABI.  Little-endian ones only: the halves of an argument stand in
// that order.
enum class Arch { kX86_64, kX86, kAarch64, kArm };

constexpr Arch kArchs[] = {Arch::kX86_64, Arch::kX86, Arch::kAarch64,
                           Arch::kArm};

// x32's calls carry this bit, under the architecture x86_64.
constexpr uint32_t kX32Bit = 0x40000000;

// The one this program is built for.
Arch NativeArch();

// Kafel's name: "x86_64", "x86", "aarch64", "arm".
std::string ArchName(Arch arch);

// Takes other common names too: "amd64", "i386", "arm64".
std::optional<Arch> ArchOf(absl::string_view name);

// An architecture that Kafel knows and this compiler does not: "mips64" ...
bool IsForeignArch(absl::string_view name);

// All names that ON may give, for "did you mean".
std::vector<std::string> ArchNames();

uint32_t AuditArch(Arch arch);  // AUDIT_ARCH_*, seccomp_data.arch
std::optional<Arch> ArchOfAudit(uint32_t audit);
bool Is32Bit(Arch arch);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_ARCH_H_
