// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/glob.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "jail/sys/printable.h"
#include "tools/evalctl/paths.h"

namespace jail::eval {
namespace {

bool Matches(const std::string& pattern, const std::string& path) {
  const absl::StatusOr<Glob> glob = Glob::Parse(pattern);
  EXPECT_TRUE(glob.ok()) << pattern;
  return glob.ok() && glob->Matches(path);
}

TEST(Glob, Meanings) {
  EXPECT_TRUE(Matches("*.txt", "a.txt"));
  EXPECT_FALSE(Matches("*.txt", "d/a.txt"));
  EXPECT_TRUE(Matches("**/*.txt", "a.txt"));
  EXPECT_TRUE(Matches("**/*.txt", "d/e/a.txt"));
  EXPECT_TRUE(Matches("**", "d/e/a.txt"));
  EXPECT_TRUE(Matches("d/**", "d/a"));
  EXPECT_FALSE(Matches("d/**", "d"));
  EXPECT_TRUE(Matches("d/**/f", "d/f"));
  EXPECT_TRUE(Matches("a?c", "abc"));
  EXPECT_FALSE(Matches("a?c", "ac"));
  EXPECT_TRUE(Matches("[!_]*", "a_"));
  EXPECT_FALSE(Matches("[!_]*", "_a"));
  EXPECT_TRUE(Matches("[a-c]", "b"));
  EXPECT_FALSE(Matches("[a-c]", "d"));
  EXPECT_TRUE(Matches("[]]", "]"));
  EXPECT_TRUE(Matches("[", "["));
  EXPECT_TRUE(Matches("\\*", "*"));
  EXPECT_FALSE(Matches("\\*", "a"));
  EXPECT_TRUE(Matches("*a*b", "xaab"));
}

TEST(Glob, HiddenNamesAreMeantByADotAlone) {
  EXPECT_FALSE(Matches("*", ".a"));
  EXPECT_FALSE(Matches("**/a", ".d/a"));
  EXPECT_FALSE(Matches("[.]a", ".a"));
  EXPECT_TRUE(Matches(".*", ".a"));
  EXPECT_TRUE(Matches(".d/*", ".d/a"));
}

TEST(Glob, NoPatternTakesLong) {
  std::string stars;
  for (int i = 0; i < 120; ++i) stars += "*a";
  EXPECT_FALSE(Matches(stars + "*b", std::string(255, 'a')));
  EXPECT_FALSE(Matches("**/a/**/a/**/a/**/b",
                       "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a"));
}

TEST(Glob, Faults) {
  EXPECT_FALSE(Glob::Parse("").ok());
  EXPECT_FALSE(Glob::Parse("/a").ok());
  EXPECT_FALSE(Glob::Parse("../a").ok());
  EXPECT_FALSE(Glob::Parse("**/a/**/a/**/a/**/a/**/a").ok());
  EXPECT_FALSE(Glob::Parse(std::string(kMaxPatternBytes + 1, 'a')).ok());
}

TEST(Paths, Rules) {
  EXPECT_TRUE(CheckPath("a/b").ok());
  EXPECT_TRUE(CheckPath("..a").ok());
  for (const char* bad : {"", "/", "/a", "a/", "a//b", ".", "a/..", "./a"}) {
    EXPECT_FALSE(CheckPath(bad).ok()) << bad;
  }
  EXPECT_FALSE(CheckPath(std::string("a\0b", 3)).ok());
  EXPECT_TRUE(CheckPath(std::string(kMaxNameBytes, 'a')).ok());
  EXPECT_FALSE(CheckPath(std::string(kMaxNameBytes + 1, 'a')).ok());
}

TEST(Paths, Utf8) {
  EXPECT_TRUE(IsUtf8("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
  for (const char* bad : {"\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\x80"}) {
    EXPECT_FALSE(IsUtf8(bad)) << bad;
  }
  EXPECT_EQ(ToUtf8("a\xC3z"), "a\xEF\xBF\xBDz");
}

}  // namespace
}  // namespace jail::eval
