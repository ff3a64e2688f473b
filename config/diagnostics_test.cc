// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/diagnostics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/source_map.h"

namespace jail {
namespace {

std::vector<std::string> Lines(const Diagnostics& diagnostics) {
  std::vector<std::string> lines;
  for (const Diagnostic& d : diagnostics.Sorted())
    lines.push_back(d.ToString());
  return lines;
}

TEST(Diagnostics, SortsByPlaceAndPutsThoseWithoutALineLast) {
  Diagnostics diagnostics;
  diagnostics.Error({"cwd", "command line", 0, 0}, "d");
  diagnostics.Error({"mount[1].dst", "a.cfg", 10, 3}, "c");
  diagnostics.Warning({"rlimit_as", "a.cfg", 9, 1}, "b");
  diagnostics.Error({"mount[0].dst", "a.cfg", 2, 30}, "a2");
  diagnostics.Error({"mount[0].src", "a.cfg", 2, 9}, "a1");
  diagnostics.Error({"", "a.cfg", 0, 0}, "e");
  EXPECT_THAT(Lines(diagnostics),
              testing::ElementsAre("a.cfg:2:9: mount[0].src: a1",
                                   "a.cfg:2:30: mount[0].dst: a2",
                                   "a.cfg:9:1: warning: rlimit_as: b",
                                   "a.cfg:10:3: mount[1].dst: c", "a.cfg: e",
                                   "command line: cwd: d"));
  EXPECT_FALSE(diagnostics.ok());
  EXPECT_EQ(diagnostics.error_count(), 5);
}

TEST(Diagnostics, WhatTheOptionNamesIsNotNamedAgain) {
  Diagnostics diagnostics;
  diagnostics.Error({"cap[0]", "command line: --cap CAP_FOO", 0, 0}, "a");
  diagnostics.Warning({"cwd", "command line: --cwd", 0, 0}, "b");
  diagnostics.Error({"cap[1]", "command line: --cap_file f", 0, 0}, "c");
  diagnostics.Error({"time_limit", "command line: -t 5", 0, 0}, "d");
  EXPECT_THAT(Lines(diagnostics), testing::UnorderedElementsAre(
                                      "command line: --cap CAP_FOO: a",
                                      "command line: --cwd: warning: b",
                                      "command line: --cap_file f: cap[1]: c",
                                      "command line: -t 5: time_limit: d"));
}

TEST(Diagnostics, KnowsWhichFieldsHaveErrors) {
  Diagnostics diagnostics;
  diagnostics.Error({"mount[0].dst", "a.cfg", 1, 1}, "is missing");
  diagnostics.Warning({"cwd", "a.cfg", 2, 1}, "is odd");
  EXPECT_TRUE(diagnostics.HasError("mount[0].dst"));
  EXPECT_FALSE(diagnostics.HasError("mount[0]"));
  EXPECT_FALSE(diagnostics.HasError("cwd"));
}

TEST(Diagnostics, WarningsAreNotErrors) {
  Diagnostics diagnostics;
  diagnostics.Warning({}, "odd");
  EXPECT_TRUE(diagnostics.ok());
  EXPECT_THAT(Lines(diagnostics), testing::ElementsAre("warning: odd"));
}

TEST(SourceMap, FindsTheNearestFieldAroundOne) {
  SourceMap map;
  map.Set("mount[1]", {"mount[1]", "a.cfg", 4, 1});
  map.Set("mount[1].dst", {"mount[1].dst", "a.cfg", 5, 3});

  const Origin dst = map.Find("mount[1].dst");
  EXPECT_EQ(dst.line, 5);
  const Origin src = map.Find("mount[1].src");
  EXPECT_EQ(src.path, "mount[1].src");
  EXPECT_EQ(src.file, "a.cfg");
  EXPECT_EQ(src.line, 4);
  const Origin none = map.Find("mount[2].src");
  EXPECT_EQ(none.path, "mount[2].src");
  EXPECT_EQ(none.file, "");
  EXPECT_EQ(none.line, 0);
  EXPECT_FALSE(map.Has("mount[1].src"));
}

}  // namespace
}  // namespace jail
