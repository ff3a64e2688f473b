// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tools/jailctl/doctor.h"

namespace jail::jailctl {
namespace {

constexpr char kAbsent[] = "(absent)";

std::string Sysctl(const std::string& name) {
  return ReadLine(
      absl::StrCat("/proc/sys/", absl::StrReplaceAll(name, {{".", "/"}})),
      kAbsent);
}

// A sysctl that must not have the value `bad`.  Absent is well: the patch that
// brings it is not there.
Finding Must(const std::string& name, const std::string& bad,
             const std::string& fix) {
  const std::string value = Sysctl(name);
  if (value == bad) return {Finding::State::kMissing, name, value, fix};
  return {Finding::State::kGood, name, value, ""};
}

}  // namespace

Section ExamineSysctls() {
  Section section{"Settings", {}};
  section.findings.push_back(
      Must("kernel.unprivileged_userns_clone", "0",
           "sysctl -w kernel.unprivileged_userns_clone=1"));
  section.findings.push_back(
      Must("kernel.apparmor_restrict_unprivileged_userns", "1",
           "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an "
           "AppArmor profile for jail that has \"userns,\""));
  for (const char* name :
       {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time"}) {
    const std::string sysctl = absl::StrCat("user.max_", name, "_namespaces");
    section.findings.push_back(
        Must(sysctl, "0", absl::StrCat("sysctl -w ", sysctl, "=15000")));
  }
  for (const char* name :
       {"kernel.yama.ptrace_scope", "kernel.io_uring_disabled",
        "vm.overcommit_memory", "kernel.pid_max"}) {
    const std::string value = Sysctl(name);
    if (value == kAbsent) continue;
    section.findings.push_back({Finding::State::kNote, name, value, ""});
  }
  return section;
}

}  // namespace jail::jailctl
