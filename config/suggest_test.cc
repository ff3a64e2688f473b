// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/suggest.h"

#include <gtest/gtest.h>

#include <string>

namespace jail {
namespace {

TEST(ClosestName, FewestEditsWithinReason) {
  EXPECT_EQ(ClosestName("tmpsf", {"proc", "tmpfs", "sysfs"}), "tmpfs");
  EXPECT_EQ(ClosestName("rlimit-as", {"rlimit_cpu", "rlimit_as"}), "rlimit_as");
  EXPECT_EQ(ClosestName("ROOT", {"daemon", "root"}), "root");
  EXPECT_EQ(ClosestName("zebra", {"daemon", "root"}), "");
  EXPECT_EQ(ClosestName("ab", {"cd", "a"}), "");
  EXPECT_EQ(ClosestName("", {"a"}), "");
  EXPECT_EQ(ClosestName("a", {}), "");
  EXPECT_EQ(ClosestName(std::string(100'000, 'a'), {std::string(9, 'a')}), "");
}

TEST(DidYouMean, OnlyWhatIsNear) {
  EXPECT_EQ(DidYouMean("tmpf", {"proc", "tmpfs"}), "; did you mean \"tmpfs\"?");
  EXPECT_EQ(DidYouMean("ext4", {"proc", "tmpfs"}), "");
  EXPECT_EQ(DidYouMean("", {"a"}), "");
  EXPECT_EQ(DidYouMean(std::string(1000, 'a'), {std::string(1000, 'a')}), "");
}

}  // namespace
}  // namespace jail
