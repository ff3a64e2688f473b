// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/write_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "jail/seccomp/evaluate.h"
#include "jail/seccomp/policy.h"
#include "jail/seccomp/syscalls.h"

namespace jail::jailctl {
namespace {

using testing::HasSubstr;
using testing::Not;

seccomp_data Call(const char* name, uint64_t first = 0, uint64_t second = 0) {
  seccomp_data data{};
  data.arch = seccomp::AuditArch(seccomp::NativeArch());
  data.nr = static_cast<int>(
      seccomp::SyscallNumber(seccomp::NativeArch(), name).value());
  data.args[0] = first;
  data.args[1] = second;
  return data;
}

class Learned {
 public:
  explicit Learned(const std::vector<seccomp_data>& calls,
                   const std::string& command = "prog") {
    recording_.BeginRun();
    for (const seccomp_data& call : calls) recording_.Add(call);
    text_ = WritePolicy(recording_, {command, "arg"}, "a.cfg");
    seccomp::PolicyErrors errors;
    policy_ = seccomp::ReadPolicy(text_, "p", {seccomp::NativeArch()}, nullptr,
                                  errors);
    EXPECT_EQ(errors.ToString(), "") << text_;
  }

  std::string Decide(const seccomp_data& call) const {
    return seccomp::Evaluate(policy_.value(), call).action.ToString();
  }
  const std::string& text() const { return text_; }
  const Recording& recording() const { return recording_; }

 private:
  Recording recording_;
  std::string text_;
  std::optional<seccomp::Policy> policy_;
};

TEST(WritePolicy, AllowsWhatWasCalled) {
  const Learned learned({Call("read"), Call("openat"), Call("read")});
  EXPECT_EQ(learned.Decide(Call("read")), "ALLOW");
  EXPECT_EQ(learned.Decide(Call("openat")), "ALLOW");
  EXPECT_EQ(learned.Decide(Call("ptrace")), "KILL_PROCESS");
  EXPECT_EQ(learned.Decide(Call("write")), "KILL_PROCESS");
  for (const char* always : {"execve", "execveat", "exit_group", "rt_sigreturn",
                             "futex", "sched_yield"}) {
    EXPECT_EQ(learned.Decide(Call(always)), "ALLOW") << always;
  }
  EXPECT_EQ(learned.Decide(Call("clone3")), "ERRNO(ENOSYS)");
  EXPECT_THAT(learned.text(), HasSubstr("3 calls of 2 kinds"));
  EXPECT_THAT(learned.text(), HasSubstr("in the jail of a.cfg"));
}

TEST(WritePolicy, KeepsChosenArguments) {
  const Learned learned({Call("socket", AF_UNIX), Call("socket", AF_INET),
                         Call("ioctl", 1, TCGETS),
                         Call("ioctl", 0, 0xffffffff00000000 | TIOCGWINSZ)});
  EXPECT_EQ(learned.Decide(Call("socket", AF_INET)), "ALLOW");
  EXPECT_EQ(learned.Decide(Call("socket", AF_NETLINK)), "KILL_PROCESS");
  EXPECT_EQ(learned.Decide(Call("ioctl", 5, TCGETS)), "ALLOW");
  EXPECT_EQ(learned.Decide(Call("ioctl", 5, TIOCGWINSZ)), "ALLOW");
  EXPECT_EQ(learned.Decide(Call("ioctl", 5, TIOCSTI)), "KILL_PROCESS");
  EXPECT_THAT(learned.text(), HasSubstr("family == AF_UNIX"));
  EXPECT_THAT(learned.text(), HasSubstr("cmd == TCGETS"));
}

TEST(WritePolicy, CloneIsFreeButForNamespaces) {
  const Learned plain({Call("clone", 0x3d0f00), Call("clone", 17)});
  EXPECT_EQ(plain.Decide(Call("clone", 0x01200011)), "ALLOW");
  EXPECT_EQ(plain.Decide(Call("clone", CLONE_NEWUSER | 17)), "KILL_PROCESS");
  EXPECT_EQ(plain.recording().threads, 1u);
  EXPECT_EQ(plain.recording().processes, 1u);
  const Learned special({Call("clone", CLONE_NEWUSER | 17)});
  EXPECT_EQ(special.Decide(Call("clone", CLONE_NEWUSER | 17)), "ALLOW");
  EXPECT_EQ(special.Decide(Call("clone", CLONE_NEWNET | 17)), "KILL_PROCESS");
}

TEST(WritePolicy, TheCommandsOwnStartIsNoCallOfIts) {
  const Learned learned(
      {Call("execve"), Call("execve"), Call("read"), Call("execve")});
  EXPECT_EQ(learned.recording().count, 2u);
}

TEST(WritePolicy, TooManyValuesAreNoChoice) {
  std::vector<seccomp_data> calls;
  for (uint64_t i = 0; i <= kMaxLearnedValues; ++i) {
    calls.push_back(Call("ioctl", 0, 1000 + i));
  }
  EXPECT_EQ(Learned(calls).Decide(Call("ioctl", 0, 5)), "ALLOW");
  calls.pop_back();
  EXPECT_EQ(Learned(calls).Decide(Call("ioctl", 0, 5)), "KILL_PROCESS");
}

TEST(WritePolicy, OtherAbisAreToldAndNotAllowed) {
  seccomp_data foreign = Call("read");
  foreign.arch = seccomp::AuditArch(seccomp::NativeArch() == seccomp::Arch::kX86
                                        ? seccomp::Arch::kArm
                                        : seccomp::Arch::kX86);
  foreign.nr = 20;
  const Learned learned({Call("read"), foreign});
  EXPECT_THAT(learned.text(), HasSubstr("x86 getpid"));
  EXPECT_EQ(learned.Decide(foreign), "KILL_PROCESS");
}

TEST(WritePolicy, ACommandCannotLeaveItsComment) {
  const Learned learned({Call("read")}, "a\nDEFAULT ALLOW");
  EXPECT_THAT(learned.text(), Not(HasSubstr("\nDEFAULT ALLOW")));
  EXPECT_EQ(learned.Decide(Call("write")), "KILL_PROCESS");
}

}  // namespace
}  // namespace jail::jailctl
