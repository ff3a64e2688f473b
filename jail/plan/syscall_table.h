// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// How the arguments of each system call that plans are made of are written for
// people.
#ifndef JAIL_PLAN_SYSCALL_TABLE_H_
#define JAIL_PLAN_SYSCALL_TABLE_H_

#include <cstdint>
#include <vector>

namespace jail {

struct NamedValue {
  uint64_t value;
  const char* name;
};
using Names = std::vector<NamedValue>;

struct ArgShape {
  enum Kind {
    kNumber,      // 0
    kSigned,      // -1
    kOctal,       // 0755
    kHex,         // 0x4000
    kFd,          // fd 9 "tree /usr", or AT_FDCWD
    kString,      // "/usr"
    kBytes,       // "content", as long as the next argument says
    kFlags,       // names joined by "|"
    kEnum,        // one name
    kDirOrFile,   // S_IFREG|0644
    kCapability,  // CAP_SYS_ADMIN
    kSignal,      // SIGKILL
    kStrings,     // ["sh", "-c"], a null-terminated vector
    kBuffer,      // where the kernel writes: "buffer"
    kOpenHow,     // struct open_how
    kMountAttr,   // struct mount_attr
    kLimit,       // struct rlimit64
    kCapSets,     // struct __user_cap_data_struct[2]
    kProgram,     // struct sock_fprog
    kRequest,     // struct ifreq: the interface's name
    kHidden,      // always the same; not written
  };
  Kind kind;
  const Names* names = nullptr;  // with kFlags and kEnum
};

struct SyscallShape {
  int nr;
  const char* name;
  std::vector<ArgShape> args;
  // Calls whose argument `selector` says what the others are: this shape is
  // for the value `selected`.  -1: for all.
  int selector = -1;
  uint64_t selected = 0;
};

// The shape of a call, or null: plans make no such call.
const SyscallShape* FindShape(int nr, const uint64_t args[6]);
// By name alone; null: plans make no such call.
const char* FindSyscallName(int nr);

// Names of namespaces and other flags of clone3(2) and unshare(2).
extern const Names kCloneFlags;

}  // namespace jail

#endif  // JAIL_PLAN_SYSCALL_TABLE_H_
