// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/boundary_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace jail::jailctl {
namespace {

using testing::IsSupersetOf;

// Of `write(a, b, c) { condition }`.
ArgumentValues ValuesFor(const std::string& condition) {
  seccomp::PolicyErrors errors;
  const auto policy =
      seccomp::ReadPolicy("ALLOW { write(a, b, c) { " + condition + " } }", "p",
                          {seccomp::Arch::kX86_64}, nullptr, errors);
  EXPECT_EQ(errors.ToString(), "");
  ArgumentValues values;
  if (policy) {
    AddBoundaryValues(*policy->archs[0].rules[0].condition, values);
  }
  return values;
}

TEST(BoundaryValues, AreNextToConstants) {
  const ArgumentValues values = ValuesFor("a == 7 && !(c >= 100)");
  EXPECT_THAT(values[0], IsSupersetOf<uint64_t>({6, 7, 8, 0x100000007}));
  EXPECT_THAT(values[1], testing::IsEmpty());
  EXPECT_THAT(values[2], IsSupersetOf<uint64_t>({99, 100, 101}));
}

TEST(BoundaryValues, FlipEachBitOfAMask) {
  const ArgumentValues values = ValuesFor("(b & 0x30) == 0x10");
  EXPECT_THAT(values[1],
              IsSupersetOf<uint64_t>({0x10, 0x20, 0x30, ~uint64_t{0x20}}));
}

TEST(Combinations, AreAll) {
  ArgumentValues values;
  values[0] = {1, 2};
  values[3] = {5, 6, 7};
  std::set<std::array<uint64_t, 6>> seen;
  EXPECT_TRUE(
      ForEachCombination(values, [&](const auto& args) { seen.insert(args); }));
  EXPECT_EQ(seen.size(), 6u);
  EXPECT_TRUE(seen.contains({2, 0, 0, 7, 0, 0}));
}

TEST(Combinations, AreSampledWhenTheyAreTooMany) {
  ArgumentValues values;
  for (uint64_t i = 0; i < 100; ++i) {
    for (auto& list : values) list.insert(i);
  }
  size_t count = 0;
  EXPECT_FALSE(ForEachCombination(values, [&](const auto&) { ++count; }));
  EXPECT_EQ(count, kMaxCombinations);
}

}  // namespace
}  // namespace jail::jailctl
