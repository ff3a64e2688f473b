// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Process 1 of a jail with `pid1: REAPER`: a program of its own, without libc
// and without anything of the launcher's in its memory.  It reaps what is
// orphaned, passes on signals that come from outside of the jail, tells the
// supervisor how the target ended, and ends as the target did.  When it ends,
// the kernel kills what is left in the pid namespace.  It ends, too, when
// nobody reads its report any more: the parent-death signal is lost where the
// thread that started the jail ended, in a program of several threads, before
// the jail had asked for it.
//
// Usage: reaper [REPORT_FD [MOUNT]...]; 3 if none is given.  How full the
// MOUNTs (tmpfs) are is looked at when the target has ended.
#include <asm/errno.h>
#include <asm/poll.h>
#include <asm/statfs.h>
#include <linux/magic.h>
#include <linux/prctl.h>
#include <linux/signal.h>
#include <linux/signalfd.h>
#include <linux/wait.h>
#include <sys/syscall.h>

#include <cstdint>

#include "jail/child/reaper_report.h"
#include "jail/child/run_steps.h"

namespace jail {
namespace {

constexpr int kDefaultReportFd = 3;
constexpr int kTargetLost = 255;  // somebody else has its status
constexpr uint64_t kSignalSetSize = 8;
constexpr uint64_t kAllSignals = ~uint64_t{0};
constexpr int kForwarded[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,
                              SIGUSR1, SIGUSR2, SIGWINCH};

long Call(long nr, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0,
          uint64_t d = 0) {
  const uint64_t args[6] = {a, b, c, d, 0, 0};
  return RawSyscall(nr, args);
}

uint64_t Address(const void* p) { return reinterpret_cast<uint64_t>(p); }

[[noreturn]] void Exit(int status) {
  for (;;) Call(SYS_exit_group, static_cast<uint64_t>(status));
}

int ParseFd(const char* text) {
  int fd = 0;
  for (; *text >= '0' && *text <= '9'; ++text) fd = fd * 10 + (*text - '0');
  return fd;
}

MemoryMount Look(uint64_t path) {
  struct statfs fs;
  MemoryMount mount;
  mount.bytes = mount.free_bytes = mount.inodes = mount.free_inodes = 0;
  // The target may have put something else into the path.
  if (Call(SYS_statfs, path, Address(&fs)) != 0 || fs.f_type != TMPFS_MAGIC) {
    return mount;
  }
  const auto block = static_cast<uint64_t>(fs.f_bsize);
  mount.bytes = static_cast<uint64_t>(fs.f_blocks) * block;
  mount.free_bytes = static_cast<uint64_t>(fs.f_bfree) * block;
  mount.inodes = static_cast<uint64_t>(fs.f_files);
  mount.free_inodes = static_cast<uint64_t>(fs.f_ffree);
  return mount;
}

// Takes in all children that have ended.  Returns only while the target lives.
// `mounts`: the addresses of `mount_count` paths.
void Reap(int report_fd, const uint64_t* mounts, int mount_count) {
  for (;;) {
    ReaperReport report;
    long pid =
        Call(SYS_wait4, static_cast<uint64_t>(-1), Address(&report.wait_status),
             WNOHANG | __WALL, Address(report.rusage));
    if (pid == -ECHILD) Exit(kTargetLost);
    if (pid <= 0) return;
    if (pid != kReaperTargetPid) continue;
    report.mount_count = mount_count;
    for (int i = 0; i < kMaxReaperMounts; ++i) {
      report.mounts[i] = Look(i < mount_count ? mounts[i] : 0);
    }
    Call(SYS_write, static_cast<uint64_t>(report_fd), Address(&report),
         sizeof report);
    const int signal = report.wait_status & 0x7f;
    Exit(signal != 0 ? 128 + signal : (report.wait_status >> 8) & 0xff);
  }
}

bool IsForwarded(int signal) {
  for (int forwarded : kForwarded) {
    if (signal == forwarded) return true;
  }
  return false;
}

extern "C" [[noreturn]] void jail_reaper_main(const uint64_t* stack) {
  // Nothing in the jail, of the same user as we are, may attach to us.
  Call(SYS_prctl, PR_SET_DUMPABLE, 0);
  const int report_fd = stack[0] > 1
                            ? ParseFd(reinterpret_cast<const char*>(stack[2]))
                            : kDefaultReportFd;
  int mount_count = stack[0] > 2 ? static_cast<int>(stack[0] - 2) : 0;
  if (mount_count > kMaxReaperMounts) mount_count = kMaxReaperMounts;
  // Blocked signals wait to be read, even those that the kernel would not
  // deliver to a process 1 without a handler.
  Call(SYS_rt_sigprocmask, SIG_BLOCK, Address(&kAllSignals), 0, kSignalSetSize);
  // Descriptors 0 to 2 are free, so that no limit of open files is in the way.
  const long signals = Call(SYS_signalfd4, static_cast<uint64_t>(-1),
                            Address(&kAllSignals), kSignalSetSize, 0);
  if (signals < 0) Exit(kTargetLost);
  for (;;) {
    Reap(report_fd, stack + 3, mount_count);
    struct pollfd watched[2] = {{static_cast<int>(signals), POLLIN, 0},
                                {report_fd, 0, 0}};
    if (Call(SYS_ppoll, Address(watched), 2, 0, 0) < 0) continue;
    if (watched[1].revents & POLLERR) Exit(kTargetLost);
    if (watched[0].revents == 0) continue;
    signalfd_siginfo info;
    if (Call(SYS_read, static_cast<uint64_t>(signals), Address(&info),
             sizeof info) != sizeof info) {
      continue;
    }
    // Sender 0: from outside of our pid namespace.
    const int signal = static_cast<int>(info.ssi_signo);
    if (IsForwarded(signal) && info.ssi_code <= 0 && info.ssi_pid == 0) {
      Call(SYS_kill, kReaperTargetPid, static_cast<uint64_t>(signal));
    }
  }
}

}  // namespace
}  // namespace jail

#if defined(__x86_64__)
asm(".global _start\n_start:\n"
    "xor %ebp, %ebp\n"
    "mov %rsp, %rdi\n"
    "and $-16, %rsp\n"
    "call jail_reaper_main\n");
#elif defined(__aarch64__)
asm(".global _start\n_start:\n"
    "mov x29, #0\n"
    "mov x0, sp\n"
    "bl jail_reaper_main\n");
#endif
