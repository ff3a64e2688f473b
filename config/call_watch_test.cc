// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// report_violations and seccomp_unotify.
#include "config/call_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <sys/syscall.h>

#include "absl/strings/str_cat.h"
#include "config/validate_test_helper.h"
#include "jail/seccomp/arch.h"
#include "jail/seccomp/bpf.h"
#include "jail/seccomp/syscalls.h"
#include "jail/spec/recorded_calls.h"

namespace jail {
namespace {

constexpr char kRest[] =
    "exec_bin { path: \"/bin/true\" } uidmap { outside_id: \"65534\" } "
    "gidmap { outside_id: \"65534\" } ";

Validated Read(const std::string& text) {
  Validated result;
  const ParsedConfig config =
      ParseConfig(text, "a.cfg", ConfigFormat::kText, result.diagnostics);
  result.spec = Validate(config, RootCaller(), result.diagnostics);
  EXPECT_EQ(result.spec.has_value(), result.diagnostics.ok());
  return result;
}

std::string Lines(const std::string& text) {
  return Read(absl::StrCat(kRest, text)).Lines();
}

seccomp_data CallOf(int number) {
  seccomp_data call{};
  call.arch = seccomp::AuditArch(seccomp::NativeArch());
  call.nr = number;
  return call;
}

TEST(CallWatch, WatchesWhatKills) {
  const Validated result = Read(absl::StrCat(
      kRest,
      "report_violations: true\nseccomp_string: 'KILL { ptrace }'\n"
      "seccomp_string: 'ERRNO(1) { mkdir } DEFAULT ALLOW'"));
  EXPECT_EQ(result.Lines(), "");
  ASSERT_TRUE(result.spec && result.spec->watch);
  const CallWatch& watch = *result.spec->watch;
  EXPECT_TRUE(watch.violations);
  EXPECT_FALSE(watch.accesses);
  EXPECT_EQ(watch.origin.ToString(), "report_violations (a.cfg:1)");
  EXPECT_GT(watch.filter.size(), result.spec->seccomp->program.size());
  EXPECT_FALSE(watch.seal.empty());

  EXPECT_TRUE(watch.judge(CallOf(SYS_ptrace)).kills);
  CallDescription decision = watch.describe(CallOf(SYS_ptrace));
  EXPECT_EQ(decision.syscall, "ptrace");
  EXPECT_EQ(decision.rule, "a.cfg:2:25: KILL { ptrace }");
  ASSERT_EQ(decision.arguments.size(), 4u);
  EXPECT_EQ(decision.arguments[0].name, "request");

  EXPECT_FALSE(watch.judge(CallOf(SYS_mkdir)).kills);
  EXPECT_EQ(watch.judge(CallOf(SYS_mkdir)).error, 1);
  EXPECT_EQ(watch.describe(CallOf(SYS_mkdir)).rule,
            "a.cfg:3:29: ERRNO(EPERM) { mkdir }");

  EXPECT_FALSE(watch.judge(CallOf(SYS_openat)).kills);
  EXPECT_FALSE(watch.judge(CallOf(SYS_openat)).error);
  decision = watch.describe(CallOf(SYS_openat));
  EXPECT_EQ(decision.rule, "");
  ASSERT_EQ(decision.arguments.size(), 4u);
  EXPECT_FALSE(decision.arguments[0].is_path);
  EXPECT_TRUE(decision.arguments[1].is_path);
}

TEST(CallWatch, WatchesTheDefaultPolicy) {
  const Validated result = Read(absl::StrCat(kRest, "report_violations: true"));
  EXPECT_EQ(result.Lines(), "");
  ASSERT_TRUE(result.spec && result.spec->watch);
  seccomp_data call = CallOf(1);
  EXPECT_FALSE(result.spec->watch->judge(call).kills);
  call.arch = 1;  // whatever that is
  EXPECT_TRUE(result.spec->watch->judge(call).kills);
  const CallDescription decision = result.spec->watch->describe(call);
  EXPECT_EQ(decision.arch, "0x1");
  EXPECT_EQ(decision.rule, "the policy is not for this architecture");
  call = CallOf(SYS_socket);
  call.args[0] = 40;  // AF_VSOCK
  EXPECT_EQ(result.spec->watch->judge(call).error, 1);
  EXPECT_THAT(result.spec->watch->describe(call).rule,
              testing::AllOf(
                  testing::StartsWith("shipped/default_deny_dangerous.kafel:"),
                  testing::EndsWith(": ERRNO(EPERM) { socket }")));
  // What DEFAULT denies needs no rule.
  const Validated other = Read(
      absl::StrCat(kRest,
                   "report_violations: true\nseccomp_string: 'ALLOW { execve } "
                   "DEFAULT ERRNO(38)'"));
  ASSERT_TRUE(other.spec && other.spec->watch);
  EXPECT_EQ(other.spec->watch->judge(CallOf(1)).error, 38);
  EXPECT_EQ(other.spec->watch->describe(CallOf(1)).rule,
            "a.cfg:2:35: DEFAULT ERRNO(ENOSYS)");
}

TEST(CallWatch, WhereNobodyCouldListen) {
  EXPECT_EQ(Lines("report_violations: true mode: EXECVE clone_newpid: false"),
            "a.cfg:1:94: report_violations: needs a launcher that listens, and "
            "in mode EXECVE it has become the program\n");
  EXPECT_EQ(
      Lines("report_violations: true seccomp_default: NONE"),
      "a.cfg:1:94: warning: report_violations: has no effect: there is no "
      "filter\n");
  EXPECT_FALSE(
      Read(absl::StrCat(kRest, "seccomp_string: 'DEFAULT ALLOW'")).spec->watch);
}

std::string AnswerOf(const std::string& filter, const seccomp_data& call) {
  const auto* first = reinterpret_cast<const sock_filter*>(filter.data());
  const auto outcome =
      seccomp::Run({first, first + filter.size() / sizeof(sock_filter)}, call);
  return outcome ? seccomp::ReturnName(outcome->value) : "";
}

TEST(CallWatch, RecordsAccesses) {
  const Validated result =
      Read(absl::StrCat(kRest,
                        "seccomp_unotify: true\nseccomp_string: 'KILL { ptrace "
                        "} DEFAULT ALLOW'"));
  EXPECT_EQ(result.Lines(), "");
  ASSERT_TRUE(result.spec && result.spec->watch);
  const CallWatch& watch = *result.spec->watch;
  EXPECT_TRUE(watch.accesses);
  EXPECT_FALSE(watch.violations);
  EXPECT_EQ(watch.origin.ToString(), "seccomp_unotify (a.cfg:1)");
  for (const int number : {SYS_openat, SYS_connect, SYS_statx, SYS_execve}) {
    EXPECT_EQ(AnswerOf(watch.filter, CallOf(number)), "USER_NOTIF");
    EXPECT_EQ(AnswerOf(watch.seal, CallOf(number)), "ALLOW");
  }
  EXPECT_EQ(watch.describe(CallOf(SYS_openat)).syscall, "openat");
  EXPECT_EQ(AnswerOf(watch.filter, CallOf(SYS_read)), "ALLOW");
  EXPECT_EQ(AnswerOf(watch.seal, CallOf(SYS_ptrace)), "KILL_THREAD");
}

TEST(CallWatch, RecordsAccessesAndTellsOfViolations) {
  const Validated result =
      Read(absl::StrCat(kRest,
                        "seccomp_unotify: true report_violations: true\n"
                        "seccomp_string: 'KILL { connect } DEFAULT ALLOW'"));
  EXPECT_EQ(result.Lines(), "");
  ASSERT_TRUE(result.spec && result.spec->watch);
  const CallWatch& watch = *result.spec->watch;
  EXPECT_TRUE(watch.accesses && watch.violations);
  for (const int number : {SYS_openat, SYS_connect}) {
    EXPECT_EQ(AnswerOf(watch.filter, CallOf(number)), "USER_NOTIF");
    EXPECT_EQ(AnswerOf(watch.seal, CallOf(number)), "ALLOW");
  }
  EXPECT_FALSE(watch.judge(CallOf(SYS_openat)).kills);
  EXPECT_TRUE(watch.judge(CallOf(SYS_connect)).kills);
}

// Whatever a call that is recorded is named on an architecture, the recorder
// finds it by the name that it is told.
TEST(CallWatch, RecordedCallsAreFoundByTheirNames) {
  for (const seccomp::Arch arch :
       {seccomp::Arch::kX86_64, seccomp::Arch::kX86, seccomp::Arch::kAarch64,
        seccomp::Arch::kArm}) {
    int known = 0;
    for (size_t i = 0; i < kRecordedCallCount; ++i) {
      const std::string name = kRecordedCalls[i].name;
      const auto number = seccomp::SyscallNumber(arch, name);
      if (!number || seccomp::SyscallName(arch, *number) != name) continue;
      ++known;
      EXPECT_EQ(FindRecordedCall(name), &kRecordedCalls[i]);
    }
    EXPECT_GT(known, 30) << seccomp::ArchName(arch);
    for (const char* name : {"openat", "openat2", "execve", "statx", "connect",
                             "bind", "sendto", "socket"}) {
      const auto number = seccomp::SyscallNumber(arch, name);
      ASSERT_TRUE(number) << name;
      EXPECT_EQ(seccomp::SyscallName(arch, *number), name);
    }
  }
}

TEST(CallWatch, RecordsWithoutAFilterToo) {
  const Validated result =
      Read(absl::StrCat(kRest, "seccomp_unotify: true seccomp_default: NONE"));
  EXPECT_EQ(result.Lines(), "");
  ASSERT_TRUE(result.spec && result.spec->watch);
  EXPECT_FALSE(result.spec->seccomp);
  const CallWatch& watch = *result.spec->watch;
  EXPECT_EQ(AnswerOf(watch.filter, CallOf(SYS_openat)), "USER_NOTIF");
  EXPECT_EQ(AnswerOf(watch.seal, CallOf(SYS_openat)), "ALLOW");
  EXPECT_EQ(AnswerOf(watch.filter, CallOf(SYS_ptrace)), "ALLOW");
  if (seccomp::NativeArch() == seccomp::Arch::kX86_64) {
    seccomp_data call = CallOf(5);  // open of i386
    call.arch = seccomp::AuditArch(seccomp::Arch::kX86);
    EXPECT_EQ(AnswerOf(watch.filter, call), "USER_NOTIF");
  }
}

TEST(CallWatch, WhereNothingCanBeRecorded) {
  constexpr char kInPlace[] =
      ": needs a launcher that listens, and in mode EXECVE it has become the "
      "program\n";
  EXPECT_EQ(Lines("seccomp_unotify: true mode: EXECVE clone_newpid: false"),
            absl::StrCat("a.cfg:1:94: seccomp_unotify", kInPlace));
  EXPECT_THAT(
      Lines("seccomp_unotify: true report_violations: true mode: "
            "EXECVE clone_newpid: false"),
      testing::AllOf(
          testing::HasSubstr(absl::StrCat("seccomp_unotify", kInPlace)),
          testing::HasSubstr(absl::StrCat("report_violations", kInPlace))));
  EXPECT_THAT(Lines("seccomp_unotify: true seccomp_default: NONE "
                    "disable_no_new_privs: true"),
              testing::HasSubstr("disable_no_new_privs: the kernel takes"));
  EXPECT_EQ(Lines("seccomp_unotify_report: 'r'"),
            "a.cfg:1:94: warning: seccomp_unotify_report: has no effect "
            "without seccomp_unotify\n");
}

}  // namespace
}  // namespace jail
