// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Whole plans, as people read them, against testdata/NAME.golden.  To accept
// new ones: JAIL_UPDATE_GOLDEN=1 build/tests/jail_plan_test
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "jail/plan/describe.h"
#include "jail/plan/plan_test_helper.h"

namespace jail {
namespace {

std::string GoldenPath(const std::string& name) {
  return std::string(JAIL_PLAN_TESTDATA "/") + name + ".golden";
}

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class GoldenTest : public testing::TestWithParam<std::string> {};

TEST_P(GoldenTest, PlanIsAsAccepted) {
  const Case c = CaseNamed(GetParam());
  const std::string text = DescribeText(PlanOf(c.spec, c.facts));
  const std::string path = GoldenPath(c.name);
  if (std::getenv("JAIL_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << text;
  }
  EXPECT_EQ(text, ReadWhole(path))
      << "if this is right: JAIL_UPDATE_GOLDEN=1 build/tests/jail_plan_test";
}

TEST_P(GoldenTest, LinesFitAScreen) {
  const Case c = CaseNamed(GetParam());
  std::istringstream text(DescribeText(PlanOf(c.spec, c.facts)));
  for (std::string line; std::getline(text, line);) {
    if (line.rfind("# warning", 0) == 0) continue;
    EXPECT_LE(line.size(), 100u) << line;
  }
}

TEST_P(GoldenTest, EveryCallIsDescribed) {
  const Case c = CaseNamed(GetParam());
  const Plan plan = PlanOf(c.spec, c.facts);
  for (const std::string& line : Lines(plan)) {
    EXPECT_THAT(line, testing::Not(testing::StartsWith("syscall ")));
    EXPECT_THAT(line, testing::Not(testing::HasSubstr("0x1000000000000000")));
  }
}

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const Case& c : Cases()) names.push_back(c.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Plans, GoldenTest, testing::ValuesIn(Names()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace jail
