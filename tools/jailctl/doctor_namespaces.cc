// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <linux/sched.h>

#include "absl/strings/str_cat.h"
#include "tools/jailctl/doctor.h"

namespace jail::jailctl {
namespace {

struct Namespace {
  const char* name;  // as in /proc/PID/ns
  uint64_t flag;
  const char* option;  // of the kernel's configuration
};
constexpr Namespace kNamespaces[] = {
    {"user", CLONE_NEWUSER, "CONFIG_USER_NS"},
    {"mnt", CLONE_NEWNS, nullptr},
    {"pid", CLONE_NEWPID, "CONFIG_PID_NS"},
    {"net", CLONE_NEWNET, "CONFIG_NET_NS"},
    {"ipc", CLONE_NEWIPC, "CONFIG_IPC_NS"},
    {"uts", CLONE_NEWUTS, "CONFIG_UTS_NS"},
    {"cgroup", CLONE_NEWCGROUP, "CONFIG_CGROUPS"},
    {"time", CLONE_NEWTIME, "CONFIG_TIME_NS"},
};

bool Is(const std::string& path, const std::string& value) {
  return ReadLine(path, "") == value;
}

}  // namespace

std::string NamespaceFix(const std::string& name, int error, const Who& who) {
  const std::string max = absl::StrCat("user.max_", name, "_namespaces");
  if (error == ENOSPC) {
    return absl::StrCat("sysctl -w ", max,
                        "=15000 (ENOSPC: the limit is reached; in a user "
                        "namespace each parent's limit counts too)");
  }
  if (error == EINVAL || error == ENOSYS) {
    for (const Namespace& ns : kNamespaces) {
      if (name == ns.name && ns.option != nullptr) {
        return absl::StrCat("a kernel with ", ns.option, "=y");
      }
    }
  }
  if (error == EUSERS) {
    return "namespaces are nested too deep (32): start from further out";
  }
  if (Is("/proc/sys/kernel/unprivileged_userns_clone", "0") && !who.IsRoot()) {
    return "sysctl -w kernel.unprivileged_userns_clone=1";
  }
  if (Is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1") &&
      !who.IsRoot()) {
    return "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an "
           "AppArmor profile for jail that has \"userns,\"";
  }
  return "if this is a container, its seccomp filter refuses the call: start "
         "it with --security-opt seccomp=unconfined; in a chroot(2), leave it "
         "(user namespaces are refused there)";
}

Section ExamineNamespaces(const std::vector<Who>& everyone) {
  Section section{"Namespaces", {}};
  for (const Who& who : everyone) {
    // An unprivileged user owns the others by a user namespace around them.
    const uint64_t around = who.IsRoot() ? 0 : CLONE_NEWUSER;
    const Attempt user = Try(who, CLONE_NEWUSER);
    for (const Namespace& ns : kNamespaces) {
      const std::string name = absl::StrCat(ns.name, ", as ", who.Name());
      if (around != 0 && ns.flag != CLONE_NEWUSER && !user.ok()) {
        section.findings.push_back({Finding::State::kNote, name,
                                    "not tried: it needs a user namespace",
                                    ""});
        continue;
      }
      const Attempt attempt =
          ns.flag == CLONE_NEWUSER ? user : Try(who, around | ns.flag);
      section.findings.push_back(FromAttempt(
          name, attempt, NamespaceFix(ns.name, attempt.error, who)));
    }
  }
  return section;
}

}  // namespace jail::jailctl
