// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "jail/sys/kernel_version.h"
#include "tools/jailctl/doctor.h"

namespace jail::jailctl {
namespace {

constexpr KernelVersion kOldest = {5, 14};

Finding Version() {
  struct utsname host;
  uname(&host);
  const absl::StatusOr<KernelVersion> kernel = ParseKernelRelease(host.release);
  const bool enough = kernel.ok() && *kernel >= kOldest;
  return {enough ? Finding::State::kGood : Finding::State::kMissing, "version",
          absl::StrCat(host.release, " (", kOldest.major, ".", kOldest.minor,
                       " is needed)"),
          enough ? "" : "install Linux 5.14 or later"};
}

Finding Lsms() {
  const std::string lsms = ReadLine("/sys/kernel/security/lsm", "");
  if (lsms.empty()) {
    return {Finding::State::kNote, "security modules",
            "unknown: /sys/kernel/security is not mounted", ""};
  }
  return {Finding::State::kNote, "security modules", lsms, ""};
}

Finding SeccompActions() {
  const std::string actions =
      ReadLine("/proc/sys/kernel/seccomp/actions_avail", "");
  if (actions.empty()) {
    return {Finding::State::kMissing, "seccomp filters", "none",
            "a kernel with CONFIG_SECCOMP_FILTER=y"};
  }
  for (const char* action :
       {"kill_process", "errno", "trap", "log", "allow", "user_notif"}) {
    if (!absl::StrContains(actions, action)) {
      return {Finding::State::kMissing, "seccomp filters", actions,
              absl::StrCat("a kernel that has the action ", action)};
    }
  }
  return {Finding::State::kGood, "seccomp filters", actions, ""};
}

Attempt Call(long number, const char* name) {
  // Bad arguments: any error but ENOSYS says that the call is there.
  if (syscall(number, -1, nullptr, 0, 0, 0, 0) >= 0 || errno != ENOSYS) {
    return {};
  }
  return {ENOSYS, name};
}

}  // namespace

Section ExamineKernel() {
  Section section{"Kernel", {Version(), Lsms(), SeccompActions()}};
  const struct {
    const char* name;
    long number;
  } kCalls[] = {{"clone3", SYS_clone3},
                {"execveat", SYS_execveat},
                {"close_range", SYS_close_range},
                {"openat2", SYS_openat2},
                {"pidfd_send_signal", SYS_pidfd_send_signal},
                {"open_tree", SYS_open_tree},
                {"move_mount", SYS_move_mount},
                {"fsopen", SYS_fsopen},
                {"fsconfig", SYS_fsconfig},
                {"fsmount", SYS_fsmount},
                {"mount_setattr", SYS_mount_setattr}};
  std::string missing;
  Who caller{geteuid(), getegid(), true};
  for (const auto& call : kCalls) {
    const Attempt attempt =
        Try(caller, 0, [&call] { return Call(call.number, call.name); });
    if (!attempt.ok()) {
      absl::StrAppend(&missing, missing.empty() ? "" : ", ", call.name);
    }
  }
  if (missing.empty()) {
    section.findings.push_back(
        {Finding::State::kGood, "system calls", "all are there", ""});
  } else {
    section.findings.push_back(
        {Finding::State::kMissing, "system calls",
         absl::StrCat("ENOSYS from ", missing),
         "if the kernel is 5.14 or later, a seccomp filter around this process "
         "hides them: update the container's runtime and libseccomp, or start "
         "the container with --security-opt seccomp=unconfined"});
  }
  return section;
}

Section ExamineProcess(const std::vector<Who>& everyone) {
  Section section{"Process", {}};
  for (const Who& who : everyone) {
    const std::string as = absl::StrCat(", as ", who.Name());
    section.findings.push_back(FromAttempt(
        absl::StrCat("session keyring", as),
        Try(who, 0,
            [] {
              return From(
                  syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr),
                  "keyctl");
            }),
        "allow keyctl(2) in the seccomp profile of the container, or a kernel "
        "with CONFIG_KEYS=y"));
    section.findings.push_back(
        FromAttempt(absl::StrCat("no_new_privs", as),
                    Try(who, 0,
                        [] {
                          return From(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
                                      "PR_SET_NO_NEW_PRIVS");
                        }),
                    "allow prctl(2) in the seccomp profile of the container"));
    const Attempt core = Try(who, 0, [] {
      return From(prctl(PR_SCHED_CORE, PR_SCHED_CORE_CREATE, 0,
                        PR_SCHED_CORE_SCOPE_THREAD, 0),
                  "PR_SCHED_CORE");
    });
    Finding finding{Finding::State::kGood, absl::StrCat("core scheduling", as),
                    core.ToString(), ""};
    if (core.error == ENODEV) {
      finding.state = Finding::State::kNote;
      finding.value = "not needed: no SMT here";
    } else if (!core.ok()) {
      finding.state = Finding::State::kNote;
      finding.value = absl::StrCat(
          "not here (", core.ToString(),
          "): use_core_scheduling needs CONFIG_SCHED_CORE=y and SMT");
    }
    section.findings.push_back(finding);
  }
  return section;
}

}  // namespace jail::jailctl
