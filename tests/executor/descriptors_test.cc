// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Launches from a program that has many descriptors open, as servers have.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <vector>

#include "jail/parent/launch.h"
#include "jail/sys/fd.h"
#include "tests/executor/made_plan.h"

namespace jail {
namespace {

class DescriptorsTest : public testing::TestWithParam<const char*> {};

// The target's limit of open files is in force in the child while the caller's
// descriptors, far more than it allows, are still open there.
TEST_P(DescriptorsTest, TheTargetsLimitIsNotTheLaunchs) {
  const MadePlan made =
      MakePlanOf(TypicalConfig(std::string("rlimit_nofile: 8 exec_bin { path: "
                                           "\"/bin/true\" } ") +
                               GetParam()));
  ASSERT_EQ(made.error, "");
  std::vector<Fd> many;
  for (int i = 0; i < 200; ++i) {
    many.emplace_back(open("/dev/null", O_RDWR | O_CLOEXEC));
    ASSERT_TRUE(many.back().valid());
  }
  Ending ending;
  ChildPtr child = Launch(made.spec, made.plan, LaunchIo{}, ending);
  ASSERT_NE(child, nullptr) << ending.setup_failure->ToString();
  Supervise(*child, made.spec, {}, ending);
  EXPECT_TRUE(WIFEXITED(ending.wait_status));
  EXPECT_EQ(WEXITSTATUS(ending.wait_status), 0);
}

INSTANTIATE_TEST_SUITE_P(Pid1, DescriptorsTest,
                         testing::Values("pid1: TARGET", "pid1: REAPER"));

}  // namespace
}  // namespace jail
