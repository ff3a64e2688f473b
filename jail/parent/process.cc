// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/status/statusor.h"
#include "jail/child/run_steps.h"
#include "jail/sys/kernel_version.h"

namespace jail {
namespace {

constexpr uint64_t kAllSignals = ~uint64_t{0};
constexpr int kPidfdIdType = 3;  // P_PIDFD
// The kernel reaps whom nobody waits for as it ends; on a machine that does
// nothing else, in microseconds.
constexpr int kReapTimeoutMs = 10'000;

// linux/pidfd.h of kernel 6.15, which Debian 12 does not have.
struct PidfdInfo {
  uint64_t mask, cgroupid;
  uint32_t pid, tgid, ppid, ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
  int32_t exit_code;
};
static_assert(sizeof(PidfdInfo) == 64);
constexpr uint64_t kPidfdInfoExit = 1u << 3;
constexpr unsigned long kPidfdGetInfo = _IOWR(0xFF, 11, PidfdInfo);

long Syscall(long nr, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0,
             uint64_t d = 0, uint64_t e = 0) {
  const uint64_t args[6] = {a, b, c, d, e, 0};
  return RawSyscall(nr, args);
}

template <typename T>
uint64_t Address(T* p) {
  return reinterpret_cast<uint64_t>(p);
}

int WaitStatus(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return (info.si_status & 0xff) << 8;
  return (info.si_status & 0x7f) | (info.si_code == CLD_DUMPED ? 0x80 : 0);
}

}  // namespace

pid_t Clone3(clone_args& args) {
  uint64_t mask = 0;
  // libc's own functions would leave its two internal signals unblocked.
  Syscall(SYS_rt_sigprocmask, SIG_BLOCK, Address(&kAllSignals), Address(&mask),
          sizeof mask);
  const long pid = Syscall(SYS_clone3, Address(&args), sizeof args);
  if (pid == 0) return 0;
  Syscall(SYS_rt_sigprocmask, SIG_SETMASK, Address(&mask), 0, sizeof mask);
  return static_cast<pid_t>(pid);
}

Ended Reap(int pidfd) {
  Ended ended;
  siginfo_t info = {};
  long result;
  do {
    result = Syscall(SYS_waitid, kPidfdIdType, static_cast<uint64_t>(pidfd),
                     Address(&info), WEXITED | __WALL, Address(&ended.usage));
  } while (result == -EINTR);
  if (result == 0) {
    ended.wait_status = WaitStatus(info);
    return ended;
  }
  ended.error = static_cast<int>(-result);
  if (result != -ECHILD) return ended;
  // It may have ended a moment ago, and be nobody's child already, while the
  // kernel has yet to reap it, which POLLHUP tells: then the status is there.
  for (int round = 0; round < 2; ++round) {
    PidfdInfo told = {};
    told.mask = kPidfdInfoExit;
    // ESRCH: between the two.  ENOTTY: a kernel before 6.13.
    const bool is_known = ioctl(pidfd, kPidfdGetInfo, &told) == 0;
    if (!is_known && errno != ESRCH) return ended;
    if (is_known && (told.mask & kPidfdInfoExit) != 0) {
      ended.error = 0;
      ended.wait_status = told.exit_code;
      return ended;
    }
    struct pollfd reaped = {pidfd, 0, 0};
    while (poll(&reaped, 1, kReapTimeoutMs) < 0 && errno == EINTR) {
    }
  }
  return ended;
}

bool CanLearnEnd() {
  struct sigaction action {};
  sigaction(SIGCHLD, nullptr, &action);
  if (action.sa_handler != SIG_IGN && (action.sa_flags & SA_NOCLDWAIT) == 0) {
    return true;
  }
  const absl::StatusOr<KernelVersion> kernel = RunningKernel();
  return kernel.ok() && *kernel >= KernelVersion{6, 15};
}

int SendSignal(int pidfd, int signal) {
  return syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0) == 0 ? 0
                                                                        : errno;
}

}  // namespace jail
