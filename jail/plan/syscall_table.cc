// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/syscall_table.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/futex.h>
#include <linux/keyctl.h>
#include <linux/mount.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <linux/sockios.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "jail/plan/builder.h"

namespace jail {

#define NAMED(value) \
  { static_cast<uint64_t>(value), #value }

const Names kCloneFlags = {
    NAMED(CLONE_NEWUSER),       NAMED(CLONE_NEWNS),   NAMED(CLONE_NEWPID),
    NAMED(CLONE_NEWNET),        NAMED(CLONE_NEWIPC),  NAMED(CLONE_NEWUTS),
    NAMED(CLONE_NEWCGROUP),     NAMED(CLONE_NEWTIME), NAMED(CLONE_PIDFD),
    NAMED(CLONE_CLEAR_SIGHAND), NAMED(CLONE_VFORK),   NAMED(SIGCHLD)};

namespace {

// Of forms of one flag that hold several bits, the longest comes first.
const Names kOpenFlags = {
    NAMED(O_WRONLY), NAMED(O_RDWR),      NAMED(O_CREAT),
    NAMED(O_EXCL),   NAMED(O_NOCTTY),    NAMED(O_NOFOLLOW),
    NAMED(O_PATH),   NAMED(O_DIRECTORY), NAMED(O_CLOEXEC)};
const Names kTreeFlags = {NAMED(OPEN_TREE_CLONE),
                          NAMED(AT_RECURSIVE),
                          {OPEN_TREE_CLOEXEC, "O_CLOEXEC"}};
const Names kAtFlags = {NAMED(AT_EMPTY_PATH), NAMED(AT_RECURSIVE)};
const Names kMoveFlags = {{MOVE_MOUNT_F_EMPTY_PATH, "F_EMPTY_PATH"},
                          {MOVE_MOUNT_T_EMPTY_PATH, "T_EMPTY_PATH"}};
const Names kMountAttributes = {{MOUNT_ATTR_RDONLY, "rdonly"},
                                {MOUNT_ATTR_NOSUID, "nosuid"},
                                {MOUNT_ATTR_NODEV, "nodev"},
                                {MOUNT_ATTR_NOEXEC, "noexec"},
                                {MOUNT_ATTR_NOSYMFOLLOW, "nosymfollow"}};
const Names kUmountFlags = {{kMntDetach, "MNT_DETACH"}};
const Names kFsconfigCommands = {NAMED(FSCONFIG_SET_FLAG),
                                 NAMED(FSCONFIG_SET_STRING),
                                 NAMED(FSCONFIG_CMD_CREATE)};
const Names kCloexecFlags = {{1, "CLOEXEC"}};
const Names kFcntl = {NAMED(F_DUPFD_CLOEXEC), NAMED(F_SETFD), NAMED(F_GETFD)};
const Names kCloseRangeFlags = {NAMED(CLOSE_RANGE_CLOEXEC)};
const Names kMessageFlags = {NAMED(MSG_NOSIGNAL)};
const Names kFutexOperations = {NAMED(FUTEX_CMP_REQUEUE_PRIVATE)};
const Names kFamilies = {NAMED(AF_INET)};
const Names kSocketTypes = {NAMED(SOCK_DGRAM), NAMED(SOCK_CLOEXEC)};
const Names kIoctls = {NAMED(SIOCSIFFLAGS), NAMED(SIOCSIFADDR),
                       NAMED(SIOCSIFNETMASK), NAMED(SIOCADDRT),
                       NAMED(TIOCNOTTY)};
const Names kKeyctls = {NAMED(KEYCTL_JOIN_SESSION_KEYRING)};
const Names kPriorities = {NAMED(PRIO_PROCESS)};
const Names kSigmaskHow = {NAMED(SIG_SETMASK)};
const Names kSeccompOperations = {NAMED(SECCOMP_SET_MODE_FILTER)};
const Names kSeccompFlags = {
    {SECCOMP_FILTER_FLAG_LOG, "LOG"},
    {SECCOMP_FILTER_FLAG_NEW_LISTENER, "NEW_LISTENER"},
    {SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, "WAIT_KILLABLE_RECV"},
    {SECCOMP_FILTER_FLAG_SPEC_ALLOW, "SPEC_ALLOW"}};
const Names kLimits = {
    NAMED(RLIMIT_AS),      NAMED(RLIMIT_CORE),     NAMED(RLIMIT_CPU),
    NAMED(RLIMIT_DATA),    NAMED(RLIMIT_FSIZE),    NAMED(RLIMIT_LOCKS),
    NAMED(RLIMIT_MEMLOCK), NAMED(RLIMIT_MSGQUEUE), NAMED(RLIMIT_NICE),
    NAMED(RLIMIT_NOFILE),  NAMED(RLIMIT_NPROC),    NAMED(RLIMIT_RSS),
    NAMED(RLIMIT_RTPRIO),  NAMED(RLIMIT_RTTIME),   NAMED(RLIMIT_SIGPENDING),
    NAMED(RLIMIT_STACK)};
const Names kPrctls = {NAMED(PR_SET_DUMPABLE),   NAMED(PR_SET_PDEATHSIG),
                       NAMED(PR_SET_SECUREBITS), NAMED(PR_SET_NO_NEW_PRIVS),
                       NAMED(PR_CAPBSET_DROP),   NAMED(PR_CAP_AMBIENT),
                       NAMED(PR_SET_TSC),        NAMED(PR_SCHED_CORE)};
const Names kSecurebits = {NAMED(SECBIT_NOROOT),
                           NAMED(SECBIT_NOROOT_LOCKED),
                           NAMED(SECBIT_NO_SETUID_FIXUP),
                           NAMED(SECBIT_NO_SETUID_FIXUP_LOCKED),
                           NAMED(SECBIT_KEEP_CAPS),
                           NAMED(SECBIT_KEEP_CAPS_LOCKED),
                           NAMED(SECBIT_NO_CAP_AMBIENT_RAISE),
                           NAMED(SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)};
const Names kAmbient = {NAMED(PR_CAP_AMBIENT_RAISE),
                        NAMED(PR_CAP_AMBIENT_CLEAR_ALL)};
const Names kTsc = {NAMED(PR_TSC_SIGSEGV)};
const Names kSchedCore = {NAMED(PR_SCHED_CORE_CREATE)};
const Names kScopes = {{1, "PIDTYPE_TGID"}};

#undef NAMED

using A = ArgShape;

// Shapes with a selector come before the general one of their call.
const std::vector<SyscallShape>& Shapes() {
  static const auto* shapes = new std::vector<SyscallShape>{
      {SYS_close, "close", {{A::kFd}}},
      {SYS_openat,
       "openat",
       {{A::kFd}, {A::kString}, {A::kFlags, &kOpenFlags}, {A::kOctal}},
       2,
       O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC},
      {SYS_openat,
       "openat",
       {{A::kFd}, {A::kString}, {A::kFlags, &kOpenFlags}, {A::kHidden}}},
      {SYS_openat2,
       "openat2",
       {{A::kFd}, {A::kString}, {A::kOpenHow, &kOpenFlags}, {A::kHidden}}},
      {SYS_write, "write", {{A::kFd}, {A::kBytes}, {A::kNumber}}},
      {SYS_mkdirat, "mkdirat", {{A::kFd}, {A::kString}, {A::kOctal}}},
      {SYS_mknodat,
       "mknodat",
       {{A::kFd}, {A::kString}, {A::kDirOrFile}, {A::kHidden}}},
      {SYS_symlinkat, "symlinkat", {{A::kString}, {A::kFd}, {A::kString}}},
      {SYS_fcntl, "fcntl", {{A::kFd}, {A::kEnum, &kFcntl}}, 1, F_GETFD},
      {SYS_fcntl, "fcntl", {{A::kFd}, {A::kEnum, &kFcntl}, {A::kNumber}}},
      {SYS_dup3, "dup3", {{A::kFd}, {A::kNumber}, {A::kFlags, &kOpenFlags}}},
      {SYS_fstatfs, "fstatfs", {{A::kFd}, {A::kBuffer}}},
      {SYS_fchdir, "fchdir", {{A::kFd}}},
      {SYS_chdir, "chdir", {{A::kString}}},
      {SYS_chroot, "chroot", {{A::kString}}},
      {SYS_getcwd, "getcwd", {{A::kBuffer}, {A::kNumber}}},
      {SYS_close_range,
       "close_range",
       {{A::kNumber}, {A::kNumber}, {A::kFlags, &kCloseRangeFlags}}},
      {SYS_ioctl, "ioctl", {{A::kFd}, {A::kEnum, &kIoctls}}, 1, TIOCNOTTY},
      {SYS_ioctl,
       "ioctl",
       {{A::kFd}, {A::kEnum, &kIoctls}, {A::kHidden}},
       1,
       SIOCADDRT},
      {SYS_ioctl, "ioctl", {{A::kFd}, {A::kEnum, &kIoctls}, {A::kRequest}}},
      {SYS_socket,
       "socket",
       {{A::kEnum, &kFamilies}, {A::kFlags, &kSocketTypes}, {A::kNumber}}},
      {SYS_recvfrom,
       "recvfrom",
       {{A::kFd},
        {A::kBuffer},
        {A::kNumber},
        {A::kFlags, &kMessageFlags},
        {A::kHidden},
        {A::kHidden}}},
      {SYS_futex,
       "futex",
       {{A::kBuffer},
        {A::kEnum, &kFutexOperations},
        {A::kNumber},
        {A::kNumber},
        {A::kHidden},
        {A::kNumber}}},
      {SYS_sendmmsg,
       "sendmmsg",
       {{A::kFd},
        {A::kBuffer},
        {A::kNumber},
        {A::kFlags, &kMessageFlags},
        {A::kHidden},
        {A::kHidden}}},
      {SYS_sendto,
       "sendto",
       {{A::kFd},
        {A::kBuffer},
        {A::kNumber},
        {A::kFlags, &kMessageFlags},
        {A::kHidden},
        {A::kHidden}}},
      {SYS_open_tree,
       "open_tree",
       {{A::kFd}, {A::kString}, {A::kFlags, &kTreeFlags}}},
      {SYS_mount_setattr,
       "mount_setattr",
       {{A::kFd},
        {A::kString},
        {A::kFlags, &kAtFlags},
        {A::kMountAttr, &kMountAttributes},
        {A::kHidden}}},
      {SYS_move_mount,
       "move_mount",
       {{A::kFd},
        {A::kString},
        {A::kFd},
        {A::kString},
        {A::kFlags, &kMoveFlags}}},
      {SYS_fsopen, "fsopen", {{A::kString}, {A::kFlags, &kCloexecFlags}}},
      {SYS_fsconfig,
       "fsconfig",
       {{A::kFd}, {A::kEnum, &kFsconfigCommands}, {A::kString}, {A::kString}},
       1,
       FSCONFIG_SET_STRING},
      {SYS_fsconfig,
       "fsconfig",
       {{A::kFd}, {A::kEnum, &kFsconfigCommands}, {A::kString}},
       1,
       FSCONFIG_SET_FLAG},
      {SYS_fsconfig, "fsconfig", {{A::kFd}, {A::kEnum, &kFsconfigCommands}}},
      {SYS_fsmount,
       "fsmount",
       {{A::kFd}, {A::kFlags, &kCloexecFlags}, {A::kFlags, &kMountAttributes}}},
      {SYS_pivot_root, "pivot_root", {{A::kString}, {A::kString}}},
      {SYS_umount2, "umount2", {{A::kString}, {A::kFlags, &kUmountFlags}}},
      {SYS_unshare, "unshare", {{A::kFlags, &kCloneFlags}}},
      {SYS_clone, "clone", {{A::kFlags, &kCloneFlags}}},
      {SYS_setsid, "setsid", {}},
      {SYS_setpgid, "setpgid", {{A::kNumber}, {A::kNumber}}},
      {SYS_umask, "umask", {{A::kOctal}}},
      {SYS_setgroups, "setgroups", {{A::kNumber}, {A::kHidden}}},
      {SYS_getgroups, "getgroups", {{A::kNumber}, {A::kHidden}}},
      {SYS_setresgid, "setresgid", {{A::kNumber}, {A::kNumber}, {A::kNumber}}},
      {SYS_setresuid, "setresuid", {{A::kNumber}, {A::kNumber}, {A::kNumber}}},
      {SYS_sethostname, "sethostname", {{A::kBytes}, {A::kNumber}}},
      {SYS_setpriority,
       "setpriority",
       {{A::kEnum, &kPriorities}, {A::kNumber}, {A::kSigned}}},
      {SYS_sched_setscheduler,
       "sched_setscheduler",
       {{A::kNumber}, {A::kNumber}, {A::kHidden}}},
      {SYS_sched_setaffinity,
       "sched_setaffinity",
       {{A::kNumber}, {A::kNumber}, {A::kHidden}}},
      {SYS_personality, "personality", {{A::kHex}}},
      {SYS_prlimit64,
       "prlimit64",
       {{A::kNumber}, {A::kEnum, &kLimits}, {A::kLimit}}},
      {SYS_keyctl, "keyctl", {{A::kEnum, &kKeyctls}, {A::kNumber}}},
      {SYS_rt_sigaction, "rt_sigaction", {{A::kSignal}, {A::kHidden}}},
      {SYS_rt_sigprocmask,
       "rt_sigprocmask",
       {{A::kEnum, &kSigmaskHow}, {A::kHidden}}},
      {SYS_capset, "capset", {{A::kHidden}, {A::kCapSets}}},
      {SYS_capget, "capget", {{A::kHidden}, {A::kBuffer}}},
      {SYS_seccomp,
       "seccomp",
       {{A::kEnum, &kSeccompOperations},
        {A::kFlags, &kSeccompFlags},
        {A::kProgram}}},
      {SYS_prctl,
       "prctl",
       {{A::kEnum, &kPrctls}, {A::kSignal}},
       0,
       PR_SET_PDEATHSIG},
      {SYS_prctl,
       "prctl",
       {{A::kEnum, &kPrctls}, {A::kFlags, &kSecurebits}},
       0,
       PR_SET_SECUREBITS},
      {SYS_prctl,
       "prctl",
       {{A::kEnum, &kPrctls}, {A::kCapability}},
       0,
       PR_CAPBSET_DROP},
      {SYS_prctl,
       "prctl",
       {{A::kEnum, &kPrctls}, {A::kEnum, &kTsc}},
       0,
       PR_SET_TSC},
      {SYS_prctl,
       "prctl",
       {{A::kEnum, &kPrctls},
        {A::kEnum, &kSchedCore},
        {A::kNumber},
        {A::kEnum, &kScopes}},
       0,
       PR_SCHED_CORE},
      {SYS_prctl,
       "prctl",
       {{A::kEnum, &kPrctls}, {A::kEnum, &kAmbient}},
       1,
       PR_CAP_AMBIENT_CLEAR_ALL},
      {SYS_prctl,
       "prctl",
       {{A::kEnum, &kPrctls}, {A::kEnum, &kAmbient}, {A::kCapability}},
       0,
       PR_CAP_AMBIENT},
      {SYS_prctl, "prctl", {{A::kEnum, &kPrctls}, {A::kNumber}}},
      {SYS_execve, "execve", {{A::kString}, {A::kStrings}, {A::kHidden}}},
      {SYS_execveat,
       "execveat",
       {{A::kFd},
        {A::kString},
        {A::kStrings},
        {A::kHidden},
        {A::kFlags, &kAtFlags}}},
  };
  return *shapes;
}

}  // namespace

const SyscallShape* FindShape(int nr, const uint64_t args[6]) {
  for (const SyscallShape& shape : Shapes()) {
    if (shape.nr != nr) continue;
    if (shape.selector < 0 || args[shape.selector] == shape.selected) {
      return &shape;
    }
  }
  return nullptr;
}

const char* FindSyscallName(int nr) {
  for (const SyscallShape& shape : Shapes()) {
    if (shape.nr == nr) return shape.name;
  }
  return nullptr;
}

}  // namespace jail
