// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Names, numbers and arguments of syscalls.  Numbers come from libseccomp, and
// for calls newer than it from a table; arguments from syscall_table.inc.
#ifndef JAIL_SECCOMP_SYSCALLS_H_
#define JAIL_SECCOMP_SYSCALLS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "jail/seccomp/arch.h"

namespace jail::seccomp {

struct Argument {
  const char* name;
  int bytes;  // 4: the kernel looks at the lower half alone
};

// Kernel names (newfstat, sendfile64) and libc's (fstat, sendfile, send) both
// count.
std::optional<uint32_t> SyscallNumber(Arch arch, const std::string& name);

// Of the names that libseccomp has: neither "newstat" nor libc's "nice".
std::optional<uint32_t> CommonNumber(Arch arch, const std::string& name);

// The kernel's name of a call that `name` is only libc's for: newfstat for
// fstat, sendto for send.  Empty for all others.
std::string KernelName(Arch arch, const std::string& name);

// Empty for a number without a name.
std::string SyscallName(Arch arch, uint32_t number);

// Nothing when the call's arguments are not known.
std::optional<std::vector<Argument>> SyscallArguments(Arch arch,
                                                      const std::string& name);

// Whether a call's argument is the address of a path.
bool IsPath(absl::string_view call, absl::string_view argument);

// What kernels of today call an argument that older ones, and Kafel, called
// `old_name`: "option" for arch_prctl's "code".  Other names stay.
absl::string_view ArgumentNow(absl::string_view call,
                              absl::string_view old_name);

// All that an architecture has, for "did you mean".
std::vector<std::string> SyscallNames(Arch arch);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_SYSCALLS_H_
