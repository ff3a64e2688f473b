// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/sys/capability.h"

#include <linux/capability.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace jail {
namespace {

// By number; linux/capability.h.
constexpr const char* kNames[] = {
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
    "CAP_PERFMON",
    "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE",
};
static_assert(CAP_LAST_CAP + 1 == sizeof kNames / sizeof kNames[0]);

}  // namespace

std::string CapabilityName(int number) {
  if (number < 0 || number > CAP_LAST_CAP) {
    return absl::StrCat("capability ", number);
  }
  return kNames[number];
}

int CapabilityNumber(absl::string_view name) {
  for (int i = 0; i <= CAP_LAST_CAP; ++i) {
    if (absl::EqualsIgnoreCase(name, kNames[i]) ||
        absl::EqualsIgnoreCase(name, kNames[i] + 4)) {
      return i;
    }
  }
  return -1;
}

}  // namespace jail
