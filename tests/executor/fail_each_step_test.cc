// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Every step of real plans fails in turn, on a fake kernel that keeps one
// ordered log: nothing is called after the failure, nothing else is skipped,
// and the failure is worded with the step's place in the configuration.
#include <errno.h>
#include <sched.h>

#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "jail/child/run_steps.h"
#include "jail/parent/failure.h"
#include "jail/parent/hints.h"
#include "jail/plan/describe.h"
#include "tests/executor/made_plan.h"

namespace jail {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// The fake kernel: every call succeeds as its step's check wants it, but for
// step `fails_at`.  RunSteps takes a plain function, hence the globals.
struct FakeKernel {
  const Plan* plan = nullptr;
  char* arena = nullptr;
  Progress* progress = nullptr;
  int fails_at = -1;
  bool in_target = true;  // of the two processes after a fork
  std::vector<int> log;   // steps, in order
} fake;

constexpr int kUntolerated = EIO;

long Answer(long, const uint64_t*) {
  const int now = static_cast<int>(uint32_t{fake.progress->step});
  fake.log.push_back(now);
  if (now == fake.fails_at) return -kUntolerated;
  const Check& check = fake.plan->child[static_cast<size_t>(now)].check;
  switch (check.kind) {
    case Check::kEquals:
      return static_cast<long>(check.value);
    case Check::kErrno:
      return -static_cast<long>(check.value);
    case Check::kBytes:
      std::memcpy(fake.arena + check.value, fake.arena + check.other,
                  check.length);
      return 0;
    case Check::kFork:
      return fake.in_target ? 0 : 4711;
    case Check::kNone:
      break;
  }
  return 100;  // a descriptor, say
}

struct FakeRun {
  std::vector<int> log;
  uint32_t failed = 0;
  int error = 0;
};

FakeRun RunPlan(Plan& plan, int fails_at, bool in_target) {
  std::vector<uint32_t> page(sizeof(Progress) / 4 + plan.child.size());
  std::vector<int32_t> slots(static_cast<size_t>(plan.slot_count), -1);
  Progress* progress = reinterpret_cast<Progress*>(page.data());
  fake =
      FakeKernel{&plan, plan.arena.data(), progress, fails_at, in_target, {}};
  RunSteps({plan.child.data(), static_cast<uint32_t>(plan.child.size()),
            plan.arena.data(), slots.data(), progress},
           0, Answer);
  return {fake.log, progress->failed, progress->error};
}

class FailEachStepTest : public ::testing::TestWithParam<const char*> {};

TEST_P(FailEachStepTest, StopsThereAndSaysWhere) {
  MadePlan made = MakePlanOf(TypicalConfig(GetParam()));
  ASSERT_EQ(made.error, "");
  const bool has_reaper = made.plan.reaper_step >= 0;
  int with_place = 0;
  for (const bool in_target : {true, false}) {
    if (!in_target && !has_reaper) break;
    const FakeRun whole = RunPlan(made.plan, -1, in_target);
    EXPECT_EQ(whole.error, 0);
    EXPECT_GT(whole.log.size(), 20u);
    for (size_t n = 0; n < whole.log.size(); ++n) {
      const int step = whole.log[n];
      SCOPED_TRACE(DescribeStep(made.plan, step));
      const FakeRun run = RunPlan(made.plan, step, in_target);
      EXPECT_EQ(run.log,
                std::vector<int>(whole.log.begin(),
                                 whole.log.begin() + static_cast<long>(n) + 1));
      EXPECT_EQ(run.failed, static_cast<uint32_t>(step));
      EXPECT_EQ(run.error, kUntolerated);
      const SetupFailure failure = StepFailure(made.plan, step, run.error);
      const Origin& origin = made.plan.notes[static_cast<size_t>(step)].origin;
      if (origin.path.empty()) {
        EXPECT_THAT(failure.ToString(), StartsWith(failure.operation));
      } else {
        ++with_place;
        EXPECT_THAT(failure.ToString(),
                    StartsWith(absl::StrCat(origin.ToString(), ": ",
                                            failure.operation)));
      }
      EXPECT_THAT(failure.ToString(), HasSubstr("EIO (Input/output error)"));
      EXPECT_FALSE(absl::StartsWith(failure.operation, "syscall"));
    }
  }
  EXPECT_GT(with_place, 20);
}

// Each mount names its own line when it fails.
TEST_P(FailEachStepTest, AMountNamesItsLine) {
  MadePlan made = MakePlanOf(TypicalConfig(GetParam()));
  ASSERT_EQ(made.error, "");
  int seen = 0;
  for (const PlannedMount& mount : made.plan.mounts) {
    if (mount.skipped || mount.first_step < 0) continue;
    for (int step = mount.first_step; step <= mount.last_step; ++step) {
      ++seen;
      EXPECT_EQ(StepFailure(made.plan, step, EPERM).origin.path,
                mount.origin.path)
          << DescribeStep(made.plan, step);
    }
  }
  EXPECT_GT(seen, 10);
}

INSTANTIATE_TEST_SUITE_P(
    Plans, FailEachStepTest,
    ::testing::Values(
        "exec_bin { path: \"/bin/true\" } mount_proc: true",
        "exec_bin { path: \"true\" } mount_proc: true pid1: REAPER",
        "exec_bin { path: \"/bin/true\" } mode: EXECVE "
        "clone_newpid: false",
        "exec_bin { path: \"/bin/true\" } "
        "cap: \"CAP_NET_BIND_SERVICE\" "
        "is_root_rw: true skip_setsid: true",
        "exec_bin { path: \"true\" } report_violations: true "
        "seccomp_unotify: true pid1: REAPER",
        "exec_bin { path: \"/bin/true\" } seccomp_unotify: true "
        "seccomp_default: NONE"));

}  // namespace
}  // namespace jail
