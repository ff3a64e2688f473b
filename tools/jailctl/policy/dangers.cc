// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/dangers.h"

#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>

#include <algorithm>

#include "jail/seccomp/syscalls.h"

namespace jail::jailctl {
namespace {

constexpr uint64_t kAfVsock = 40;
constexpr uint64_t kTiocLinux = 0x541c;
constexpr uint64_t kCloneNewTime = 0x80;
constexpr uint64_t kPersonalityNoRandomize = 0x0040000;
constexpr uint64_t kReadImpliesExec = 0x0400000;

}  // namespace

const std::vector<Danger>& Dangers() {
  using S = Severity;
  static const auto& dangers = *new std::vector<Danger>{
      {S::kSevere,
       "kernel code",
       "whoever may load code into the kernel owns the machine",
       {{"init_module"},
        {"finit_module"},
        {"delete_module"},
        {"kexec_load"},
        {"kexec_file_load"}}},
      {S::kSevere,
       "raw I/O ports",
       "a program with ports talks to the hardware past the kernel",
       {{"iopl", {3}}, {"ioperm", {0, 1, 1}}}},
      {S::kSevere,
       "open_by_handle_at",
       "opens files by inode, of the host too: how containers were left once",
       {{"open_by_handle_at"}}},
      {S::kSevere,
       "reboot, swap and accounting",
       "no program needs to end or slow the machine",
       {{"reboot"}, {"swapon"}, {"swapoff"}, {"acct"}}},
      {S::kHigh,
       "new user namespaces",
       "a new user namespace gives every capability inside, and with them code "
       "of the kernel that most of its recent privilege faults are in",
       {{"unshare", {CLONE_NEWUSER}}, {"clone", {CLONE_NEWUSER}}, {"clone3"}}},
      {S::kHigh,
       "mounts",
       "changes what paths mean, for the program and for what it starts",
       {{"mount"},
        {"umount2"},
        {"pivot_root"},
        {"move_mount"},
        {"open_tree"},
        {"mount_setattr"},
        {"fsopen"},
        {"fsmount"},
        {"fsconfig"},
        {"fspick"}}},
      {S::kHigh,
       "bpf",
       "its verifier is large, and its faults are faults of the kernel",
       {{"bpf"}}},
      {S::kHigh,
       "io_uring",
       "does most other calls without passing this filter, and has had many "
       "privilege faults",
       {{"io_uring_setup"}, {"io_uring_enter"}, {"io_uring_register"}}},
      {S::kHigh,
       "tracing other processes",
       "reads and writes the memory of each process of the same user",
       {{"ptrace", {PTRACE_ATTACH, 1}},
        {"ptrace", {PTRACE_SEIZE, 1}},
        {"process_vm_readv", {1}},
        {"process_vm_writev", {1}},
        {"pidfd_getfd"}}},
      {S::kHigh,
       "typing into the terminal",
       "TIOCSTI and TIOCLINUX put commands into the shell that started the "
       "jail, when it shares its terminal",
       {{"ioctl", {0, TIOCSTI}}, {"ioctl", {0, kTiocLinux}}}},
      {S::kHigh,
       "kernel keyrings",
       "keyrings know no namespaces: keys of the user outside can be reached",
       {{"keyctl"}, {"add_key"}, {"request_key"}}},
      {S::kMedium,
       "other namespaces",
       "mount, network and other namespaces open code of the kernel that needs "
       "a capability elsewhere",
       {{"unshare", {CLONE_NEWNS}},
        {"unshare", {CLONE_NEWNET}},
        {"clone", {CLONE_NEWNS}},
        {"clone", {CLONE_NEWPID}},
        {"unshare", {kCloneNewTime}},
        {"setns", {0, CLONE_NEWNET}}}},
      {S::kMedium,
       "userfaultfd",
       "lets a program hold the kernel still inside of a copy: the tool of "
       "most race exploits",
       {{"userfaultfd"}}},
      {S::kMedium,
       "perf events",
       "counts what other programs do, and has had privilege faults",
       {{"perf_event_open"}}},
      {S::kMedium,
       "sockets of rare families",
       "vsock leaves a virtual machine past any network namespace; packet, raw "
       "and other rare families are little-tested code",
       {{"socket", {kAfVsock, SOCK_STREAM}},
        {"socket", {AF_PACKET, SOCK_RAW}},
        {"socket", {AF_ALG, SOCK_SEQPACKET}},
        {"socket", {AF_BLUETOOTH, SOCK_RAW}},
        {"socket", {AF_CAN, SOCK_RAW}},
        {"socket", {AF_TIPC, SOCK_STREAM}},
        {"socket", {AF_RDS, SOCK_SEQPACKET}}}},
      {S::kMedium,
       "setting the clock",
       "the time is the whole machine's, and logs and certificates trust it",
       {{"clock_settime"},
        {"settimeofday"},
        {"stime"},
        {"adjtimex"},
        {"clock_adjtime"}}},
      {S::kMedium,
       "fanotify and quotas",
       "watch or block file accesses of others",
       {{"fanotify_init"}, {"quotactl"}, {"quotactl_fd"}}},
      {S::kLow,
       "netlink",
       "configures interfaces, routes and firewalls where a capability allows",
       {{"socket", {AF_NETLINK, SOCK_RAW}}}},
      {S::kLow,
       "programs in memory",
       "memfd_create and execveat run code that was never a file: no mount "
       "option stops it",
       {{"memfd_create"}}},
      {S::kLow,
       "chroot",
       "with a capability and an open folder it is a way out of another chroot",
       {{"chroot"}}},
      {S::kLow,
       "personality flags",
       "switch off address randomisation, or make all memory executable",
       {{"personality", {kPersonalityNoRandomize}},
        {"personality", {kReadImpliesExec}}}},
      {S::kLow,
       "the kernel's log and addresses",
       "what they print helps an exploit",
       {{"syslog", {3}}, {"kcmp"}, {"lookup_dcookie"}}},
      {S::kLow,
       "obsolete calls",
       "nothing uses them, and nobody tests them",
       {{"uselib"},
        {"ustat"},
        {"sysfs"},
        {"_sysctl"},
        {"nfsservctl"},
        {"modify_ldt"},
        {"vm86"},
        {"vm86old"},
        {"remap_file_pages"}}},
  };
  return dangers;
}

bool IsAllowed(uint32_t value) {
  const uint32_t action = value & SECCOMP_RET_ACTION_FULL;
  return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG;
}

std::vector<AllowedDanger> FindAllowedDangers(const LoadedPolicy& loaded,
                                              seccomp::Arch arch) {
  std::vector<AllowedDanger> found;
  const auto add = [](std::string text, std::vector<std::string>& list) {
    if (std::find(list.begin(), list.end(), text) == list.end()) {
      list.push_back(std::move(text));
    }
  };
  for (const Danger& danger : Dangers()) {
    AllowedDanger allowed{&danger, {}, {}};
    for (const TriedCall& attempt : danger.attempts) {
      const auto number = seccomp::SyscallNumber(arch, attempt.call);
      if (!number) continue;
      seccomp_data call{};
      call.arch = seccomp::AuditArch(arch);
      call.nr = static_cast<int>(*number);
      std::copy(attempt.args.begin(), attempt.args.end(), call.args);
      const Ruling ruling = Decide(loaded, call);
      if (!IsAllowed(ruling.value)) continue;
      add(attempt.call, allowed.calls);
      add(ruling.rule == nullptr
              ? ruling.reason
              : PlaceName(loaded.policy.names, ruling.rule->place),
          allowed.reasons);
    }
    if (!allowed.calls.empty()) found.push_back(std::move(allowed));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) {
                     return a.danger->severity > b.danger->severity;
                   });
  return found;
}

}  // namespace jail::jailctl
