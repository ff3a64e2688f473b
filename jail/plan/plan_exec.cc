// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "jail/plan/parts.h"

namespace jail {
namespace {

// The offset of a sock_fprog.
uint64_t PutFilter(const std::string& instructions, PlanBuilder& b) {
  const uint64_t filter = b.PutBytes(instructions.data(), instructions.size(),
                                     alignof(sock_filter));
  sock_fprog program{};
  program.len =
      static_cast<uint16_t>(instructions.size() / sizeof(sock_filter));
  const uint64_t argument = b.PutStruct(program);
  b.PointTo(argument + offsetof(sock_fprog, filter), filter);
  return argument;
}

uint64_t FilterFlags(const Spec& spec) {
  // SPEC_ALLOW: kernels before 5.16 would slow a filtered program down by a
  // half, against a leak that only a program with two tenants has.
  return SECCOMP_FILTER_FLAG_SPEC_ALLOW |
         (spec.seccomp && spec.seccomp->log ? SECCOMP_FILTER_FLAG_LOG : 0);
}

// The lowest number that the target is not given.
int FreeDescriptor(const Spec& spec) {
  std::set<int> given = {0, 1, 2};
  if (spec.process.stdio.channel) given.insert(kChannelFd);
  for (const Located<int>& fd : spec.process.stdio.pass_fd) {
    given.insert(fd.value);
  }
  int fd = 0;
  while (given.count(fd) != 0) ++fd;
  return fd;
}

// A message of one byte that carries the descriptor `fd`: the offset of an
// mmsghdr.
uint64_t PutMessage(int fd, PlanBuilder& b) {
  cmsghdr header{};
  header.cmsg_len = CMSG_LEN(sizeof fd);
  header.cmsg_level = SOL_SOCKET;
  header.cmsg_type = SCM_RIGHTS;
  char control[CMSG_SPACE(sizeof fd)] = {};
  std::memcpy(control, &header, sizeof header);
  std::memcpy(control + CMSG_LEN(0), &fd, sizeof fd);
  const uint64_t control_at =
      b.PutBytes(control, sizeof control, alignof(cmsghdr));
  iovec data{};
  data.iov_len = 1;
  const uint64_t data_at = b.PutStruct(data);
  b.PointTo(data_at + offsetof(iovec, iov_base), b.PutBuffer(1, 1));
  mmsghdr message{};
  message.msg_hdr.msg_iovlen = 1;
  message.msg_hdr.msg_controllen = sizeof control;
  const uint64_t message_at = b.PutStruct(message);
  b.PointTo(message_at + offsetof(mmsghdr, msg_hdr.msg_iov), data_at);
  b.PointTo(message_at + offsetof(mmsghdr, msg_hdr.msg_control), control_at);
  return message_at;
}

uint64_t ListenerFlags(const Spec& spec, const HostFacts& facts) {
  uint64_t flags = FilterFlags(spec) | SECCOMP_FILTER_FLAG_NEW_LISTENER;
  // A call should not come back with EINTR because it was looked at.  Linux
  // 5.19
  if (facts.kernel >= KernelVersion{5, 19}) {
    flags |= SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  }
  return flags;
}

// docs/decisions/0013 has the reasons.
void InstallWatch(const Spec& spec, const HostFacts& facts, PlanBuilder& b) {
  const CallWatch& watch = *spec.watch;
  Plan& plan = b.plan();
  b.Because(watch.origin);
  const auto number = static_cast<uint64_t>(FreeDescriptor(spec));
  const Arg key[2] = {Value(watch.key[0]), Value(watch.key[1])};
  b.CloseRange(number, number, 0, "")
      .Why("room for the listener, below the target's limit of open files");
  plan.listener_fd = static_cast<int>(number);
  plan.first_inherited_fd =
      std::max(plan.first_inherited_fd, plan.listener_fd + 1);
  plan.listener_step = b.Next();
  const std::string name = spec.seccomp ? spec.seccomp->name : "";
  b.Call(SYS_seccomp,
         {Value(SECCOMP_SET_MODE_FILTER), Value(ListenerFlags(spec, facts)),
          Pointer(PutFilter(watch.filter, b))},
         name)
      .MustReturn(number)
      .Why(name.empty() ? "" : absl::StrCat("policy ", name));
  b.Call(SYS_sendmmsg,
         {InSlot(kSlotSync), Pointer(PutMessage(plan.listener_fd, b)), Value(1),
          Value(MSG_NOSIGNAL), key[0], key[1]},
         "listener")
      .MustReturn(1)
      .Why("the supervisor hears of calls by it");
  b.Call(SYS_seccomp,
         {Value(SECCOMP_SET_MODE_FILTER), Value(FilterFlags(spec)),
          Pointer(PutFilter(watch.seal, b)), Value(0), key[0], key[1]},
         "")
      .Why("neither of these two calls can be made again");
}

// A file system in memory that the target may write to, and that its path leads
// to: none of the later mounts is in the way.  A provided mount may be one; who
// looks sees.
bool MayFill(const std::vector<PlannedMount>& mounts, size_t i) {
  const PlannedMount& mount = mounts[i];
  const bool read_only = std::find(mount.flags.begin(), mount.flags.end(),
                                   "ro") != mount.flags.end();
  if (mount.skipped || read_only || mount.origin.path.empty() ||
      (mount.fstype != "tmpfs" && mount.fstype != "provided")) {
    return false;
  }
  return std::none_of(mounts.begin() + static_cast<ptrdiff_t>(i) + 1,
                      mounts.end(), [&](const PlannedMount& later) {
                        return mount.target == later.target ||
                               absl::StartsWith(mount.target,
                                                later.target + "/");
                      });
}

}  // namespace

void CloseOtherDescriptors(const Spec& spec, PlanBuilder& b) {
  b.Because({});
  b.CloseRange(3, kLastDescriptor, CLOSE_RANGE_CLOEXEC, "")
      .Why("nothing but stdio outlives the exec");
  if (spec.process.stdio.channel) {
    // Nothing that is still needed has this number: see Inherited.
    b.Dup3(b.plan().channel_slot, kChannelFd).Why("but the channel");
  }
  for (const Located<int>& fd : spec.process.stdio.pass_fd) {
    if (fd.value < 3) continue;  // stdio is passed anyway
    b.Because(fd.origin);
    b.Call(SYS_fcntl,
           {Value(static_cast<uint64_t>(fd.value)), Value(F_SETFD), Value(0)},
           absl::StrCat("descriptor ", fd.value));
  }
}

void ForkFromReaper(const Spec& spec, PlanBuilder& b) {
  if (spec.pid1 != Pid1::kReaper) return;
  b.Because(spec.pid1_origin);
  b.plan().fork_step = b.Next();
  // VFORK: process 1 goes on when the target's exec is done, so that a failure
  // is told of before the reaper hides it.  Memory is not shared.
  b.Call(SYS_clone,
         {Value(CLONE_VFORK | SIGCHLD), Value(0), Value(0), Value(0), Value(0)},
         "")
      .Why("process 2, the target");
  b.Prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, "").Why("end with the reaper");
}

void InstallSeccomp(const Spec& spec, const HostFacts& facts, PlanBuilder& b) {
  if (spec.watch) {
    InstallWatch(spec, facts, b);
    return;
  }
  if (!spec.seccomp || spec.seccomp->program.empty()) return;
  const Seccomp& seccomp = *spec.seccomp;
  b.Because(seccomp.origin);
  const uint64_t filter = PutFilter(seccomp.program, b);
  b.Call(SYS_seccomp,
         {Value(SECCOMP_SET_MODE_FILTER), Value(FilterFlags(spec)),
          Pointer(filter)},
         seccomp.name)
      .Why(absl::StrCat("policy ", seccomp.name));
}

// By path it is execve(2), as with nsjail: a policy that was written for it
// allows that call, and rarely execveat(2).
void ExecuteTarget(const Spec& spec, PlanBuilder& b) {
  const Command& command = spec.process.command;
  Plan& plan = b.plan();
  b.Because(command.origin);
  const Arg argv = spec.process.waits_for_start
                       ? Arg{Arg::kGivenArgv}
                       : Pointer(b.PutStrings(command.argv));
  const uint64_t envp = b.PutStrings(spec.process.environment);
  plan.exec_step = b.Next();
  if (command.by_fd) {
    b.ExecveAt(InSlot(kSlotTarget), "", argv, envp, AT_EMPTY_PATH,
               command.file);
  } else if (command.file.find('/') != std::string::npos ||
             command.search.empty()) {
    b.Execve(command.file, argv, envp, command.file);
  } else {
    for (const std::string& directory : command.search) {
      const std::string path = absl::StrCat(directory, "/", command.file);
      b.Execve(path, argv, envp, path);
      if (&directory != &command.search.back()) {
        b.Tolerate({ENOENT, ENOTDIR, EACCES}).Why("or the next of PATH");
      }
    }
  }
  plan.exec_last = b.Next() - 1;
}

void BecomeReaper(const Spec& spec, PlanBuilder& b) {
  if (spec.pid1 != Pid1::kReaper) return;
  Plan& plan = b.plan();
  b.Because(spec.pid1_origin);
  plan.reaper_step = b.Next();
  plan.child[plan.fork_step].check = {
      Check::kFork, 0, static_cast<uint64_t>(plan.reaper_step), 0};
  // A process 1 without a handler loses a signal that comes before it blocks
  // it; the mask outlives the exec, so that none comes too early.
  const uint64_t all = b.PutStruct(~uint64_t{0});
  b.Call(SYS_rt_sigprocmask,
         {Value(SIG_SETMASK), Pointer(all), Value(0), Value(sizeof all)}, "")
      .Why("signals wait for the reaper");
  // Neither slot holds a number this low (see Inherited).  No new descriptor is
  // made: the target's limit of open files is in force.
  b.Dup3(kSlotReport, kReaperReportFd);
  b.CloseRange(kReaperReportFd + 1, kLastDescriptor, CLOSE_RANGE_CLOEXEC, "")
      .Why("nothing that the target holds stays open in the reaper");
  b.CloseRange(0, 2, 0, "stdio").Why("the target's end shows on its pipes");
  std::vector<std::string> argv = {"jail-reaper",
                                   absl::StrCat(kReaperReportFd)};
  for (size_t i = 0; i < plan.mounts.size(); ++i) {
    if (!MayFill(plan.mounts, i)) continue;
    if (plan.reaper_mounts.size() == kMaxReaperMounts) break;
    argv.push_back(plan.mounts[i].target);
    plan.reaper_mounts.push_back(plan.mounts[i].origin.path);
  }
  b.ExecveAt(InSlot(kSlotReaper), "", Pointer(b.PutStrings(argv)),
             b.PutStrings({}), AT_EMPTY_PATH, "reaper");
}

}  // namespace jail
