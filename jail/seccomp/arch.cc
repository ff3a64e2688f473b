// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/arch.h"

#include <linux/audit.h>

namespace jail::seccomp {
namespace {

struct Name {
  absl::string_view name;
  Arch arch;
};
constexpr Name kNames[] = {
    {"x86_64", Arch::kX86_64},   {"x86", Arch::kX86},
    {"aarch64", Arch::kAarch64}, {"arm", Arch::kArm},
    {"amd64", Arch::kX86_64},    {"i386", Arch::kX86},
    {"arm64", Arch::kAarch64},
};
constexpr absl::string_view kForeign[] = {"mips64", "mipso32", "riscv64",
                                          "m68k",   "s390x",   "x32"};

}  // namespace

Arch NativeArch() {
#if defined(__x86_64__) && !defined(__ILP32__)
  return Arch::kX86_64;
#elif defined(__i386__)
  return Arch::kX86;
#elif defined(__aarch64__)
  return Arch::kAarch64;
#elif defined(__arm__)
  return Arch::kArm;
#else
#error "seccomp policies are not ported to this architecture"
#endif
}

std::string ArchName(Arch arch) {
  for (const Name& name : kNames) {
    if (name.arch == arch) return std::string(name.name);
  }
  return "";
}

std::optional<Arch> ArchOf(absl::string_view text) {
  for (const Name& name : kNames) {
    if (name.name == text) return name.arch;
  }
  return std::nullopt;
}

bool IsForeignArch(absl::string_view name) {
  for (const absl::string_view foreign : kForeign) {
    if (foreign == name) return true;
  }
  return false;
}

std::vector<std::string> ArchNames() {
  std::vector<std::string> names;
  for (const Name& name : kNames) names.emplace_back(name.name);
  for (const absl::string_view foreign : kForeign) names.emplace_back(foreign);
  return names;
}

uint32_t AuditArch(Arch arch) {
  switch (arch) {
    case Arch::kX86_64:
      return AUDIT_ARCH_X86_64;
    case Arch::kX86:
      return AUDIT_ARCH_I386;
    case Arch::kAarch64:
      return AUDIT_ARCH_AARCH64;
    case Arch::kArm:
      return AUDIT_ARCH_ARM;
  }
  return 0;
}

std::optional<Arch> ArchOfAudit(uint32_t audit) {
  for (const Arch arch : kArchs) {
    if (AuditArch(arch) == audit) return arch;
  }
  return std::nullopt;
}

bool Is32Bit(Arch arch) { return arch == Arch::kX86 || arch == Arch::kArm; }

}  // namespace jail::seccomp
