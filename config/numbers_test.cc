// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/numbers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace jail {
namespace {

using ::testing::HasSubstr;

TEST(ReadNumber, TakesTheBasesOfC) {
  uint64_t n = 1;
  EXPECT_EQ(ReadNumber("0", n), "");
  EXPECT_EQ(n, 0u);
  EXPECT_EQ(ReadNumber("0x1fF", n), "");
  EXPECT_EQ(n, 0x1ffu);
  EXPECT_EQ(ReadNumber("010", n), "");
  EXPECT_EQ(n, 8u);
  EXPECT_EQ(ReadNumber("18446744073709551615", n), "");
  EXPECT_EQ(n, std::numeric_limits<uint64_t>::max());
}

TEST(ReadNumber, TakesSignsWhereTheTypeHasOne) {
  int32_t n = 0;
  EXPECT_EQ(ReadNumber("-2147483648", n), "");
  EXPECT_EQ(n, std::numeric_limits<int32_t>::min());
  EXPECT_EQ(ReadNumber("+0x10", n), "");
  EXPECT_EQ(n, 16);
  int64_t wide = 0;
  EXPECT_EQ(ReadNumber("-9223372036854775808", wide), "");
  EXPECT_EQ(wide, std::numeric_limits<int64_t>::min());
}

TEST(ReadNumber, RefusesWhatIsNoNumber) {
  for (const std::string text : {"12x", " 1", "1 ", "0x", "08", "-1", "+1",
                                 "--1", "x", "1.5", "1e3", "0x-1", "9 9"}) {
    uint64_t n = 7;
    EXPECT_THAT(ReadNumber(text, n), HasSubstr("is no number of 0 or more"))
        << text;
    EXPECT_EQ(n, 7u) << text;
  }
  int32_t n = 7;
  EXPECT_THAT(ReadNumber("-", n), HasSubstr("is no whole number"));
  EXPECT_THAT(ReadNumber("--1", n), HasSubstr("is no whole number"));
  EXPECT_EQ(ReadNumber("", n), "needs a number");
  EXPECT_EQ(n, 7);
}

TEST(ReadNumber, SaysTheRange) {
  uint32_t n = 0;
  EXPECT_EQ(ReadNumber("4294967296", n),
            "4294967296 is out of range: 0 to 4294967295");
  EXPECT_EQ(ReadNumber("99999999999999999999", n),
            "99999999999999999999 is out of range: 0 to 4294967295");
  int32_t i = 0;
  EXPECT_EQ(ReadNumber("-2147483649", i),
            "-2147483649 is out of range: -2147483648 to 2147483647");
  EXPECT_EQ(ReadNumber("2147483648", i),
            "2147483648 is out of range: -2147483648 to 2147483647");
}

}  // namespace
}  // namespace jail
