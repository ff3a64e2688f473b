// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/report.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "jail/report/limits.h"
#include "jail/sys/capability.h"

namespace jail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Ending Exited(int code) {
  Ending ending;
  ending.pid = 4711;
  ending.wait_status = W_EXITCODE(code, 0);
  return ending;
}

Ending Signaled(int signal) {
  Ending ending;
  ending.pid = 4711;
  ending.wait_status = W_EXITCODE(0, signal);
  return ending;
}

Ending NeverRan() {
  SetupFailure failure;
  failure.stage = "child";
  failure.step = 41;
  failure.operation = "move_mount";
  failure.object = "/dev/shm";
  failure.error = EPERM;
  failure.origin = {"mount[3]", "snek.cfg", 41, 3};
  failure.hint = "do this";
  Ending ending;
  ending.setup_failure = failure;
  return ending;
}

Spec WithRlimit(int resource, const char* name, uint64_t value) {
  Spec spec;
  Rlimit limit;
  limit.resource = resource;
  limit.name = name;
  limit.value = value;
  spec.process.rlimits.push_back(limit);
  return spec;
}

TEST(Outcome, OfTheProgramsOwnEndings) {
  Spec spec;
  EXPECT_EQ(DecideOutcome(spec, Exited(0)), report::EXITED);
  EXPECT_EQ(DecideOutcome(spec, Exited(255)), report::EXITED);
  EXPECT_EQ(DecideOutcome(spec, Signaled(SIGSEGV)), report::SIGNALED);
  EXPECT_EQ(DecideOutcome(spec, Signaled(SIGKILL)), report::SIGNALED);
  EXPECT_EQ(DecideOutcome(spec, Signaled(SIGXFSZ)), report::FILE_SIZE);
  EXPECT_EQ(DecideOutcome(spec, Signaled(SIGXCPU)), report::CPU_TIME);
}

TEST(Outcome, SigsysCountsAsSeccompOnlyUnderAFilter) {
  Spec spec;
  EXPECT_EQ(DecideOutcome(spec, Signaled(SIGSYS)), report::SIGNALED);
  spec.seccomp.emplace();
  EXPECT_EQ(DecideOutcome(spec, Signaled(SIGSYS)), report::SECCOMP);
}

TEST(Outcome, SigkillAtTheCpuLimitIsCpuTime) {
  Spec spec = WithRlimit(RLIMIT_CPU, "rlimit_cpu", 2);
  Ending ending = Signaled(SIGKILL);
  ending.usage.ru_utime = {0, 900'000};
  EXPECT_EQ(DecideOutcome(spec, ending), report::SIGNALED);
  ending.usage.ru_stime = {0, 150'000};
  EXPECT_EQ(DecideOutcome(spec, ending), report::CPU_TIME);
  report::Report report = MakeReport(spec, nullptr, ending);
  EXPECT_EQ(report.limit().name(), "rlimit_cpu");
  EXPECT_EQ(report.limit().configured(), 2000u);
  EXPECT_EQ(report.limit().reached(), 1050u);
  EXPECT_EQ(report.limit().unit(), "ms");
}

TEST(Outcome, WhatTheSupervisorDidWins) {
  Spec spec;
  Ending ending = Signaled(SIGKILL);
  ending.kill_reason = KillReason::kWallTime;
  EXPECT_EQ(DecideOutcome(spec, ending), report::WALL_TIME);
  ending.kill_reason = KillReason::kCpuTime;
  EXPECT_EQ(DecideOutcome(spec, ending), report::CPU_TIME);
  ending.kill_reason = KillReason::kOutput;
  EXPECT_EQ(DecideOutcome(spec, ending), report::OUTPUT);
  ending.kill_reason = KillReason::kCancelled;
  EXPECT_EQ(DecideOutcome(spec, ending), report::CANCELLED);
}

TEST(ExitStatus, IsTheTargetsOr128AndTheSignalOr255) {
  EXPECT_EQ(ExitStatus(Exited(7)), 7);
  EXPECT_EQ(ExitStatus(Signaled(SIGABRT)), 134);
  EXPECT_EQ(ExitStatus(NeverRan()), 255);
}

TEST(ExitStatus, OfACancelledJailNamesTheSignalThatJailGot) {
  Ending ending = Signaled(SIGKILL);
  ending.kill_reason = KillReason::kCancelled;
  EXPECT_EQ(ExitStatus(ending), 137);
  ending.cancel_signal = SIGTERM;
  EXPECT_EQ(ExitStatus(ending), 143);
}

TEST(Report, ProgramsEnding) {
  Spec spec;
  spec.name = "snek";
  spec.process.command.argv = {"/bin/false", "\xff"};
  Ending ending = Exited(1);
  ending.wall = std::chrono::microseconds(1500);
  ending.usage.ru_maxrss = 2;
  report::Report report = MakeReport(spec, nullptr, ending);
  EXPECT_EQ(report.outcome(), report::EXITED);
  EXPECT_EQ(report.exit_code(), 1);
  EXPECT_EQ(report.exit_status(), 1);
  EXPECT_FALSE(report.has_signal());
  EXPECT_FALSE(report.has_setup_failure());
  EXPECT_EQ(report.usage().wall_time_us(), 1500u);
  EXPECT_EQ(report.usage().max_rss_bytes(), 2048u);
  EXPECT_THAT(report.command(), ElementsAre("/bin/false", "\xef\xbf\xbd"));
}

TEST(Report, WallTimeNamesTheFieldThatWasWritten) {
  Spec spec;
  spec.limits.wall_time = {std::chrono::milliseconds(6000),
                           {"wall_time_ms", "a.cfg", 1, 1}};
  Ending ending = Signaled(SIGKILL);
  ending.kill_reason = KillReason::kWallTime;
  ending.limit_reached = 6004;
  report::Report report = MakeReport(spec, nullptr, ending);
  EXPECT_EQ(report.limit().name(), "wall_time_ms");
  EXPECT_EQ(report.limit().configured(), 6000u);
  EXPECT_EQ(report.limit().reached(), 6004u);
  EXPECT_EQ(report.signal_name(), "SIGKILL");
}

TEST(Report, SetupFailureHasNothingOfTheProgram) {
  report::Report report = MakeReport(Spec(), nullptr, NeverRan());
  EXPECT_EQ(report.outcome(), report::SETUP_FAILED);
  EXPECT_EQ(report.exit_status(), 255);
  EXPECT_FALSE(report.has_exit_code());
  EXPECT_FALSE(report.has_usage());
  const report::SetupFailure& failure = report.setup_failure();
  EXPECT_EQ(failure.errno_name(), "EPERM");
  EXPECT_EQ(failure.config_path(), "mount[3]");
  EXPECT_EQ(failure.line(), 41);
  EXPECT_EQ(failure.message(),
            "mount[3] (snek.cfg:41): move_mount /dev/shm: EPERM (Operation "
            "not permitted): hint: do this");
}

TEST(Report, IsolationFollowsSpecAndPlan) {
  Spec spec;
  spec.namespaces.flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID;
  spec.uid_map = {{.inside = 1000, .outside = 100000, .count = 1}};
  spec.process.capabilities.keep = uint64_t{1}
                                   << CapabilityNumber("CAP_NET_RAW");
  spec.limits.cpu_time.value = std::chrono::milliseconds(250);
  Plan plan;
  plan.mounts.push_back({.target = "/usr",
                         .source = "/usr",
                         .fstype = "bind",
                         .flags = {"ro", "nosuid"},
                         .first_step = 0,
                         .last_step = 1});
  plan.mounts.push_back({.target = "/opt", .first_step = 2, .last_step = 3});
  Ending ending = Exited(0);
  ending.step_states = {Progress::kDone, Progress::kDone, Progress::kTolerated,
                        Progress::kNotReached};
  report::Isolation isolation = MakeReport(spec, &plan, ending).isolation();
  EXPECT_THAT(isolation.namespaces(), ElementsAre("user", "mnt", "pid"));
  EXPECT_EQ(isolation.uid(), 1000u);
  EXPECT_EQ(isolation.uid_map(0).outside(), 100000u);
  EXPECT_THAT(isolation.capabilities(), ElementsAre("CAP_NET_RAW"));
  EXPECT_THAT(isolation.mounts(0).flags(), ElementsAre("ro", "nosuid"));
  EXPECT_FALSE(isolation.mounts(0).skipped());
  EXPECT_TRUE(isolation.mounts(1).skipped());
  EXPECT_EQ(isolation.limits(0).name(), "cpu_time_ms");
  EXPECT_EQ(isolation.limits(0).value(), 250u);
  EXPECT_TRUE(isolation.no_new_privs());
  EXPECT_EQ(isolation.seccomp(), "none");
  EXPECT_EQ(isolation.pid1(), "TARGET");
  EXPECT_TRUE(isolation.nested_userns_denied());
}

TEST(Json, IsOneLineAndReadsBack) {
  report::Report report = MakeReport(Spec(), nullptr, Exited(0));
  std::string json = ReportJson(report);
  EXPECT_EQ(json.find('\n'), json.size() - 1);
  EXPECT_THAT(json, HasSubstr("\"outcome\": \"EXITED\""));
  EXPECT_THAT(json, HasSubstr("\"exit_code\": 0"));
  EXPECT_THAT(json, HasSubstr("\"exit_status\": 0"));
  EXPECT_THAT(json, HasSubstr("\"core_dumped\": false"));
  EXPECT_THAT(json, Not(HasSubstr("signal_name")));
  report::Report back;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &back).ok());
  EXPECT_EQ(back.outcome(), report::EXITED);
}

TEST(Limits, OvershootIsWhatItTookInTheEnd) {
  Spec spec;
  spec.limits.wall_time.value = std::chrono::milliseconds(100);
  spec.limits.cpu_time.value = std::chrono::milliseconds(100);
  Ending ending = Signaled(SIGKILL);
  ending.limit_reached = 101;
  ending.wall = std::chrono::microseconds(104'000);
  ending.usage.ru_utime = {0, 70'000};
  ending.usage.ru_stime = {0, 32'000};
  ending.kill_reason = KillReason::kWallTime;
  EXPECT_EQ(MakeReport(spec, nullptr, ending).limit().overshoot_us(), 4000u);
  ending.kill_reason = KillReason::kCpuTime;
  EXPECT_EQ(MakeReport(spec, nullptr, ending).limit().overshoot_us(), 2000u);
  ending.cgroup.cpu_us = 103'000;  // it knows of more
  EXPECT_EQ(MakeReport(spec, nullptr, ending).limit().overshoot_us(), 3000u);
  ending.cpu_seen = std::chrono::microseconds(105'000);  // so does a look
  EXPECT_EQ(MakeReport(spec, nullptr, ending).limit().overshoot_us(), 5000u);
  spec.limits.idle_time.value = std::chrono::milliseconds(100);
  ending.kill_reason = KillReason::kIdleTime;
  ending.idle = std::chrono::microseconds(106'000);
  EXPECT_EQ(MakeReport(spec, nullptr, ending).limit().overshoot_us(), 6000u);
}

// v1 counts them apart, and kills nobody for them.
TEST(Limits, BuffersOfTcpMeetTheLimitOfMemory) {
  Spec spec;
  spec.cgroup.memory_max = {{1000}, {}};
  Ending ending = Exited(0);
  ending.cgroup.memory_peak_bytes = 500;
  ending.cgroup.memory_tcp_peak_bytes = 999;
  EXPECT_EQ(MakeReport(spec, nullptr, ending).limits_met_size(), 0);
  ending.cgroup.memory_tcp_peak_bytes = 1200;
  const report::Report report = MakeReport(spec, nullptr, ending);
  ASSERT_EQ(report.limits_met_size(), 1);
  EXPECT_EQ(report.limits_met(0).name(), "cgroup_mem_max");
  EXPECT_EQ(report.limits_met(0).reached(), 1200u);
}

TEST(Limits, OutputThatWasCutIsMetAndThatKilledEnds) {
  Spec spec;
  spec.limits.output = {{100}, {"stdout_limit", "a.cfg", 1, 1}};
  Ending ending = Exited(0);
  ending.output.largest = 100;
  EXPECT_EQ(MakeReport(spec, nullptr, ending).limits_met_size(), 0);
  ending.output.largest = 300;
  ending.output.limit_met = true;
  report::Report report = MakeReport(spec, nullptr, ending);
  EXPECT_EQ(report.outcome(), report::EXITED);
  EXPECT_FALSE(report.has_limit());
  ASSERT_EQ(report.limits_met_size(), 1);
  EXPECT_EQ(report.limits_met(0).reached(), 300u);
  ending = Signaled(SIGKILL);
  ending.output.limit_met = true;
  ending.kill_reason = KillReason::kOutput;
  report = MakeReport(spec, nullptr, ending);
  EXPECT_EQ(report.outcome(), report::OUTPUT);
  EXPECT_EQ(report.limit().name(), "stdout_limit");
  EXPECT_EQ(report.limits_met_size(), 1);
}

TEST(Limits, RefusedForksAreCounted) {
  Spec spec;
  spec.cgroup.pids_max = {{5}, {"cgroup_pids_max", "a.cfg", 1, 1}};
  Ending ending = Exited(0);
  ending.cgroup.pids_denied = 0;
  EXPECT_THAT(LimitLines(spec, ending, "[::1]:5"), ElementsAre());
  ending.cgroup.pids_denied = 3;
  EXPECT_THAT(LimitLines(spec, ending, "[::1]:5"),
              ElementsAre("pid=4711 cgroup_pids_max: reached 5 processes, "
                          "3 forks refused ([::1]:5)"));
}

TEST(Limits, LinesAndWarnings) {
  Spec spec;
  spec.limits.idle_time = {std::chrono::milliseconds(500),
                           {"idle_time_ms", "a.cfg", 1, 1}};
  spec.limits.output = {{100}, {"stdout_limit", "a.cfg", 1, 1}};
  Ending ending = Signaled(SIGKILL);
  EXPECT_THAT(LimitLines(spec, ending, ""), ElementsAre());
  ending.kill_reason = KillReason::kIdleTime;
  ending.limit_reached = 510;
  ending.output.largest = 100;
  ending.output.limit_met = true;
  EXPECT_THAT(
      LimitLines(spec, ending, "[::1]:5"),
      ElementsAre("pid=4711 idle_time_ms: reached 510 of 500 ms ([::1]:5)",
                  "pid=4711 stdout_limit: reached 100 bytes ([::1]:5)"));
  EXPECT_THAT(OutputWarnings(ending), ElementsAre());
  ending.output.error = EPIPE;
  EXPECT_THAT(OutputWarnings(ending), ElementsAre());
  ending.output.error = ENOSPC;
  ending.output.undelivered = 7;
  EXPECT_THAT(
      OutputWarnings(ending),
      ElementsAre("stdout_limit: write to stdout or stderr: ENOSPC (No space "
                  "left on device)",
                  "stdout_limit: 7 bytes of output were dropped: nobody took "
                  "them in time"));
}

TEST(Lines, HaveNsjailsShape) {
  EXPECT_EQ(EndLine(Exited(0), "", 0),
            "pid=4711 ([STANDALONE MODE]) exited with status: 0, "
            "(PIDs left: 0)");
  EXPECT_EQ(EndLine(Signaled(SIGKILL), "[::1]:50000", 2),
            "pid=4711 ([::1]:50000) terminated with signal: SIGKILL (9), "
            "(PIDs left: 2)");
}

TEST(Lines, TimeLimit) {
  Spec spec;
  spec.limits.wall_time.value = std::chrono::milliseconds(6000);
  Ending ending = Signaled(SIGKILL);
  EXPECT_EQ(TimeLimitLine(spec, ending, ""), "");
  ending.kill_reason = KillReason::kWallTime;
  ending.limit_reached = 6004;
  EXPECT_EQ(TimeLimitLine(spec, ending, ""),
            "pid=4711 run time >= time limit (6 >= 6) ([STANDALONE MODE]). "
            "Killing it");
}

TEST(SignalName, RealTimeSignalsToo) {
  EXPECT_EQ(SignalName(SIGTERM), "SIGTERM");
  EXPECT_EQ(SignalName(SIGRTMIN + 2), "SIGRTMIN+2");
}

}  // namespace
}  // namespace jail
