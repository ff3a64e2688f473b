// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/notify.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <random>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/compile.h"
#include "jail/seccomp/policy_test_helper.h"
#include "jail/seccomp/random_policy.h"
#include "jail/seccomp/syscalls.h"

namespace jail::seccomp {
namespace {

uint32_t Action(uint32_t value) { return value & SECCOMP_RET_ACTION_FULL; }

// What the kernel does with both filters in force: the lowest action counts,
// as a signed number (seccomp(2), "Returns").
uint32_t Both(const NotifyFilters& filters, const seccomp_data& call) {
  const auto first = Run(filters.listener, call);
  const auto second = Run(filters.seal, call);
  EXPECT_TRUE(first && second);
  if (!first || !second) return 0;
  return static_cast<int32_t>(Action(second->value)) <
                 static_cast<int32_t>(Action(first->value))
             ? second->value
             : first->value;
}

seccomp_data WithKey(uint32_t number) {
  return CallOf(NativeArch(), number, {1, 2, 3, 4, kDoorKey[0], kDoorKey[1]});
}

const NotifyOptions kViolations = {.violations = true, .recorded = {}};

TEST(NotifyFilters, ADenialBecomesANotification) {
  const Policy policy =
      PolicyOf("ALLOW { read } ERRNO(1) { write } KILL_PROCESS { ptrace }");
  const auto filters = MakeNotifyFilters(ProgramOf(policy), kViolations);
  ASSERT_TRUE(filters);
  const auto decision = [&](uint32_t number) {
    return ReturnName(Both(*filters, CallOf(NativeArch(), number, {})));
  };
  EXPECT_EQ(decision(SYS_read), "ALLOW");
  EXPECT_EQ(decision(SYS_write), "USER_NOTIF");
  EXPECT_EQ(decision(SYS_ptrace), "USER_NOTIF");
  EXPECT_EQ(decision(SYS_close), "USER_NOTIF");
  // Another architecture, too.
  EXPECT_EQ(ReturnName(Both(*filters, CallOf(Arch::kArm, 1, {}))),
            "USER_NOTIF");
}

// libc tries it for each thread.
TEST(NotifyFilters, Clone3WithoutSuchACallIsNotTold) {
  const auto answer = [](const std::string& text, uint32_t number, Arch arch) {
    const Policy policy = PolicyOf(text, {NativeArch(), Arch::kX86});
    const auto filters = MakeNotifyFilters(ProgramOf(policy), kViolations);
    EXPECT_TRUE(filters && IsValid(filters->listener));
    return filters ? ReturnName(Both(*filters, CallOf(arch, number, {}))) : "";
  };
  for (const Arch arch : {NativeArch(), Arch::kX86}) {
    const auto number = SyscallNumber(arch, "clone3");
    ASSERT_EQ(number, static_cast<uint32_t>(SYS_clone3));
    EXPECT_EQ(answer("ERRNO(ENOSYS) { clone3 } DEFAULT ALLOW", *number, arch),
              "ERRNO(ENOSYS)");
    EXPECT_EQ(answer("ALLOW { read } DEFAULT ERRNO(ENOSYS)", *number, arch),
              "ERRNO(ENOSYS)");
    EXPECT_EQ(answer("ERRNO(EPERM) { clone3 } DEFAULT ALLOW", *number, arch),
              "USER_NOTIF");
    EXPECT_EQ(answer("ERRNO(ENOSYS) { clone3 { size != 1 } } DEFAULT ALLOW",
                     *number, arch),
              "USER_NOTIF");
    EXPECT_EQ(answer("KILL { clone3 } DEFAULT ERRNO(ENOSYS)", *number, arch),
              "USER_NOTIF");
    EXPECT_EQ(answer("DEFAULT ERRNO(ENOSYS)", *number + 1, arch), "USER_NOTIF");
  }
}

TEST(NotifyFilters, AJudgementIsThePolicys) {
  const Program program = ProgramOf(
      PolicyOf("ALLOW { read } ERRNO(7) { write { fd == 1 }, dup } KILL { "
               "ptrace } ERRNO(5000) { getpid } ERRNO(0) { write { count == 2 "
               "} } DEFAULT TRAP(1)"));
  const auto judge = [&](uint32_t number, uint64_t fd, uint64_t count) {
    return Judge(program, CallOf(NativeArch(), number, {fd, 0, count}));
  };
  EXPECT_FALSE(judge(SYS_read, 0, 0).error);
  EXPECT_FALSE(judge(SYS_read, 0, 0).kills);
  EXPECT_EQ(judge(SYS_write, 1, 0).error, 7u);
  EXPECT_EQ(judge(SYS_write, 1, 0).halves, 1);
  EXPECT_EQ(judge(SYS_write, 3, 2).error, 0u);
  EXPECT_EQ(judge(SYS_write, 3, 2).halves, 0x31);
  EXPECT_EQ(judge(SYS_dup, 1, 0).halves, 0);
  EXPECT_EQ(judge(SYS_getpid, 0, 0).error, 4095u);
  EXPECT_TRUE(judge(SYS_ptrace, 0, 0).kills);
  EXPECT_FALSE(judge(SYS_ptrace, 0, 0).error);
  EXPECT_FALSE(judge(SYS_close, 0, 0).kills || judge(SYS_close, 0, 0).error);
}

// The way out is open under the first filter alone.
TEST(NotifyFilters, TheDoorIsClosedBehindTheListener) {
  const Program program = ProgramOf(PolicyOf("ALLOW { execve }"));
  const auto filters = MakeNotifyFilters(program, kViolations);
  ASSERT_TRUE(filters);
  for (const uint32_t number : {SYS_sendmmsg, SYS_seccomp}) {
    const auto first = seccomp::Run(filters->listener, WithKey(number));
    ASSERT_TRUE(first);
    EXPECT_EQ(first->value, SECCOMP_RET_ALLOW);
    EXPECT_EQ(Both(*filters, WithKey(number)), SECCOMP_RET_KILL_PROCESS);
    // One bit of the key less, and it is a call as any.
    for (int argument : {4, 5}) {
      for (int bit = 0; bit < 64; ++bit) {
        seccomp_data call = WithKey(number);
        call.args[argument] ^= uint64_t{1} << bit;
        ASSERT_EQ(Both(*filters, call), SECCOMP_RET_USER_NOTIF)
            << argument << " " << bit;
      }
    }
  }
  EXPECT_EQ(Both(*filters, WithKey(SYS_sendmsg)), SECCOMP_RET_USER_NOTIF);
  seccomp_data foreign = WithKey(SYS_sendmmsg);
  foreign.arch = AuditArch(Arch::kX86);
  EXPECT_EQ(Both(*filters, foreign), SECCOMP_RET_USER_NOTIF);
}

TEST(NotifyFilters, WhatIsRecordedIsWhatThePolicyAllows) {
  const Program program = ProgramOf(
      PolicyOf("ALLOW { openat { flags == 0 } } ERRNO(EACCES) { openat { flags "
               "== 1 } } LOG { connect } TRAP(1) { bind } DEFAULT KILL"));
  for (const bool violations : {false, true}) {
    NotifyOptions options;
    options.violations = violations;
    options.recorded = {
        {NativeArch(), {SYS_openat, SYS_connect, SYS_bind, SYS_execve}, {}}};
    const auto filters = MakeNotifyFilters(program, options);
    ASSERT_TRUE(filters);
    const auto decision = [&](uint32_t number, uint64_t flags) {
      return ReturnName(
          Both(*filters, CallOf(NativeArch(), number, {0, 0, flags})));
    };
    const char* killed = violations ? "USER_NOTIF" : "KILL_THREAD";
    EXPECT_EQ(decision(SYS_openat, 0), "USER_NOTIF");
    EXPECT_EQ(decision(SYS_openat, 1),
              violations ? "USER_NOTIF" : "ERRNO(EACCES)");
    EXPECT_EQ(decision(SYS_openat, 2), killed);
    EXPECT_EQ(decision(SYS_connect, 0), "USER_NOTIF");
    EXPECT_EQ(decision(SYS_bind, 0), "TRAP(1)");
    EXPECT_EQ(decision(SYS_execve, 0), killed);
    EXPECT_EQ(decision(SYS_read, 0), killed);
  }
}

// Or the supervisor would let it go on.
TEST(NotifyFilters, WhatWouldBeTracedIsNotRecorded) {
  const Program program =
      ProgramOf(PolicyOf("TRACE(1) { openat, close } DEFAULT ALLOW"));
  for (const bool violations : {false, true}) {
    NotifyOptions options;
    options.violations = violations;
    options.recorded = {{NativeArch(), {SYS_openat}, {}}};
    const auto filters = MakeNotifyFilters(program, options);
    ASSERT_TRUE(filters);
    for (const uint32_t number : {SYS_openat, SYS_close}) {
      EXPECT_EQ(ReturnName(Both(*filters, CallOf(NativeArch(), number, {}))),
                "ERRNO(ENOSYS)");
    }
  }
}

TEST(NotifyFilters, WithoutAPolicyOnlyWhatIsRecordedIsTold) {
  NotifyOptions options;
  options.recorded = {{NativeArch(), {SYS_openat}, {}}};
  const auto filters = MakeNotifyFilters({}, options);
  ASSERT_TRUE(filters);
  EXPECT_EQ(Both(*filters, CallOf(NativeArch(), SYS_openat, {})),
            SECCOMP_RET_USER_NOTIF);
  EXPECT_EQ(Both(*filters, CallOf(NativeArch(), SYS_read, {})),
            SECCOMP_RET_ALLOW);
  EXPECT_EQ(Both(*filters, WithKey(SYS_sendmmsg)), SECCOMP_RET_KILL_PROCESS);
}

TEST(NotifyFilters, SendtoIsToldOfWhereItHasAnAddress) {
  NotifyOptions options;
  options.recorded = {{NativeArch(), {SYS_openat, SYS_connect}, SYS_sendto}};
  const auto filters = MakeNotifyFilters({}, options);
  ASSERT_TRUE(filters);
  const auto decision = [&](uint32_t number, uint64_t address) {
    return ReturnName(
        Both(*filters, CallOf(NativeArch(), number, {3, 1, 1, 0, address, 0})));
  };
  EXPECT_EQ(decision(SYS_sendto, 0), "ALLOW");
  EXPECT_EQ(decision(SYS_sendto, 1), "USER_NOTIF");
  EXPECT_EQ(decision(SYS_sendto, uint64_t{1} << 32), "USER_NOTIF");
  EXPECT_EQ(decision(SYS_openat, 0), "USER_NOTIF");
  EXPECT_EQ(decision(SYS_connect, 0), "USER_NOTIF");
  EXPECT_EQ(decision(SYS_sendmsg, 1), "ALLOW");
  EXPECT_FALSE(AllowedByBitmap(filters->listener, NativeArch(), SYS_sendto));
  for (const uint32_t number : {SYS_read, SYS_sendmsg, SYS_futex}) {
    EXPECT_TRUE(AllowedByBitmap(filters->listener, NativeArch(), number));
  }
}

TEST(NotifyFilters, AsManyCallsAsThereMayBe) {
  NotifyOptions options;
  options.recorded = {{NativeArch(), {}, SYS_sendto}};
  for (uint32_t i = 0; i < kMaxRecorded; ++i) {
    options.recorded[0].numbers.push_back(1000 + i);
  }
  const auto filters = MakeNotifyFilters({}, options);
  ASSERT_TRUE(filters && IsValid(filters->listener));
  for (const uint32_t number :
       {1000u, static_cast<unsigned>(999 + kMaxRecorded)}) {
    EXPECT_EQ(Both(*filters, CallOf(NativeArch(), number, {})),
              SECCOMP_RET_USER_NOTIF);
  }
  for (const uint32_t number :
       {999u, static_cast<unsigned>(1000 + kMaxRecorded)}) {
    EXPECT_EQ(Both(*filters, CallOf(NativeArch(), number, {})),
              SECCOMP_RET_ALLOW);
  }
  EXPECT_EQ(Both(*filters, CallOf(Arch::kArm, 1000, {})), SECCOMP_RET_ALLOW);
  options.recorded[0].numbers.push_back(2000);
  EXPECT_FALSE(MakeNotifyFilters({}, options));
}

TEST(NotifyFilters, OnlyHotCallsWithoutArgumentsPassByTheBitmap) {
  const Program program = ProgramOf(PolicyOf("DEFAULT ALLOW"));
  const auto filters = MakeNotifyFilters(program, kViolations);
  ASSERT_TRUE(filters);
  for (const uint32_t number : {SYS_read, SYS_sendmsg, SYS_futex}) {
    EXPECT_TRUE(AllowedByBitmap(filters->listener, NativeArch(), number));
    EXPECT_TRUE(AllowedByBitmap(filters->seal, NativeArch(), number));
  }
  EXPECT_FALSE(AllowedByBitmap(filters->seal, NativeArch(), SYS_seccomp));
}

// Whatever the policy is: what it denies is told of, and nothing else is
// decided otherwise.
TEST(NotifyFilters, DecideAsThePolicy) {
  const uint64_t seed = std::random_device()();
  printf("seed %llu\n", static_cast<unsigned long long>(seed));
  RandomPolicy random(seed);
  int calls = 0;
  for (int i = 0; i < 100; ++i) {
    PolicyErrors errors;
    const std::optional<Program> compiled =
        Compile(PolicyOf(random.Text(), {NativeArch()}), errors);
    if (!compiled) continue;  // a condition was too large
    const Program& program = *compiled;
    NotifyOptions options = kViolations;
    if (i % 2 == 1) {
      options.recorded = {{NativeArch(), {SYS_read, SYS_openat}, {}}};
    }
    const auto filters = MakeNotifyFilters(program, options);
    ASSERT_TRUE(filters);
    ASSERT_TRUE(IsValid(filters->listener) && IsValid(filters->seal));
    for (int j = 0; j < 1000; ++j, ++calls) {
      const seccomp_data call = random.Call({NativeArch()});
      const auto wanted = seccomp::Run(program, call);
      ASSERT_TRUE(wanted);
      const bool is_recorded = !options.recorded.empty() &&
                               (call.nr == SYS_read || call.nr == SYS_openat) &&
                               call.arch == AuditArch(NativeArch());
      const Judgement judgement = Judge(program, call);
      const bool is_told =
          judgement.kills ||
          (judgement.error &&
           !(call.nr == SYS_clone3 && judgement.error == uint32_t{ENOSYS} &&
             AnswerByNumber(program, NativeArch(), SYS_clone3) ==
                 wanted->value)) ||
          (is_recorded && (Action(wanted->value) == SECCOMP_RET_ALLOW ||
                           Action(wanted->value) == SECCOMP_RET_LOG));
      const bool is_trace = !options.recorded.empty() &&
                            Action(wanted->value) == SECCOMP_RET_TRACE;
      ASSERT_EQ(Action(Both(*filters, call)), is_told ? SECCOMP_RET_USER_NOTIF
                                              : is_trace
                                                  ? SECCOMP_RET_ERRNO
                                                  : Action(wanted->value))
          << "seed " << seed << " call " << call.nr;
    }
  }
  EXPECT_GT(calls, 10'000);
}

}  // namespace
}  // namespace jail::seccomp
