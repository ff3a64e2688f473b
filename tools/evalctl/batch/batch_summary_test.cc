// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/batch/batch_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jail::eval {
namespace {

using ::testing::HasSubstr;

BatchSummary Some() {
  BatchSummary summary;
  Response exited, late, bad;
  exited.add_commands()->set_outcome(report::WALL_TIME);
  exited.add_commands()->set_outcome(report::EXITED);
  late.add_commands()->set_outcome(report::WALL_TIME);
  bad.mutable_error()->set_kind(Error::BAD_REQUEST);
  for (int i = 0; i < 97; i++) summary.Count(exited, 1000);
  for (int i = 0; i < 2; i++) summary.Count(late, 1'000'000);
  summary.Count(bad, 5);
  return summary;
}

TEST(BatchSummaryTest, TheBarHasRateOutcomesAndTimeLeft) {
  EXPECT_EQ(Some().Bar(10, 0.25, 100),
            "[#####...............] 25% 100 done 10.0/s left 0:30 EXITED 97 "
            "WALL_TIME 2 BAD_REQUEST 1");
  // Of a pipe nobody knows the end.
  EXPECT_EQ(Some().Bar(10, {}, 100),
            "100 done 10.0/s EXITED 97 WALL_TIME 2 BAD_REQUEST 1");
  EXPECT_EQ(Some().Bar(10, {}, 8), "100 done");
  EXPECT_EQ(BatchSummary().Bar(0, 0.0, 80), "[....................] 0% 0 done");
  EXPECT_THAT(Some().Bar(10'000, 0.5, 100), HasSubstr(" left 2:46:40 "));
}

TEST(BatchSummaryTest, TheTableHasEverything) {
  const std::string table = Some().Table(10);
  for (const char* row : {
           "answered                  100\n",
           "  EXITED                   97\n",
           "  BAD_REQUEST               1\n",
           "rate                  10.0 /s\n",
       }) {
    EXPECT_THAT(table, HasSubstr(row));
  }
  EXPECT_THAT(BatchSummary().Table(0), HasSubstr("answered"));
}

TEST(BatchSummaryTest, WhoseFault) {
  EXPECT_TRUE(Some().has_bad_lines());
  EXPECT_FALSE(Some().has_failures());
  BatchSummary summary;
  Response failed;
  failed.mutable_error()->set_kind(Error::SETUP_FAILURE);
  summary.Count(failed, 1);
  EXPECT_FALSE(summary.has_bad_lines());
  EXPECT_TRUE(summary.has_failures());
}

}  // namespace
}  // namespace jail::eval
