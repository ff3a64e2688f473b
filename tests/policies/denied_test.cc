// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Every dangerous call, made for real under each shipped policy: it fails as
// it should, or ends the caller.
#include <errno.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/userfaultfd.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/socket.h>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/compile.h"
#include "jail/seccomp/default_filter.h"
#include "jail/seccomp/shipped.h"
#include "jail/seccomp/syscalls.h"
#include "tests/policies/filtered_child.h"

namespace jail::seccomp {
namespace {

struct Denied {
  const char* call;
  std::vector<uint64_t> args;
  int error;
};

constexpr uint64_t kUpperHalf = uint64_t{1} << 32;

// Arguments that would work, or fail with another error than the filter's.
const std::vector<Denied>& DeniedCalls() {
  static const auto& calls = *new std::vector<Denied>{
      {"mount", {}, EPERM},
      {"umount2", {}, EPERM},
      {"pivot_root", {}, EPERM},
      {"chroot", {}, EPERM},
      {"open_tree", {}, EPERM},
      {"open_tree_attr", {}, EPERM},
      {"move_mount", {}, EPERM},
      {"fsopen", {}, EPERM},
      {"fsconfig", {}, EPERM},
      {"fsmount", {}, EPERM},
      {"fspick", {}, EPERM},
      {"mount_setattr", {}, EPERM},
      {"statmount", {}, ENOSYS},
      {"listmount", {}, ENOSYS},
      {"name_to_handle_at", {}, EPERM},
      {"open_by_handle_at", {}, EPERM},
      {"unshare", {CLONE_NEWUSER}, EPERM},
      {"unshare", {CLONE_NEWNS | CLONE_FS}, EPERM},
      {"unshare", {CLONE_NEWTIME}, EPERM},
      {"clone", {CLONE_NEWUSER | SIGCHLD}, EPERM},
      {"clone", {CLONE_NEWPID | SIGCHLD}, EPERM},
      {"setns", {}, EPERM},
      {"clone3", {}, ENOSYS},
      {"init_module", {}, EPERM},
      {"finit_module", {}, EPERM},
      {"delete_module", {}, EPERM},
      {"kexec_load", {}, EPERM},
      {"kexec_file_load", {}, EPERM},
      {"bpf", {}, EPERM},
      {"perf_event_open", {}, EPERM},
      {"io_uring_setup", {}, ENOSYS},
      {"io_uring_enter", {}, ENOSYS},
      {"io_uring_register", {}, ENOSYS},
      {"ptrace", {}, EPERM},
      {"process_vm_readv", {}, EPERM},
      {"process_vm_writev", {}, EPERM},
      {"process_madvise", {}, EPERM},
      {"pidfd_getfd", {}, EPERM},
      {"kcmp", {}, EPERM},
      {"move_pages", {}, EPERM},
      {"migrate_pages", {}, EPERM},
      {"userfaultfd", {}, EPERM},
      {"add_key", {}, EPERM},
      {"request_key", {}, EPERM},
      {"keyctl", {}, EPERM},
      {"socket", {AF_VSOCK, SOCK_STREAM}, EPERM},
      {"socket", {kUpperHalf | AF_VSOCK, SOCK_STREAM}, EPERM},
      {"socket", {AF_ALG, SOCK_SEQPACKET}, EPERM},
      {"socket", {AF_PACKET, SOCK_RAW}, EPERM},
      {"socket", {AF_XDP, SOCK_RAW}, EPERM},
      {"socket", {AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER}, EPERM},
      {"socket", {AF_NETLINK, SOCK_RAW, NETLINK_AUDIT}, EPROTONOSUPPORT},
      {"socket", {AF_INET, SOCK_STREAM, IPPROTO_SCTP}, EPROTONOSUPPORT},
      {"socket", {AF_INET6, SOCK_DCCP, 0}, EPROTONOSUPPORT},
      {"socketpair", {AF_TIPC, SOCK_STREAM}, EPERM},
      {"ioctl", {0, TIOCSTI}, EPERM},
      {"ioctl", {0, kUpperHalf | TIOCSTI}, EPERM},
      {"ioctl", {0, TIOCLINUX}, EPERM},
      {"ioctl", {0, USERFAULTFD_IOC_NEW}, EPERM},
      {"ioctl", {0, TIOCSETD}, EPERM},
      {"settimeofday", {}, EPERM},
      {"clock_settime", {}, EPERM},
      {"adjtimex", {}, EPERM},
      {"clock_adjtime", {}, EPERM},
      {"sethostname", {}, EPERM},
      {"setdomainname", {}, EPERM},
      {"reboot", {}, EPERM},
      {"swapon", {}, EPERM},
      {"swapoff", {}, EPERM},
      {"acct", {}, EPERM},
      {"quotactl", {}, EPERM},
      {"quotactl_fd", {}, EPERM},
      {"syslog", {}, EPERM},
      {"vhangup", {}, EPERM},
      {"fanotify_init", {}, EPERM},
      {"fanotify_mark", {}, EPERM},
      {"personality", {READ_IMPLIES_EXEC}, EPERM},
      {"lookup_dcookie", {}, ENOSYS},
      {"nfsservctl", {}, ENOSYS},
#ifdef __x86_64__
      {"iopl", {}, EPERM},
      {"ioperm", {}, EPERM},
      {"modify_ldt", {}, EPERM},
      {"uselib", {}, ENOSYS},
      {"ustat", {}, ENOSYS},
      {"sysfs", {}, ENOSYS},
      {"_sysctl", {}, ENOSYS},
#endif
  };
  return calls;
}

seccomp_data CallOf(uint32_t number, const std::vector<uint64_t>& args) {
  seccomp_data call{};
  call.nr = static_cast<int>(number);
  call.arch = AuditArch(NativeArch());
  for (size_t i = 0; i < args.size(); ++i) call.args[i] = args[i];
  return call;
}

Program Compiled(const std::string& text) {
  PolicyErrors errors;
  const auto policy = ReadPolicy(text, "p", {NativeArch()}, nullptr, errors);
  std::optional<Program> program;
  if (policy) program = Compile(*policy, errors);
  EXPECT_EQ(errors.ToString(), "");
  return program.value_or(Program());
}

// A filter that lets one of them through would run it, as root: the table is
// compared with the filter first.
void ExpectDenied(const Program& program) {
  std::vector<seccomp_data> calls;
  for (const Denied& denied : DeniedCalls()) {
    const auto number = SyscallNumber(NativeArch(), denied.call);
    ASSERT_TRUE(number) << denied.call;
    calls.push_back(CallOf(*number, denied.args));
    ASSERT_EQ(Run(program, calls.back())->value,
              SECCOMP_RET_ERRNO | static_cast<uint32_t>(denied.error))
        << denied.call;
  }
  const Probed probed = Probe(program, calls);
  ASSERT_EQ(probed.installed, 1);
  ASSERT_TRUE(probed.done) << "signal " << probed.signal;
  for (size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(probed.errors[i], DeniedCalls()[i].error)
        << DeniedCalls()[i].call;
  }
}

TEST(Denied, ByTheDefault) {
  const FilterView filter = DefaultFilter();
  ExpectDenied({filter.begin(), filter.end()});
}

TEST(Denied, ByTheOthers) {
  for (const ShippedPolicy& shipped : ShippedPolicies()) {
    if (shipped.name == "compute_only") continue;
    SCOPED_TRACE(shipped.name);
    // No action of the default's: each is named, or its program could not go
    // on without it.
    ExpectDenied(Compiled(absl::StrCat("USE ", shipped.name, " DEFAULT KILL")));
  }
}

TEST(Denied, ByComputeOnly) {
  const Program program = Compiled("USE compute_only DEFAULT KILL");
  for (const Denied& denied : DeniedCalls()) {
    const auto number = SyscallNumber(NativeArch(), denied.call);
    const seccomp_data call = CallOf(*number, denied.args);
    ASSERT_EQ(seccomp::Run(program, call)->value, SECCOMP_RET_KILL_THREAD)
        << denied.call;
    EXPECT_EQ(Probe(program, {call}).signal, SIGSYS) << denied.call;
  }
}

// No process and no network, but for their own threads.
TEST(Denied, ProcessesAndSocketsOfNativePrograms) {
  const Program program = Compiled("USE native_minimal DEFAULT KILL");
  for (const Denied& call :
       std::vector<Denied>{{"clone", {SIGCHLD}, 0},
                           {"clone", {CLONE_VM | CLONE_VFORK | SIGCHLD}, 0},
                           {"wait4", {}, 0},
                           {"kill", {}, 0},
                           {"socket", {AF_INET, SOCK_STREAM}, 0},
                           {"socket", {AF_UNIX, SOCK_STREAM}, 0},
                           {"connect", {}, 0},
                           {"setuid", {}, 0},
                           {"shmget", {}, 0},
                           {"inotify_init1", {}, 0}}) {
    const auto number = SyscallNumber(NativeArch(), call.call);
    EXPECT_EQ(Probe(program, {CallOf(*number, call.args)}).signal, SIGSYS)
        << call.call;
  }
}

// Newer calls and x32's fail.
TEST(Denied, UnknownCalls) {
  const FilterView filter = DefaultFilter();
  const Program program(filter.begin(), filter.end());
  const Probed probed =
      Probe(program, {CallOf(470, {}), CallOf(511, {}), CallOf(0x10000, {}),
                      CallOf(kX32Bit | 39, {}), CallOf(kX32Bit | 59, {})});
  ASSERT_TRUE(probed.done);
  EXPECT_EQ(probed.errors, std::vector<int>(5, ENOSYS));
}

#ifdef __x86_64__
TEST(Denied, TheAbiOfI386) {
  const FilterView filter = DefaultFilter();
  const Program program(filter.begin(), filter.end());
  seccomp_data getpid = CallOf(20, {});
  getpid.arch = AuditArch(Arch::kX86);
  const Probed probed = Probe(program, {getpid});
  EXPECT_EQ(probed.installed, 1);
  // SIGSEGV from a kernel without that ABI.
  EXPECT_TRUE(probed.signal == SIGSYS || probed.signal == SIGSEGV)
      << probed.signal;
}
#endif

// A filter of the program's own, stacked on ours.
TEST(Denied, AFilterOnTopWorks) {
  for (const char* name : {"default_deny_dangerous", "python", "node"}) {
    const Program program =
        Compiled(absl::StrCat("USE ", name, " DEFAULT ALLOW"));
    const Program own = Compiled("ERRNO(ERANGE) { getppid } DEFAULT ALLOW");
    sock_fprog argument{static_cast<unsigned short>(own.size()),
                        const_cast<sock_filter*>(own.data())};
    const auto number = [](const char* call) {
      return *SyscallNumber(NativeArch(), call);
    };
    const Probed probed = Probe(
        program,
        {CallOf(number("seccomp"), {SECCOMP_SET_MODE_FILTER, 0,
                                    reinterpret_cast<uint64_t>(&argument)}),
         CallOf(number("getppid"), {}), CallOf(number("mount"), {})});
    EXPECT_EQ(probed.errors, (std::vector<int>{0, ERANGE, EPERM})) << name;
  }
}

}  // namespace
}  // namespace jail::seccomp
