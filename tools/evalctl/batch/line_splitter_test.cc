// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/batch/line_splitter.h"

#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"

namespace jail::eval {
namespace {

// "1:text" of each line, in pieces of `step` bytes.
std::vector<std::string> Split(const std::string& text, size_t step,
                               size_t max_line = 10) {
  LineSplitter splitter(max_line);
  std::vector<std::string> lines;
  const auto take = [&] {
    while (auto line = splitter.Next()) {
      lines.push_back(absl::StrCat(line->number, ":",
                                   line->too_long ? "TOO LONG" : line->text));
    }
  };
  for (size_t i = 0; i < text.size(); i += step) {
    splitter.Add(text.substr(i, step));
    take();
  }
  splitter.End();
  take();
  EXPECT_FALSE(splitter.Next().has_value());
  return lines;
}

using Lines = std::vector<std::string>;

TEST(LineSplitterTest, HoweverTheBytesCome) {
  for (size_t step = 1; step < 40; step++) {
    SCOPED_TRACE(step);
    EXPECT_EQ(Split("", step), Lines{});
    EXPECT_EQ(Split("a", step), Lines{"1:a"});
    EXPECT_EQ(Split("a\nb", step), (Lines{"1:a", "2:b"}));
    EXPECT_EQ(Split("a\r\n\nb\n", step), (Lines{"1:a", "2:", "3:b"}));
    EXPECT_EQ(Split("0123456789\nx\n", step), (Lines{"1:0123456789", "2:x"}));
    EXPECT_EQ(Split("0123456789a\nx\n", step), (Lines{"1:TOO LONG", "2:x"}));
    EXPECT_EQ(Split("x\n" + std::string(100, 'a') + "\ny", step),
              (Lines{"1:x", "2:TOO LONG", "3:y"}));
    EXPECT_EQ(Split("x\n" + std::string(100, 'a'), step),
              (Lines{"1:x", "2:TOO LONG"}));
  }
}

}  // namespace
}  // namespace jail::eval
