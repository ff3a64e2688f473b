// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Launch and Supervise against the real kernel, with plans made by hand.
#include "jail/parent/launch.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "jail/parent/child.h"
#include "jail/parent/process.h"
#include "tests/executor/hand_plan.h"

namespace jail {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr uint64_t kNamespaces =
    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;

// A plan that runs `script` by sh.
HandPlan Shell(const std::string& script, bool reaper = false,
               uint64_t flags = kNamespaces) {
  HandPlan hand(flags);
  hand.Begin();
  hand.AwaitRelease();
  hand.CleanUp();
  const std::vector<std::string> argv = {"/bin/sh", "-c", script};
  reaper ? hand.ForkAndExec(argv) : hand.Exec(argv);
  return hand;
}

struct Outcome {
  Ending ending;
  std::string output;
};

Outcome RunJail(HandPlan& hand, const Supervision& supervision = {}) {
  Outcome outcome;
  int fds[2];
  EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
  Fd read_end(fds[0]), write_end(fds[1]);
  LaunchIo io;
  io.stdout_fd = write_end.get();
  ChildPtr child = Launch(hand.spec, hand.plan(), io, outcome.ending);
  write_end.Reset();
  if (child != nullptr) {
    Supervise(*child, hand.spec, supervision, outcome.ending);
  }
  absl::StatusOr<std::string> output =
      ReadFd(read_end.get(), "output", 1 << 20);
  if (output.ok()) outcome.output = *output;
  return outcome;
}

std::string Error(const Outcome& outcome) {
  return outcome.ending.setup_failure ? outcome.ending.setup_failure->ToString()
                                      : "";
}

class LaunchTest : public ::testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Pid1, LaunchTest, ::testing::Bool(),
                         [](const auto& param) {
                           return param.param ? "Reaper" : "Target";
                         });

TEST_P(LaunchTest, RunsTheTargetAndTellsItsStatus) {
  HandPlan hand = Shell("echo hello; exit 7", GetParam());
  const Outcome outcome = RunJail(hand);
  EXPECT_EQ(Error(outcome), "");
  EXPECT_EQ(outcome.output, "hello\n");
  ASSERT_TRUE(WIFEXITED(outcome.ending.wait_status));
  EXPECT_EQ(WEXITSTATUS(outcome.ending.wait_status), 7);
  EXPECT_GT(outcome.ending.usage.ru_maxrss, 0);
  EXPECT_GT(outcome.ending.pid, 0);
}

TEST_P(LaunchTest, TellsTheSignalThatEndedTheTarget) {
  HandPlan hand = Shell("kill -USR1 $$; exit 7", GetParam());
  const Outcome outcome = RunJail(hand);
  if (GetParam()) {
    ASSERT_TRUE(WIFSIGNALED(outcome.ending.wait_status));
    EXPECT_EQ(WTERMSIG(outcome.ending.wait_status), SIGUSR1);
  } else {  // process 1 can't kill itself
    EXPECT_EQ(WEXITSTATUS(outcome.ending.wait_status), 7);
  }
}

TEST_P(LaunchTest, WallTimeEndsTheJail) {
  HandPlan hand = Shell("sleep 1000 & sleep 1000", GetParam());
  hand.spec.limits.wall_time.value = milliseconds(50);
  const Outcome outcome = RunJail(hand);
  EXPECT_EQ(outcome.ending.kill_reason, KillReason::kWallTime);
  EXPECT_GE(outcome.ending.limit_reached, 50u);
  EXPECT_GE(outcome.ending.wall, milliseconds(50));
  EXPECT_EQ(WTERMSIG(outcome.ending.wait_status), SIGKILL);
}

TEST_P(LaunchTest, LimitsHoldWithoutDescriptorsLeft) {
  HandPlan hand = Shell("sleep 1000", GetParam());
  hand.spec.limits.wall_time.value = milliseconds(50);
  Ending ending;
  ChildPtr child = Launch(hand.spec, hand.plan(), LaunchIo{}, ending);
  ASSERT_NE(child, nullptr) << ending.setup_failure->ToString();
  struct rlimit old;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &old), 0);
  const Fd free(fcntl(0, F_DUPFD_CLOEXEC, 0));
  const struct rlimit none = {static_cast<rlim_t>(free.get()) + 1,
                              old.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  ASSERT_EQ(dup(0), -1);
  Supervise(*child, hand.spec, {}, ending);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &old), 0);
  EXPECT_EQ(ending.kill_reason, KillReason::kWallTime);
}

TEST_P(LaunchTest, AStoppedJailEndsToo) {
  HandPlan hand =
      Shell("(kill -STOP $$) & kill -STOP $!; sleep 1000", GetParam());
  hand.spec.limits.wall_time.value = milliseconds(50);
  hand.spec.limits.kill_grace = milliseconds(20);
  const Outcome outcome = RunJail(hand);
  EXPECT_EQ(outcome.ending.kill_reason, KillReason::kWallTime);
}

TEST_P(LaunchTest, CpuTimeOfAllProcessesTogetherEndsTheJail) {
  HandPlan hand = Shell(
      "burn() { while :; do :; done; }\n"
      "burn & burn & wait",
      GetParam());
  hand.spec.limits.cpu_time.value = milliseconds(100);
  const Outcome outcome = RunJail(hand);
  EXPECT_EQ(outcome.ending.kill_reason, KillReason::kCpuTime);
  EXPECT_GE(outcome.ending.limit_reached, 100u);
}

TEST_P(LaunchTest, TheGraceLetsTheTargetEndByItself) {
  HandPlan hand = Shell(
      "trap 'echo bye; exit 3' TERM\n"
      "echo ready\n"
      "while :; do sleep 0.01; done",
      GetParam());
  hand.spec.limits.wall_time.value = milliseconds(2000);
  hand.spec.limits.kill_grace = std::chrono::seconds(60);
  const Outcome outcome = RunJail(hand);
  EXPECT_EQ(outcome.output, "ready\nbye\n");
  EXPECT_EQ(outcome.ending.kill_reason, KillReason::kWallTime);
  ASSERT_TRUE(WIFEXITED(outcome.ending.wait_status));
  EXPECT_EQ(WEXITSTATUS(outcome.ending.wait_status), 3);
}

TEST_P(LaunchTest, WhoIgnoresTheGraceIsKilled) {
  HandPlan hand = Shell("trap '' TERM; sleep 1000", GetParam());
  hand.spec.limits.wall_time.value = milliseconds(50);
  hand.spec.limits.kill_grace = milliseconds(50);
  const Outcome outcome = RunJail(hand);
  EXPECT_EQ(outcome.ending.kill_reason, KillReason::kWallTime);
  EXPECT_EQ(WTERMSIG(outcome.ending.wait_status), SIGKILL);
}

// A file descriptor that reads as a signalfd that holds `signal`.
Fd SignalPipe(int signal) {
  int fds[2];
  EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
  Fd write_end(fds[1]);
  struct signalfd_siginfo info {};
  info.ssi_signo = static_cast<uint32_t>(signal);
  EXPECT_EQ(write(fds[1], &info, sizeof info),
            static_cast<ssize_t>(sizeof info));
  // The writing end stays open, or the reading end would be ready for ever.
  write_end.Release();
  return Fd(fds[0]);
}

TEST_P(LaunchTest, ASignalToTheSupervisorEndsTheJail) {
  HandPlan hand = Shell("sleep 1000", GetParam());
  const Fd signals = SignalPipe(SIGHUP);
  const Outcome outcome = RunJail(hand, {.signal_fd = signals.get()});
  EXPECT_EQ(outcome.ending.kill_reason, KillReason::kCancelled);
  EXPECT_EQ(outcome.ending.cancel_signal, SIGHUP);
}

TEST(LaunchSignalTest, IsForwardedThroughTheReaper) {
  HandPlan hand = Shell("kill -STOP $PPID; sleep 1000", true);
  hand.spec.forward_signals = true;
  const Fd signals = SignalPipe(SIGTERM);
  const Outcome outcome = RunJail(hand, {.signal_fd = signals.get()});
  EXPECT_EQ(outcome.ending.kill_reason, KillReason::kNone);
  ASSERT_TRUE(WIFSIGNALED(outcome.ending.wait_status));
  EXPECT_EQ(WTERMSIG(outcome.ending.wait_status), SIGTERM);
}

// As it does when the launching program is gone.
TEST(LaunchReaperTest, EndsTheJailWhenNobodyReadsItsReport) {
  HandPlan hand = Shell("sleep 1000", true);
  Ending ending;
  const ChildPtr child = Launch(hand.spec, hand.plan(), LaunchIo(), ending);
  ASSERT_NE(child, nullptr);
  child->report.Reset();
  const Ended ended = child->Wait();
  ASSERT_TRUE(WIFEXITED(ended.wait_status));
  EXPECT_EQ(WEXITSTATUS(ended.wait_status), 255);
}

TEST_P(LaunchTest, TheCancelDescriptorEndsTheJail) {
  HandPlan hand = Shell("sleep 1000", GetParam());
  int fds[2];
  ASSERT_EQ(pipe2(fds, O_CLOEXEC), 0);
  const Fd cancel(fds[0]);
  Fd(fds[1]).Reset();
  const Outcome outcome = RunJail(hand, {.cancel_fd = cancel.get()});
  EXPECT_EQ(outcome.ending.kill_reason, KillReason::kCancelled);
  EXPECT_EQ(outcome.ending.cancel_signal, 0);
}

// What the target leaves behind ends with it, and its pipe is closed then: an
// output that ends proves it.
TEST_P(LaunchTest, NothingOutlivesTheTarget) {
  HandPlan hand = Shell("(trap '' HUP TERM; sleep 1000) & exit 0", GetParam());
  const Outcome outcome = RunJail(hand);
  EXPECT_EQ(WEXITSTATUS(outcome.ending.wait_status), 0);
}

TEST(LaunchWithoutPidNamespaceTest, TheSessionEndsWithTheTarget) {
  HandPlan hand(CLONE_NEWUSER);
  hand.Begin();
  hand.AwaitRelease();
  hand.Call(SYS_setsid, {});
  hand.CleanUp();
  hand.Exec({"/bin/sh", "-c", "sleep 1000 & sleep 1000 & exit 5"});
  const Outcome outcome = RunJail(hand);
  EXPECT_EQ(Error(outcome), "");
  EXPECT_EQ(WEXITSTATUS(outcome.ending.wait_status), 5);
}

TEST(LaunchFailureTest, NamesTheStepThatFailed) {
  HandPlan hand(kNamespaces);
  hand.Begin();
  hand.AwaitRelease();
  hand.Call(SYS_chdir, {hand.Text("/no/such/dir")}, "/no/such/dir");
  hand.CleanUp();
  hand.Exec({"/bin/true"});
  const Outcome outcome = RunJail(hand);
  EXPECT_EQ(Error(outcome),
            "step[6] (hand.cfg:6): chdir /no/such/dir: ENOENT (No such file or "
            "directory): hint: cwd is not in the jail: mount it, or set "
            "another cwd");
  EXPECT_EQ(outcome.ending.setup_failure->stage, "child");
}

TEST(LaunchFailureTest, NamesTheParentsOperation) {
  HandPlan hand = Shell("true");
  hand.plan().parent[1].text = "0 4294967295 1\n";
  const Outcome outcome = RunJail(hand);
  EXPECT_THAT(Error(outcome), HasSubstr("uidmap[0] (hand.cfg:2): write "
                                        "/proc/PID/uid_map (0 4294967295 1): "
                                        "E"));
  EXPECT_EQ(outcome.ending.setup_failure->stage, "parent");
}

TEST(LaunchFailureTest, TellsWhatTheIdMapHelperSaid) {
  HandPlan hand = Shell("true");
  ParentOp& op = hand.plan().parent[1];
  op.kind = ParentOp::Kind::kRunIdMapHelper;
  op.argv = {"/usr/bin/newuidmap", "PID", "0", "4000000000", "1"};
  EXPECT_THAT(Error(RunJail(hand)),
              AllOf(HasSubstr("uidmap[0] (hand.cfg:2): run /usr/bin/newuidmap "
                              "PID 0 4000000000 1: newuidmap: "),
                    HasSubstr("hint: the ids must be in the caller's ranges of "
                              "/etc/subuid")));
  op.argv = {"/no/newuidmap", "PID"};
  EXPECT_THAT(Error(RunJail(hand)),
              HasSubstr("run /no/newuidmap PID: ENOENT (No such file or "
                        "directory): hint: install newuidmap and newgidmap"));
}

TEST_P(LaunchTest, NamesTheProgramThatIsMissing) {
  HandPlan hand(kNamespaces);
  hand.Begin();
  hand.AwaitRelease();
  hand.CleanUp();
  const std::vector<std::string> argv = {"/no/such/program"};
  GetParam() ? hand.ForkAndExec(argv) : hand.Exec(argv);
  const Outcome outcome = RunJail(hand);
  EXPECT_THAT(Error(outcome),
              HasSubstr("execve /no/such/program: ENOENT (No such file or "
                        "directory)"));
  EXPECT_EQ(outcome.ending.setup_failure->stage, "exec");
}

TEST(LaunchFailureTest, AChildThatEndsEarlyIsOurFailure) {
  HandPlan hand(kNamespaces & ~uint64_t{CLONE_NEWPID});
  hand.Begin();
  hand.AwaitRelease();
  hand.Call(SYS_exit_group, {0}, "an early end");
  hand.Exec({"/bin/true"});
  const Outcome outcome = RunJail(hand);
  EXPECT_THAT(Error(outcome), HasSubstr("an early end: ended with status 0"));
  EXPECT_THAT(Error(outcome), HasSubstr("while the jail was being made"));
}

TEST(LaunchFailureTest, ASetupThatHangsIsEnded) {
  HandPlan hand(kNamespaces);
  hand.Begin();
  hand.AwaitRelease();
  hand.Call(SYS_ppoll, {0, 0, 0, 0, 0}, "a server that never answers");
  hand.Exec({"/bin/true"});
  LaunchIo io;
  io.setup_timeout = milliseconds(100);
  Ending ending;
  EXPECT_EQ(Launch(hand.spec, hand.plan(), io, ending), nullptr);
  ASSERT_TRUE(ending.setup_failure.has_value());
  EXPECT_THAT(
      ending.setup_failure->ToString(),
      HasSubstr("a server that never answers: not finished after 100 ms"));
  EXPECT_EQ(waitpid(-1, nullptr, __WALL | WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(LaunchFailureTest, ASetUpThatHangsEndsWhenItIsToldTo) {
  HandPlan hand(kNamespaces);
  hand.Call(SYS_ppoll, {0, 0, 0, 0, 0}, "a server that never answers");
  hand.Exec({"/bin/true"});
  const Fd cancel(eventfd(1, EFD_CLOEXEC));
  LaunchIo io;
  io.cancel_fd = cancel.get();
  Ending ending;
  EXPECT_EQ(Launch(hand.spec, hand.plan(), io, ending), nullptr);
  EXPECT_FALSE(ending.setup_failure.has_value());
  EXPECT_EQ(ending.kill_reason, KillReason::kCancelled);
  EXPECT_EQ(WTERMSIG(ending.wait_status), SIGKILL);
  EXPECT_EQ(waitpid(-1, nullptr, __WALL | WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(LaunchFailureTest, APassedDescriptorMustBeOpen) {
  HandPlan hand = Shell("true");
  hand.spec.process.stdio.pass_fd.push_back({4711, {"pass_fd[0]", "a", 3, 1}});
  EXPECT_EQ(Error(RunJail(hand)),
            "pass_fd[0] (a:3): fcntl descriptor 4711: EBADF (Bad file "
            "descriptor)");
}

TEST(LaunchFailureTest, TellsWhichNamespaceTheKernelRefuses) {
  HandPlan hand(kNamespaces);
  hand.plan().clone_flags |= CLONE_SIGHAND;  // EINVAL with CLONE_CLEAR_SIGHAND
  hand.plan().clone_flags |= uint64_t{1} << 40;
  const Outcome outcome = RunJail(hand);
  EXPECT_THAT(Error(outcome),
              HasSubstr("clone3 (namespaces: user,mount,pid,ipc,uts): EINVAL"));
  EXPECT_EQ(outcome.ending.setup_failure->stage, "clone");
}

std::vector<std::string> OpenDescriptors() {
  std::vector<std::string> open;
  for (int fd = 0; fd < 1024; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) open.push_back(std::to_string(fd));
  }
  return open;
}

TEST_P(LaunchTest, TheTargetGetsItsStdioOnly) {
  HandPlan hand = Shell("ls -1 /proc/self/fd | wc -l", GetParam());
  // ls has its own directory open, beside 0, 1 and 2.
  EXPECT_EQ(RunJail(hand).output, "4\n");
}

TEST_P(LaunchTest, LeavesNoDescriptorOpenAndNoChild) {
  const std::vector<std::string> before = OpenDescriptors();
  for (const char* script : {"true", "kill -KILL 1", "/no/such"}) {
    HandPlan hand = Shell(script, GetParam());
    RunJail(hand);
  }
  HandPlan failing(kNamespaces);
  failing.Begin();
  failing.AwaitRelease();
  failing.Exec({"/no/such"});
  RunJail(failing);
  EXPECT_EQ(OpenDescriptors(), before);
  EXPECT_EQ(waitpid(-1, nullptr, __WALL | WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST_P(LaunchTest, DestroyingAJailEndsIt) {
  HandPlan hand = Shell("sleep 1000", GetParam());
  Ending ending;
  ChildPtr child = Launch(hand.spec, hand.plan(), LaunchIo{}, ending);
  ASSERT_NE(child, nullptr);
  const pid_t pid = ChildPid(*child);
  child.reset();
  EXPECT_EQ(kill(pid, 0), -1);
}

TEST_P(LaunchTest, WorksWhileSigchldIsIgnored) {
  signal(SIGCHLD, SIG_IGN);
  HandPlan hand = Shell("exit 9", GetParam());
  const Outcome outcome = RunJail(hand);
  HandPlan failing(kNamespaces);
  failing.Begin();
  failing.AwaitRelease();
  failing.Exec({"/no/such"});
  const Outcome failed = RunJail(failing);
  const bool can_learn_end = CanLearnEnd();
  signal(SIGCHLD, SIG_DFL);
  if (!can_learn_end) {  // before Linux 6.15
    EXPECT_THAT(Error(outcome), HasSubstr("SIGCHLD is ignored, and only"));
    EXPECT_THAT(Error(failed), HasSubstr("SIGCHLD is ignored, and only"));
    return;
  }
  EXPECT_EQ(Error(outcome), "");
  EXPECT_EQ(WEXITSTATUS(outcome.ending.wait_status), 9);
  EXPECT_THAT(Error(failed), HasSubstr("execve /no/such: ENOENT"));
}

TEST_P(LaunchTest, ManyThreadsLaunchAtOnce) {
  constexpr int kThreads = 8, kLaunches = 10;
  HandPlan hand = Shell("exit 4", GetParam());
  Plan& plan = hand.plan();
  std::vector<std::thread> threads;
  std::vector<int> good(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < kLaunches; ++n) {
        Ending ending;
        ChildPtr child = Launch(hand.spec, plan, LaunchIo{}, ending);
        if (child == nullptr) {
          ADD_FAILURE() << ending.setup_failure->ToString();
          continue;
        }
        Supervise(*child, hand.spec, {}, ending);
        good[static_cast<size_t>(i)] += WEXITSTATUS(ending.wait_status) == 4;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(good, ::testing::Each(kLaunches));
}

// Stdio that the caller has in unusual places, and none of it at 0, 1, 2.
TEST_P(LaunchTest, StdioMayBeSwapped) {
  HandPlan hand = Shell("echo to-out; echo to-err >&2", GetParam());
  int fds[2];
  ASSERT_EQ(pipe2(fds, O_CLOEXEC), 0);
  Fd read_end(fds[0]), write_end(fds[1]);
  const Fd saved(fcntl(0, F_DUPFD_CLOEXEC, 3));
  ASSERT_EQ(dup2(write_end.get(), 0), 0);
  Ending ending;
  // 0 is our output pipe: stdout and stderr of the target.
  ChildPtr child =
      Launch(hand.spec, hand.plan(), LaunchIo{saved.get(), 0, 0}, ending);
  dup2(saved.get(), 0);
  write_end.Reset();
  ASSERT_NE(child, nullptr);
  Supervise(*child, hand.spec, {}, ending);
  EXPECT_EQ(*ReadFd(read_end.get(), "output", 100), "to-out\nto-err\n");
}

}  // namespace
}  // namespace jail
