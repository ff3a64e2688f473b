// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// A hint is a guess that has been looked at: each one here reads what it can
// of the host before it names a cause.
#include "jail/parent/hints.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "jail/parent/exec_hints.h"
#include "jail/sys/fd.h"

namespace jail {
namespace {

constexpr size_t kMaxSysctl = 256;
constexpr size_t kMaxStatus = 16384;

struct NamespaceSysctl {
  uint64_t flag;
  const char* sysctl;  // in /proc/sys/user
  const char* ns;      // in /proc/self/ns
};
constexpr NamespaceSysctl kNamespaceSysctls[] = {
    {CLONE_NEWUSER, "max_user_namespaces", "user"},
    {CLONE_NEWNS, "max_mnt_namespaces", "mnt"},
    {CLONE_NEWPID, "max_pid_namespaces", "pid"},
    {CLONE_NEWNET, "max_net_namespaces", "net"},
    {CLONE_NEWIPC, "max_ipc_namespaces", "ipc"},
    {CLONE_NEWUTS, "max_uts_namespaces", "uts"},
    {CLONE_NEWCGROUP, "max_cgroup_namespaces", "cgroup"},
    {CLONE_NEWTIME, "max_time_namespaces", "time"},
};

// -1: there is no such sysctl.
int64_t Sysctl(const HostView& host, const std::string& name) {
  const absl::StatusOr<std::string> text =
      ReadFile(absl::StrCat(host.root, "/proc/sys/", name), kMaxSysctl);
  int64_t value = -1;
  if (!text.ok() || !absl::SimpleAtoi(*text, &value)) return -1;
  return value;
}

// A seccomp filter around the launcher itself: a container's.
bool UnderSeccomp(const HostView& host) {
  const absl::StatusOr<std::string> status =
      ReadFile(host.root + "/proc/self/status", kMaxStatus);
  return status.ok() && absl::StrContains(*status, "\nSeccomp:\t2");
}

bool SelinuxEnforces(const HostView& host) {
  const absl::StatusOr<std::string> text =
      ReadFile(host.root + "/sys/fs/selinux/enforce", kMaxSysctl);
  return text.ok() && absl::StartsWith(*text, "1");
}

std::string AppArmorHint(const HostView& host) {
  if (host.euid == 0 ||
      Sysctl(host, "kernel/apparmor_restrict_unprivileged_userns") != 1) {
    return "";
  }
  return "AppArmor takes all capabilities from users' namespaces: sysctl "
         "kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor "
         "profile for jail that allows userns";
}

std::string NoUsernsHint(const HostView& host) {
  if (host.euid != 0 && Sysctl(host, "kernel/unprivileged_userns_clone") == 0) {
    return "user namespaces are for root only here: sysctl "
           "kernel.unprivileged_userns_clone=1";
  }
  std::string hint = AppArmorHint(host);
  if (!hint.empty()) return hint;
  if (UnderSeccomp(host)) {
    return "a seccomp filter around the launcher, a container's say, denies "
           "new namespaces";
  }
  if (SelinuxEnforces(host)) {
    return "SELinux may deny user_namespace create: ausearch -m avc";
  }
  return "the launcher may be in a chroot, or in a container that denies new "
         "namespaces";
}

std::string TooManyNamespacesHint(const HostView& host,
                                  const Namespaces& namespaces) {
  for (const NamespaceSysctl& entry : kNamespaceSysctls) {
    const int64_t limit = Sysctl(host, absl::StrCat("user/", entry.sysctl));
    if (namespaces.Has(entry.flag) && limit == 0) {
      return absl::StrCat("user.", entry.sysctl,
                          " is 0: no such namespace may be made here");
    }
  }
  return absl::StrCat(
      "more namespaces than user.max_user_namespaces (",
      Sysctl(host, "user/max_user_namespaces"),
      ") or its like allow, or user namespaces nested more than 32 deep");
}

std::string MissingNamespaceHint(const Namespaces& namespaces) {
  for (const NamespaceSysctl& entry : kNamespaceSysctls) {
    const std::string file = absl::StrCat("/proc/self/ns/", entry.ns);
    if (namespaces.Has(entry.flag) && access(file.c_str(), F_OK) != 0) {
      return absl::StrCat("this kernel has no ", entry.ns, " namespaces");
    }
  }
  return "";
}

std::string CloneHint(const HostView& host, const Spec& spec,
                      const SetupFailure& failure) {
  switch (failure.error) {
    case EPERM:
    case EACCES:
      return NoUsernsHint(host);
    case ENOSPC:
    case EUSERS:
      return TooManyNamespacesHint(host, spec.namespaces);
    case EINVAL:
      return MissingNamespaceHint(spec.namespaces);
    default:
      return "";
  }
}

struct Since {
  const char* operation;
  const char* what;
};
constexpr Since kSince[] = {
    {"clone3", "kernel 5.5 or later"},
    {"open_tree", "kernel 5.2 or later"},
    {"move_mount", "kernel 5.2 or later"},
    {"fsopen", "kernel 5.2 or later"},
    {"fsconfig", "kernel 5.2 or later"},
    {"fsmount", "kernel 5.2 or later"},
    {"mount_setattr", "kernel 5.12 or later"},
    {"openat2", "kernel 5.6 or later"},
    {"close_range", "kernel 5.11 or later"},
    {"keyctl", "a kernel with CONFIG_KEYS"},
    {"seccomp", "a kernel with CONFIG_SECCOMP_FILTER"},
};

std::string NoSyscallHint(const HostView& host, const SetupFailure& failure) {
  if (UnderSeccomp(host)) {
    return absl::StrCat(
        "a seccomp filter around the launcher, a container's "
        "say, hides ",
        failure.operation);
  }
  for (const Since& since : kSince) {
    if (failure.operation == since.operation) {
      return absl::StrCat(failure.operation, " needs ", since.what);
    }
  }
  return "";
}

bool IsOneOf(const std::string& text,
             std::initializer_list<const char*> words) {
  for (const char* word : words) {
    if (text == word) return true;
  }
  return false;
}

bool ConcernsIdMaps(const SetupFailure& failure) {
  return absl::StrContains(failure.object, "_map") ||
         absl::StrContains(failure.object, "setgroups");
}

bool LacksCapability(int number) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  return syscall(SYS_capget, &header, data) == 0 &&
         (data[number / 32].effective >> number % 32 & 1) == 0;
}

// The files of /proc/PID that the id maps are written to: what a sandbox around
// the launcher does to them.  Empty: nothing of that.
std::string NestedIdMapHint(const SetupFailure& failure) {
  if (failure.error == EROFS) {
    return "/proc is read-only here: the sandbox around this one must mount it "
           "writable (jail: is_proc_rw: true)";
  }
  char self[16] = "";
  const ssize_t size = readlink("/proc/self", self, sizeof(self) - 1);
  if (size < 0 || std::string(self, size) != absl::StrCat(getpid())) {
    return "/proc is not that of the launcher's pid namespace: the sandbox "
           "around this one must mount its own (jail: mount_proc: true, "
           "is_proc_rw: true)";
  }
  if (failure.error == EPERM && geteuid() == 0 &&
      LacksCapability(CAP_SETFCAP)) {
    return "a root without CAP_SETFCAP, as in a container, may not map id 0: "
           "call jail as another user, or leave it this capability";
  }
  return "";
}

bool MakesProc(const SetupFailure& failure) {
  return IsOneOf(failure.operation, {"fsmount", "fsconfig", "fsopen"}) &&
         absl::StrContains(failure.object, "proc");
}

// EPERM and EACCES.
std::string DeniedHint(const HostView& host, const SetupFailure& failure) {
  const std::string& operation = failure.operation;
  const std::string apparmor = AppArmorHint(host);
  if (!apparmor.empty()) return apparmor;
  if (MakesProc(failure)) {
    return "the kernel refuses a new proc where parts of the caller's own "
           "/proc are covered, as in a container: proc: BIND, or a container "
           "with an unmasked /proc";
  }
  if (operation == "setgroups") {
    return "the user namespace around the launcher denies it (unshare -r): "
           "leave clone_newuser true";
  }
  if (operation == "mount_setattr") {
    return "flags that the host's mount has (ro, nosuid, nodev, noexec) can't "
           "be taken off in a user namespace: set them here too";
  }
  if (operation == "prlimit64") {
    return "the limit is above the caller's hard limit (ulimit -H)";
  }
  if (operation == "setpriority") {
    return "a lower nice level than the caller's needs CAP_SYS_NICE";
  }
  if (operation == "open" && prctl(PR_GET_DUMPABLE) == 0) {
    return "the launching process is not dumpable, for it has changed its ids "
           "or can't read its own program: prctl(PR_SET_DUMPABLE, 1)";
  }
  if (absl::StrContains(failure.object, "oom_score_adj")) {
    return "a lower oom_score_adj than the caller's needs CAP_SYS_RESOURCE";
  }
  if (ConcernsIdMaps(failure)) {
    return "without root only the caller's own id can be mapped; ranges need "
           "use_newidmap: true and /etc/subuid, /etc/subgid";
  }
  if (operation == "chdir") {
    return "the jail's user may not enter the working directory";
  }
  if (UnderSeccomp(host)) {
    return absl::StrCat(
        "a seccomp filter around the launcher, a container's "
        "say, may deny ",
        operation);
  }
  return "";
}

std::string MissingHint(const SetupFailure& failure) {
  const std::string& operation = failure.operation;
  if (operation == "open_tree") {
    return "create it, or set mandatory: false";
  }
  if (operation == "chdir") {
    return "cwd is not in the jail: mount it, or set another cwd";
  }
  if (absl::StartsWith(failure.object, "/proc/")) {
    return "the caller's /proc is not mounted, or partly covered";
  }
  if (IsOneOf(operation, {"openat2", "mkdirat", "openat", "mknodat"})) {
    return "the mount's target is not in the jail, and can't be made";
  }
  return "";
}

// Of the jail's interfaces: jail/parent/network.cc, jail/plan/plan_network.cc.
std::string InterfaceHint(const SetupFailure& failure) {
  const bool macvlan = failure.operation == "add macvlan on";
  if (!macvlan && failure.operation != "move interface" &&
      !absl::StartsWith(failure.object, "vs ")) {
    return "";
  }
  switch (failure.error) {
    case EPERM:
    case EACCES:
      return "needs root (CAP_NET_ADMIN on the host)";
    case ENODEV:
      return "there is no such network interface: ip link";
    case EINVAL:
      return macvlan ? "lo has no macvlans, and one in mode passthru must be "
                       "its interface's only one: ip -d link"
                     : "lo and its like can't leave their namespace";
    case EADDRINUSE:
      return "another macvlan of the interface has this MAC address; one of a "
             "jail that has just ended keeps it for a moment";
    default:
      return "";
  }
}

std::string HelperHint(const SetupFailure& failure) {
  if (failure.error == ENOENT) {
    return "install newuidmap and newgidmap (Debian package uidmap)";
  }
  return "the ids must be in the caller's ranges of /etc/subuid and "
         "/etc/subgid: usermod --add-subuids FIRST-LAST --add-subgids "
         "FIRST-LAST USER";
}

// Of Spec::watch: seccomp_unotify(2).
std::string ListenerHint(const SetupFailure& failure) {
  if (failure.operation != "seccomp") return "";
  switch (failure.error) {
    case EBUSY:
      return absl::StrCat(
          "a filter around the launcher has a listener already, a container "
          "manager's or an outer jail's, and the kernel allows one: leave out ",
          failure.origin.path);
    case EMFILE:
      return absl::StrCat(failure.origin.path,
                          " takes one descriptor more before the program "
                          "starts: a higher rlimit_nofile");
    case EINVAL:
      return absl::StrCat(failure.origin.path,
                          " needs a kernel with seccomp user notifications "
                          "(Linux 5.5, CONFIG_SECCOMP_FILTER): jailctl doctor "
                          "tells what is missing");
    default:
      return "";
  }
}

// Errors that mean the same whatever call they come from.
std::string CommonHint(const HostView& host, const SetupFailure& failure) {
  switch (failure.error) {
    case ENOSYS:
      return NoSyscallHint(host, failure);
    case EMFILE:
      return "the launcher has too many open files: ulimit -n";
    case ENFILE:
      return "the system has too many open files: sysctl fs.file-max";
    case EAGAIN:
      return "more processes than RLIMIT_NPROC (ulimit -u) or a cgroup's "
             "pids.max allow";
    case ENODEV:
      return "this kernel has no such file system: /proc/filesystems";
    case EROFS:
      return absl::StrContains(failure.object, "max_user_namespaces")
                 ? "/proc/sys is read-only here, as in a container: "
                   "allow_nested_userns: true does without"
                 : "the mount's target is not there, and the tree that it "
                   "would be made in is read-only: create it in the source, "
                   "or mount a tmpfs above it";
    case EDQUOT:
      return "the caller's quota is used up; of keys, see sysctl "
             "kernel.keys.maxkeys";
    default:
      return "";
  }
}

std::string Hint(const HostView& host, const Spec& spec,
                 const SetupFailure& failure) {
  if (failure.operation == "run") return HelperHint(failure);
  if (failure.stage == "exec" && failure.error != ENOSYS) {
    return ExecHint(spec, failure);
  }
  if (failure.stage == "clone" || failure.operation == "unshare") {
    std::string hint = CloneHint(host, spec, failure);
    if (!hint.empty()) return hint;
  }
  if (spec.mode == Mode::kExecve && failure.error == EPERM &&
      spec.namespaces.Has(CLONE_NEWPID) && MakesProc(failure)) {
    return "mode EXECVE stays in the caller's pid namespace, and none but its "
           "owner may make a procfs for that: proc: BIND, or --disable_proc";
  }
  std::string hint = InterfaceHint(failure);
  if (hint.empty()) hint = ListenerHint(failure);
  if (hint.empty() && ConcernsIdMaps(failure)) hint = NestedIdMapHint(failure);
  if (hint.empty()) hint = CommonHint(host, failure);
  if (!hint.empty()) return hint;
  switch (failure.error) {
    case EPERM:
    case EACCES:
      return DeniedHint(host, failure);
    case ENOENT:
    case ENOTDIR:
      return MissingHint(failure);
    case ENOSPC:
      return "no space in the file system, or more mounts than sysctl "
             "fs.mount-max allows";
    default:
      return "";
  }
}

}  // namespace

void AddHint(const Spec& spec, const Plan&, SetupFailure& failure) {
  AddHint({"", geteuid()}, spec, failure);
}

void AddHint(const HostView& host, const Spec& spec, SetupFailure& failure) {
  if (failure.hint.empty()) failure.hint = Hint(host, spec, failure);
}

}  // namespace jail
