// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The executor against a fake kernel that answers from a table and keeps one
// ordered log of what was asked of it.
#include "jail/child/run_steps.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jail {
namespace {

using ::testing::ElementsAre;

struct Call {
  long nr;
  std::vector<uint64_t> args;
};
std::vector<Call> log;
std::vector<long> answers;  // one a call; 0 once they are used up

long FakeKernel(long nr, const uint64_t args[6]) {
  log.push_back({nr, std::vector<uint64_t>(args, args + 6)});
  return log.size() <= answers.size() ? answers[log.size() - 1] : 0;
}

class RunStepsTest : public ::testing::Test {
 protected:
  RunStepsTest() {
    log.clear();
    answers.clear();
    progress_ = reinterpret_cast<Progress*>(page_);
  }

  uint32_t Run(std::vector<long> kernel_answers, uint32_t first = 0) {
    answers = std::move(kernel_answers);
    return RunSteps({steps_.data(), static_cast<uint32_t>(steps_.size()),
                     arena_, slots_, progress_},
                    first, FakeKernel);
  }
  Step& Add(int nr) {
    Step step;
    step.nr = nr;
    steps_.push_back(step);
    return steps_.back();
  }
  std::vector<long> Numbers() const {
    std::vector<long> numbers;
    for (const Call& call : log) numbers.push_back(call.nr);
    return numbers;
  }

  std::vector<Step> steps_;
  char arena_[64] = {};
  int32_t slots_[16] = {100, 101, 102, 103};
  alignas(8) char page_[256] = {};
  Progress* progress_;
};

TEST_F(RunStepsTest, NotesWhenTheExecIsCalled) {
  Add(1);
  Add(2);
  answers = {-EPERM};
  const ChildPlan plan = {steps_.data(), 2, arena_, slots_, progress_, 1};
  RunSteps(plan, 0, FakeKernel);
  EXPECT_EQ(progress_->exec_ticks, 0u);
  answers.clear();
  RunSteps(plan, 0, FakeKernel);
  EXPECT_GT(progress_->exec_ticks, 0u);
}

TEST_F(RunStepsTest, TakesArgumentsFromValueArenaAndSlot) {
  Step& step = Add(SYS_read);
  step.arg_count = 3;
  step.args[0] = {Arg::kSlot, 3};
  step.args[1] = {Arg::kPointer, 8};
  step.args[2] = {Arg::kValue, 16};
  EXPECT_EQ(Run({5}), 1u);
  ASSERT_EQ(log.size(), 1u);
  EXPECT_THAT(
      log[0].args,
      ElementsAre(103, reinterpret_cast<uint64_t>(arena_ + 8), 16, 0, 0, 0));
  EXPECT_EQ(progress_->state[0], Progress::kDone);
  EXPECT_EQ(progress_->error, 0);
}

TEST_F(RunStepsTest, TakesTheArgumentsThatAreGivenLate) {
  Step& step = Add(SYS_execve);
  step.arg_count = 2;
  step.args[1] = {Arg::kGivenArgv};
  const char* const argv[] = {"x", nullptr};
  ChildPlan plan = {steps_.data(), 1, arena_, slots_, progress_};
  plan.given_argv = argv;
  RunSteps(plan, 0, FakeKernel);
  EXPECT_EQ(log.at(0).args[1], reinterpret_cast<uint64_t>(argv));
}

TEST_F(RunStepsTest, StoresTheResultInItsSlot) {
  Add(SYS_openat).result = 9;
  Step& use = Add(SYS_close);
  use.args[0] = {Arg::kSlot, 9};
  Run({42});
  EXPECT_EQ(log[1].args[0], 42u);
}

TEST_F(RunStepsTest, AnEmptySlotIsMinusOneInAllSixtyFourBits) {
  slots_[9] = -1;
  Add(SYS_close).args[0] = {Arg::kSlot, 9};
  Run({});
  EXPECT_EQ(log[0].args[0], ~uint64_t{0});
}

TEST_F(RunStepsTest, StopsAtTheFirstFailureAndSaysWhy) {
  Add(1);
  Add(2);
  Add(3);
  EXPECT_EQ(Run({0, -EPERM}), 1u);
  EXPECT_THAT(Numbers(), ElementsAre(1, 2));
  EXPECT_EQ(progress_->failed, 1u);
  EXPECT_EQ(progress_->error, EPERM);
  EXPECT_EQ(progress_->state[1], Progress::kNotReached);
}

TEST_F(RunStepsTest, ToleratesWhatTheStepSaysAndSkips) {
  Step& step = Add(1);
  step.tolerated_count = 2;
  step.tolerated[0] = EEXIST;
  step.tolerated[1] = ENOENT;
  step.skip = 1;
  Add(2);
  Add(3);
  EXPECT_EQ(Run({-ENOENT}), 3u);
  EXPECT_THAT(Numbers(), ElementsAre(1, 3));
  EXPECT_EQ(progress_->state[0], Progress::kTolerated);
  EXPECT_EQ(progress_->state[1], Progress::kNotReached);
  EXPECT_EQ(progress_->state[2], Progress::kDone);
}

TEST_F(RunStepsTest, DoesNotSkipWithoutTheError) {
  Step& step = Add(1);
  step.tolerated_count = 1;
  step.tolerated[0] = ENOENT;
  step.skip = 1;
  Add(2);
  Run({0});
  EXPECT_THAT(Numbers(), ElementsAre(1, 2));
}

TEST_F(RunStepsTest, ToleratesNothingElse) {
  Step& step = Add(1);
  step.tolerated_count = 1;
  step.tolerated[0] = ENOENT;
  EXPECT_EQ(Run({-EACCES}), 0u);
  EXPECT_EQ(progress_->error, EACCES);
}

TEST_F(RunStepsTest, CheckEquals) {
  Add(1).check = {Check::kEquals, 0, 7, 0};
  EXPECT_EQ(Run({7}), 1u);
  log.clear();
  EXPECT_EQ(Run({8}), 0u);
  EXPECT_EQ(progress_->error, kCheckFailed);
  log.clear();
  EXPECT_EQ(Run({-EIO}), 0u);
  EXPECT_EQ(progress_->error, EIO);
}

TEST_F(RunStepsTest, CheckErrnoWantsThatFailure) {
  Add(1).check = {Check::kErrno, 0, EAGAIN, 0};
  EXPECT_EQ(Run({-EAGAIN}), 1u);
  EXPECT_EQ(progress_->error, 0);
  log.clear();
  EXPECT_EQ(Run({0}), 0u);
  EXPECT_EQ(progress_->error, kCheckFailed);
  log.clear();
  EXPECT_EQ(Run({-EBADF}), 0u);
  EXPECT_EQ(progress_->error, EBADF);
}

TEST_F(RunStepsTest, CheckBytesComparesTheArena) {
  std::memcpy(arena_, "abcdabcx", 8);
  Add(1).check = {Check::kBytes, 3, 0, 4};
  EXPECT_EQ(Run({}), 1u);
  steps_[0].check.length = 4;
  EXPECT_EQ(Run({}), 0u);
  EXPECT_EQ(progress_->error, kCheckFailed);
}

TEST_F(RunStepsTest, ForkGoesOnInTheChildAndJumpsInTheParent) {
  Add(1).check = {Check::kFork, 0, 2, 0};
  Add(2);
  Add(3);
  Run({0});
  EXPECT_THAT(Numbers(), ElementsAre(1, 2, 3));
  log.clear();
  Run({4711});
  EXPECT_THAT(Numbers(), ElementsAre(1, 3));
}

TEST_F(RunStepsTest, BeginsWhereItIsTold) {
  Add(1);
  Add(2);
  Run({}, 1);
  EXPECT_THAT(Numbers(), ElementsAre(2));
}

// Results beyond the errno range are results: addresses and large offsets.
TEST_F(RunStepsTest, LargeResultsAreNoErrors) {
  Add(1);
  EXPECT_EQ(Run({-4096}), 1u);
  EXPECT_EQ(progress_->error, 0);
}

TEST(RawSyscall, ReachesTheKernel) {
  const uint64_t none[6] = {};
  EXPECT_EQ(RawSyscall(SYS_getpid, none), getpid());
  const uint64_t bad[6] = {~uint64_t{0}};
  EXPECT_EQ(RawSyscall(SYS_close, bad), -EBADF);
  int fds[2] = {-1, -1};
  const uint64_t pipe[6] = {reinterpret_cast<uint64_t>(fds), 0};
  EXPECT_EQ(RawSyscall(SYS_pipe2, pipe), 0);
  EXPECT_EQ(close(fds[0]), 0);
  EXPECT_EQ(close(fds[1]), 0);
}

}  // namespace
}  // namespace jail
