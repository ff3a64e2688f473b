// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Launch and Supervise against the real kernel, with plans made by hand.
#include "jail/parent/launch.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/executor/hand_plan.h"

namespace jail {
namespace {

using std::chrono::milliseconds;
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

}  // namespace
}  // namespace jail
