// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The policies that come with the program: how they are found, and what the
// default decides.
#include "jail/seccomp/shipped.h"

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/userfaultfd.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/socket.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/default_filter.h"
#include "jail/seccomp/evaluate.h"
#include "jail/seccomp/lexer.h"
#include "jail/seccomp/parser.h"
#include "jail/seccomp/policy_test_helper.h"
#include "jail/seccomp/syscalls.h"

namespace jail::seccomp {
namespace {

constexpr uint64_t kJunk = uint64_t{7} << 32;

const Policy& DefaultPolicy() {
  static const auto& policy =
      *new Policy(PolicyOf(std::string(kDefaultPolicyText)));
  return policy;
}

std::string ByDefault(const std::string& call,
                      const std::vector<uint64_t>& args = {}) {
  const auto number = SyscallNumber(Arch::kX86_64, call);
  EXPECT_TRUE(number) << call;
  return DecisionOf(DefaultPolicy(),
                    CallOf(Arch::kX86_64, number.value_or(0), args));
}

TEST(Shipped, EachIsOnePolicyOfItsName) {
  for (const ShippedPolicy& shipped : ShippedPolicies()) {
    PolicyErrors errors;
    const PolicyText text = ParsePolicy(
        Tokenize(shipped.text, std::string(shipped.file), nullptr, errors),
        errors);
    EXPECT_EQ(errors.ToString(), "");
    ASSERT_EQ(text.statements.size(), 1u) << shipped.name;
    EXPECT_EQ(text.statements[0].kind, Statement::Kind::kPolicy);
    EXPECT_EQ(text.statements[0].name, shipped.name);
    EXPECT_EQ(FindShippedPolicy(shipped.name)->name, shipped.name);
  }
  EXPECT_EQ(FindShippedPolicy("nosuch"), nullptr);
}

TEST(Shipped, EachCompilesForAllArchitectures) {
  for (const ShippedPolicy& shipped : ShippedPolicies()) {
    const std::string use = absl::StrCat("USE ", shipped.name);
    for (const Arch arch : kArchs) {
      const Policy policy = PolicyOf(use, {arch});
      EXPECT_FALSE(ProgramOf(policy).empty()) << ArchName(arch);
      EXPECT_TRUE(policy.notes.empty()) << policy.notes[0].ToString();
    }
    EXPECT_FALSE(
        ProgramOf(PolicyOf(use, {std::begin(kArchs), std::end(kArchs)}))
            .empty());
  }
}

TEST(Shipped, AreUsedWithoutAnInclude) {
  const Policy policy = PolicyOf(
      "\nPOLICY mine { USE default_deny_dangerous }\nUSE mine\n"
      "DEFAULT ALLOW");
  EXPECT_EQ(DecisionOf(policy, CallOf(Arch::kX86_64, 165, {})), "ERRNO(EPERM)");
  const Decision decision =
      Evaluate(policy, CallOf(Arch::kX86_64, 165, {}));  // mount
  ASSERT_NE(decision.rule, nullptr);
  EXPECT_EQ(policy.names[static_cast<size_t>(decision.rule->place.file)],
            "shipped/default_deny_dangerous.kafel");
  EXPECT_GT(decision.rule->place.line, 1);
  // Rules before it go first.
  EXPECT_EQ(DecisionOf("LOG { mount } USE default_deny_dangerous DEFAULT ALLOW",
                       "mount"),
            "LOG");
  EXPECT_EQ(DecisionOf("POLICY default_deny_dangerous { LOG { mount } }\n"
                       "USE default_deny_dangerous DEFAULT ALLOW",
                       "mount"),
            "LOG");
  // And constants of the policy's own change nothing in a shipped one.
  EXPECT_EQ(DecisionOf("#define family 1\n#define mount 0\n"
                       "USE default_deny_dangerous DEFAULT ALLOW",
                       "socket", {AF_VSOCK}),
            "ERRNO(EPERM)");
  EXPECT_EQ(ErrorsOf("USE default_deny_dangerous POLICY "
                     "default_deny_dangerous { }"),
            "p:1:5: policy default_deny_dangerous is defined in line 1: a "
            "policy must be complete before its USE\n");
  EXPECT_EQ(ErrorsOf("USE default_deny_dangeros"),
            "p:1:5: there is no policy default_deny_dangeros; did you mean "
            "default_deny_dangerous?\n");
}

TEST(DefaultFilter, IsWhatTheTextCompilesTo) {
  const FilterView filter = DefaultFilter();
  const Program built(filter.begin(), filter.end());
  const Program now =
      ProgramOf(PolicyOf(std::string(kDefaultPolicyText), {NativeArch()}));
  EXPECT_EQ(Disassemble(built), Disassemble(now));
  EXPECT_LT(built.size(), 200u);
}

TEST(DefaultFilter, LetsHotCallsThroughByTheBitmap) {
  const FilterView filter = DefaultFilter();
  const Program program(filter.begin(), filter.end());
  for (const char* call : {"read", "write", "futex", "mmap", "clock_gettime",
                           "openat", "close", "fork", "execve", "sendto",
                           "recvfrom", "getpid", "mseal", "file_setattr"}) {
    EXPECT_TRUE(AllowedByBitmap(program, NativeArch(),
                                *SyscallNumber(NativeArch(), call)))
        << call;
  }
}

TEST(DefaultPolicy, DeniesWithEperm) {
  for (const char* call : {"mount",
                           "umount2",
                           "pivot_root",
                           "chroot",
                           "open_tree",
                           "open_tree_attr",
                           "move_mount",
                           "fsopen",
                           "fsconfig",
                           "fsmount",
                           "fspick",
                           "mount_setattr",
                           "setns",
                           "name_to_handle_at",
                           "open_by_handle_at",
                           "init_module",
                           "finit_module",
                           "delete_module",
                           "kexec_load",
                           "kexec_file_load",
                           "bpf",
                           "perf_event_open",
                           "ptrace",
                           "process_vm_readv",
                           "kcmp",
                           "process_vm_writev",
                           "process_madvise",
                           "pidfd_getfd",
                           "move_pages",
                           "migrate_pages",
                           "userfaultfd",
                           "add_key",
                           "request_key",
                           "keyctl",
                           "settimeofday",
                           "clock_settime",
                           "adjtimex",
                           "clock_adjtime",
                           "sethostname",
                           "setdomainname",
                           "reboot",
                           "swapon",
                           "swapoff",
                           "acct",
                           "quotactl",
                           "quotactl_fd",
                           "syslog",
                           "vhangup",
                           "iopl",
                           "ioperm",
                           "fanotify_init",
                           "fanotify_mark",
                           "modify_ldt"}) {
    EXPECT_EQ(ByDefault(call), "ERRNO(EPERM)") << call;
  }
}

TEST(DefaultPolicy, DeniesWithEnosys) {
  for (const char* call :
       {"clone3", "io_uring_setup", "io_uring_enter", "io_uring_register",
        "statmount", "listmount", "lookup_dcookie", "nfsservctl", "uselib",
        "ustat", "sysfs", "_sysctl"}) {
    EXPECT_EQ(ByDefault(call), "ERRNO(ENOSYS)") << call;
  }
}

TEST(DefaultPolicy, LooksAtArguments) {
  const struct {
    const char* call;
    std::vector<uint64_t> args;
    const char* decision;
  } kRows[] = {
      {"clone", {SIGCHLD}, "ALLOW"},
      {"clone", {CLONE_VM | CLONE_VFORK | SIGCHLD}, "ALLOW"},
      // glibc's threads.
      {"clone", {0x3d0f00}, "ALLOW"},
      {"clone", {CLONE_NEWUSER | SIGCHLD}, "ERRNO(EPERM)"},
      {"clone", {CLONE_NEWNS}, "ERRNO(EPERM)"},
      {"clone", {CLONE_NEWNET}, "ERRNO(EPERM)"},
      {"clone", {CLONE_NEWPID}, "ERRNO(EPERM)"},
      {"clone", {CLONE_NEWIPC}, "ERRNO(EPERM)"},
      {"clone", {CLONE_NEWUTS}, "ERRNO(EPERM)"},
      {"clone", {CLONE_NEWCGROUP}, "ERRNO(EPERM)"},
      {"clone", {kJunk | CLONE_NEWUSER}, "ERRNO(EPERM)"},
      {"unshare", {CLONE_FS | CLONE_FILES}, "ALLOW"},
      {"unshare", {CLONE_NEWUSER}, "ERRNO(EPERM)"},
      {"unshare", {CLONE_NEWTIME}, "ERRNO(EPERM)"},
      {"unshare", {CLONE_FILES | CLONE_NEWNS}, "ERRNO(EPERM)"},
      {"socket", {AF_UNIX, SOCK_STREAM}, "ALLOW"},
      {"socket", {AF_INET, SOCK_STREAM | SOCK_CLOEXEC}, "ALLOW"},
      {"socket", {AF_INET6, SOCK_DGRAM}, "ALLOW"},
      {"socket", {AF_NETLINK, SOCK_RAW, NETLINK_ROUTE}, "ALLOW"},
      {"socket", {AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER}, "ERRNO(EPERM)"},
      {"socket", {AF_NETLINK, SOCK_RAW, NETLINK_GENERIC}, "ERRNO(EPERM)"},
      {"socket",
       {AF_NETLINK, SOCK_RAW, NETLINK_AUDIT},
       "ERRNO(EPROTONOSUPPORT)"},
      {"socket", {AF_INET, SOCK_STREAM, IPPROTO_TCP}, "ALLOW"},
      {"socket", {AF_INET, SOCK_STREAM, IPPROTO_MPTCP}, "ALLOW"},
      {"socket", {AF_INET6, SOCK_DGRAM, IPPROTO_UDPLITE}, "ALLOW"},
      {"socket", {AF_INET, SOCK_RAW | SOCK_NONBLOCK, IPPROTO_ICMP}, "ALLOW"},
      {"socket", {AF_INET, SOCK_DGRAM, IPPROTO_ICMP}, "ALLOW"},
      {"socket", {AF_UNIX, SOCK_SEQPACKET}, "ALLOW"},
      {"socket", {AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0}, "ALLOW"},
      {"socket",
       {AF_INET, SOCK_STREAM, IPPROTO_SCTP},
       "ERRNO(EPROTONOSUPPORT)"},
      {"socket",
       {AF_INET6, SOCK_STREAM, kJunk | IPPROTO_SCTP},
       "ERRNO(EPROTONOSUPPORT)"},
      {"socket", {AF_INET, SOCK_SEQPACKET, 0}, "ERRNO(EPROTONOSUPPORT)"},
      {"socket",
       {AF_INET, SOCK_DCCP | SOCK_CLOEXEC, 0},
       "ERRNO(EPROTONOSUPPORT)"},
      {"socket", {AF_INET, SOCK_DGRAM, 115}, "ERRNO(EPROTONOSUPPORT)"},
      {"socket", {AF_INET6, SOCK_STREAM, 256}, "ERRNO(EPROTONOSUPPORT)"},
      {"socket", {AF_VSOCK, SOCK_STREAM}, "ERRNO(EPERM)"},
      {"socket", {kJunk | AF_VSOCK, SOCK_STREAM}, "ERRNO(EPERM)"},
      {"socket", {AF_ALG}, "ERRNO(EPERM)"},
      {"socket", {AF_PACKET}, "ERRNO(EPERM)"},
      {"socket", {AF_BLUETOOTH}, "ERRNO(EPERM)"},
      {"socket", {AF_XDP}, "ERRNO(EPERM)"},
      {"socket", {0}, "ERRNO(EPERM)"},
      {"socketpair", {AF_UNIX}, "ALLOW"},
      {"socketpair", {AF_TIPC}, "ERRNO(EPERM)"},
      {"ioctl", {0, TIOCSTI}, "ERRNO(EPERM)"},
      // CVE-2019-10063: the upper half means nothing to the kernel.
      {"ioctl", {0, kJunk | TIOCSTI}, "ERRNO(EPERM)"},
      {"ioctl", {0, USERFAULTFD_IOC_NEW}, "ERRNO(EPERM)"},
      {"ioctl", {0, kJunk | USERFAULTFD_IOC_NEW}, "ERRNO(EPERM)"},
      {"ioctl", {0, TIOCLINUX}, "ERRNO(EPERM)"},
      {"ioctl", {0, kJunk | TIOCLINUX}, "ERRNO(EPERM)"},
      {"ioctl", {0, TIOCSETD}, "ERRNO(EPERM)"},
      {"ioctl", {0, TCGETS}, "ALLOW"},
      {"ioctl", {0, FIONREAD}, "ALLOW"},
      {"personality", {0xffffffff}, "ALLOW"},
      {"personality", {kJunk | 0xffffffff}, "ALLOW"},
      {"personality", {PER_LINUX}, "ALLOW"},
      {"personality", {PER_LINUX32}, "ALLOW"},
      {"personality", {ADDR_NO_RANDOMIZE}, "ALLOW"},
      {"personality", {READ_IMPLIES_EXEC}, "ERRNO(EPERM)"},
      {"personality", {MMAP_PAGE_ZERO}, "ERRNO(EPERM)"},
      {"personality", {PER_BSD}, "ERRNO(EPERM)"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(ByDefault(row.call, row.args), row.decision)
        << row.call << " " << row.args[0];
  }
}

// What is not denied is allowed: the list above is whole.
TEST(DefaultPolicy, AllowsTheRest) {
  size_t allowed = 0;
  for (uint32_t number = 0; number < 470; ++number) {
    const auto decision =
        DecisionOf(DefaultPolicy(), CallOf(Arch::kX86_64, number, {}));
    if (decision == "ALLOW") ++allowed;
  }
  for (const char* call :
       {"seccomp", "landlock_create_ruleset", "memfd_create", "rseq",
        "pidfd_open", "pidfd_send_signal", "mbind", "set_mempolicy",
        "get_mempolicy", "membarrier", "arch_prctl", "prctl", "capset", "mknod",
        "inotify_init1", "shmget", "mq_open", "sched_setaffinity"}) {
    EXPECT_EQ(ByDefault(call), "ALLOW") << call;
  }
  // 470 numbers less those of the two lists above, and less socket and
  // socketpair, whose family is 0 here.
  EXPECT_EQ(allowed, 470u - 53u - 12u - 2u);
}

TEST(DefaultPolicy, UnknownCallsAndOtherAbis) {
  const auto decide = [](Arch arch, uint32_t number) {
    return DecisionOf(DefaultPolicy(), CallOf(arch, number, {}));
  };
  // The first number of the range is the one behind the last that has a name.
  uint32_t last = 0;
  for (uint32_t number = 0; number < 1024; ++number) {
    if (!SyscallName(Arch::kX86_64, number).empty()) last = number;
  }
  EXPECT_EQ(decide(Arch::kX86_64, last), "ALLOW");
  EXPECT_EQ(decide(Arch::kX86_64, last + 1), "ERRNO(ENOSYS)");
  EXPECT_EQ(decide(Arch::kX86_64, 0x3fffffff), "ERRNO(ENOSYS)");
  EXPECT_EQ(decide(Arch::kX86_64, kX32Bit), "ERRNO(ENOSYS)");
  EXPECT_EQ(decide(Arch::kX86_64, kX32Bit | 165), "ERRNO(ENOSYS)");
  EXPECT_EQ(decide(Arch::kX86, 1), "KILL_PROCESS");
  EXPECT_EQ(decide(Arch::kAarch64, 1), "KILL_PROCESS");
  // arm's cacheflush stands among its own numbers.
  const Policy arm = PolicyOf(std::string(kDefaultPolicyText), {Arch::kArm});
  EXPECT_EQ(DecisionOf(arm, CallOf(Arch::kArm, 0xf0002, {})), "ALLOW");
  EXPECT_EQ(DecisionOf(arm, CallOf(Arch::kArm, 470, {})), "ERRNO(ENOSYS)");
}

}  // namespace
}  // namespace jail::seccomp
