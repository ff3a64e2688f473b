// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/sys/printable.h"

#include <gtest/gtest.h>

namespace jail {
namespace {

TEST(Printable, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(Printable("a\x1b[31m\n\t\x7f", 100), "a\\x1b[31m\\n\\t\\x7f");
  EXPECT_EQ(Printable("\xc2\x9b", 100), "\\xc2\\x9b");  // C1: CSI
}

TEST(Printable, EscapesWhatALineOrItsDirectionEndsWith) {
  EXPECT_EQ(Printable("a\u2028b", 100), "a\\xe2\\x80\\xa8b");
  EXPECT_EQ(Printable("\u202e\u2066", 100), "\\xe2\\x80\\xae\\xe2\\x81\\xa6");
  EXPECT_EQ(Printable("\u061c\u200f", 100), "\\xd8\\x9c\\xe2\\x80\\x8f");
  EXPECT_EQ(Printable("\u2027\u2030\u200d", 100), "\u2027\u2030\u200d");
}

TEST(Printable, KeepsTextInOtherScripts) {
  EXPECT_EQ(Printable("é – 日", 100), "é – 日");
}

TEST(Printable, EscapesBytesThatAreNoUtf8) {
  EXPECT_EQ(Printable("a\xffz", 100), "a\\xffz");
  EXPECT_EQ(Printable("\xe6\x97", 100), "\\xe6\\x97");           // cut short
  EXPECT_EQ(Printable("\xed\xa0\x80", 100), "\\xed\\xa0\\x80");  // surrogate
}

TEST(Printable, SaysHowMuchIsCut) {
  EXPECT_EQ(Printable("abcdef", 4), "abcd... (2 bytes more)");
  EXPECT_EQ(Printable("abcd", 4), "abcd");
}

TEST(ToUtf8, ReplacesEachBadByte) {
  EXPECT_EQ(ToUtf8("a\xff\xfez"), "a\xef\xbf\xbd\xef\xbf\xbdz");
  EXPECT_EQ(ToUtf8("日\x1b"), "日\x1b");
}

TEST(JsonString, EscapesWhatJsonMust) {
  EXPECT_EQ(JsonString("a\"b\\c\n\x01\x7f"),
            "\"a\\\"b\\\\c\\n\\u0001\\u007f\"");
  EXPECT_EQ(JsonString("\b\t\n\f\r"), R"("\b\t\n\f\r")");
  EXPECT_EQ(JsonString("\xff"), "\"\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace jail
