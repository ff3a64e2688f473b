// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/path_rules.h"

#include <gtest/gtest.h>

namespace jail {
namespace {

TEST(PathRules, InsidePathsAreCleaned) {
  EXPECT_EQ(CleanInsidePath("/").value(), "/");
  EXPECT_EQ(CleanInsidePath("home").value(), "/home");
  EXPECT_EQ(CleanInsidePath("//a/./b///").value(), "/a/b");
  EXPECT_EQ(CleanInsidePath("/a..b/...").value(), "/a..b/...");
  EXPECT_FALSE(CleanInsidePath("..").ok());
  EXPECT_EQ(CleanInsidePath("/" + std::string(255, 'n')).value().size(), 256u);
}

TEST(PathRules, OutsidePathsStartAtTheBase) {
  EXPECT_EQ(CleanOutsidePath("a/./b/", "/w").value(), "/w/a/b");
  EXPECT_EQ(CleanOutsidePath("/a/../b", "/w").value(), "/a/../b");
  EXPECT_EQ(CleanOutsidePath(".", "/").value(), "/");
  EXPECT_EQ(CleanOutsidePath("", "/w").status().message(), "is empty");
}

TEST(PathRules, Beneath) {
  EXPECT_TRUE(IsBeneath("/a/b", "/a"));
  EXPECT_TRUE(IsBeneath("/a", "/"));
  EXPECT_FALSE(IsBeneath("/ab", "/a"));
  EXPECT_FALSE(IsBeneath("/a", "/a"));
  EXPECT_FALSE(IsBeneath("/", "/"));
  EXPECT_FALSE(IsBeneath("/a", "/a/b"));
}

}  // namespace
}  // namespace jail
