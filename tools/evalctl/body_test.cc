// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/body.h"

#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "jail/sys/printable.h"

namespace jail::eval {
namespace {

std::string Inside(const std::string& text) {
  const std::string quoted = JsonString(text);
  return quoted.substr(1, quoted.size() - 2);
}

std::string Repeat(absl::string_view text, size_t bytes) {
  std::string all;
  while (all.size() < bytes) absl::StrAppend(&all, text);
  return all;
}

TEST(BodyTest, IsWhatItsPartsAre) {
  Body body(std::string("{\"a\":\""));
  body.AddBase64("any carnal pleas");
  body.AddText("\",\"b\":\"");
  body.AddEscaped("\"1\"\n\x01 \xC3\xA9");
  Body rest;
  rest.AddText("\"}");
  body.Add(std::move(rest));
  const std::string all =
      "{\"a\":\"YW55IGNhcm5hbCBwbGVhcw==\",\"b\":\"\\\"1\\\"\\n\\u0001 "
      "\xC3\xA9\"}";
  EXPECT_EQ(body.size(), all.size());
  EXPECT_EQ(body.TakeAll(), all);
  EXPECT_EQ(body.size(), 0u);
  EXPECT_EQ(Body().TakeAll(), "");
}

// Whatever the lengths are: no piece is much too long, none cuts a character,
// and the size that was said is the size that comes.
TEST(BodyTest, PiecesOfEveryLengthFitTogether) {
  const std::string texts[] = {"x",
                               "\n",
                               "\x7f",
                               "\xC3\xA9",
                               "\xE2\x82\xAC",
                               "\xF0\x9F\x98\x80",
                               "a\xF0\x9F\x98\x80\"\x1f"};
  for (const std::string& unit : texts) {
    for (size_t shift = 0; shift < 7; ++shift) {
      const std::string text =
          std::string(shift, 'x') + Repeat(unit, 3 * kBodyPieceBytes);
      Body body;
      body.AddEscaped(text);
      body.AddBase64(text);
      body.AddText(text);
      const std::string all = Inside(text) + absl::Base64Escape(text) + text;
      ASSERT_EQ(body.size(), all.size());
      std::string got;
      for (absl::string_view piece = body.Next(); !piece.empty();
           piece = body.Next()) {
        ASSERT_LE(piece.size(), kBodyPieceBytes + 4);
        absl::StrAppend(&got, piece);
        ASSERT_EQ(body.size(), all.size() - got.size());
      }
      ASSERT_TRUE(got == all) << unit << " " << shift;
    }
  }
}

TEST(BodyTest, ManySmallPartsMakeOnePiece) {
  Body body;
  for (int i = 0; i < 1000; ++i) {
    body.AddText("a");
    body.AddBase64("a");
    body.AddEscaped("a");
  }
  EXPECT_EQ(body.size(), 6000u);
  EXPECT_EQ(body.Next().size(), 6000u);
  EXPECT_EQ(body.Next(), "");
}

TEST(BodyTest, WhatIsNoUtf8HasItsSizeToo) {
  Body body;
  body.AddEscaped("a\xFF\xC3z");
  const uint64_t size = body.size();
  const std::string all = body.TakeAll();
  EXPECT_EQ(all, "a\xEF\xBF\xBD\xEF\xBF\xBDz");
  EXPECT_EQ(size, all.size());
}

}  // namespace
}  // namespace jail::eval
