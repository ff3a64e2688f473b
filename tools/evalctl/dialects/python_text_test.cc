// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/python_text.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jail::eval {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

std::string FaultOf(const std::string& bytes) {
  const auto fault = FindUtf8Fault(bytes);
  return fault ? CodecMessage(*fault) : "";
}

// As bytes.decode() says it.
TEST(Utf8FaultTest, WordsArePythons) {
  EXPECT_EQ(FaultOf("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), "");
  EXPECT_EQ(
      FaultOf("ab\xFF"),
      "'utf-8' codec can't decode byte 0xff in position 2: invalid start byte");
  EXPECT_EQ(FaultOf("\xC3("),
            "'utf-8' codec can't decode byte 0xc3 in position 0: invalid "
            "continuation byte");
  EXPECT_EQ(FaultOf("\xE2\x82("),
            "'utf-8' codec can't decode bytes in position 0-1: invalid "
            "continuation byte");
  EXPECT_EQ(FaultOf("a\xE2\x82"),
            "'utf-8' codec can't decode bytes in position 1-2: unexpected end "
            "of data");
  EXPECT_EQ(FaultOf("\xED\xA0\x80"),
            "'utf-8' codec can't decode byte 0xed in position 0: invalid "
            "continuation byte");
  EXPECT_EQ(FaultOf("\xC0\x80"),
            "'utf-8' codec can't decode byte 0xc0 in position 0: invalid start "
            "byte");
  EXPECT_EQ(FaultOf("\xF4\x90\x80\x80"),
            "'utf-8' codec can't decode byte 0xf4 in position 0: invalid "
            "continuation byte");
}

TEST(NewlinesTest, AreUniversal) {
  EXPECT_EQ(UniversalNewlines("a\r\nb\rc\n\r\rd\r"), "a\nb\nc\n\n\nd\n");
}

TEST(CharactersTest, AreCountedNotBytes) {
  EXPECT_EQ(OffsetOfCharacter("a\xC3\xA9z", 2), 3);
  EXPECT_EQ(OffsetOfCharacter("a\xC3\xA9z", 3), 4);
  EXPECT_EQ(OffsetOfCharacter("abc", 0), 0);
}

TEST(ShlexTest, SplitsWithoutExpansion) {
  EXPECT_THAT(ShlexSplit("/bin/a  b\t'c d' \"e \\\" \\x\" f\\ g $HOME; |"),
              Optional(ElementsAre("/bin/a", "b", "c d", "e \" \\x", "f g",
                                   "$HOME;", "|")));
  EXPECT_THAT(ShlexSplit("a '' b''"), Optional(ElementsAre("a", "", "b")));
  EXPECT_THAT(ShlexSplit("# a"), Optional(ElementsAre("#", "a")));
  EXPECT_THAT(ShlexSplit(""), Optional(ElementsAre()));
  EXPECT_EQ(ShlexSplit("'a"), std::nullopt);
  EXPECT_EQ(ShlexSplit("\"a"), std::nullopt);
  EXPECT_EQ(ShlexSplit("a\\"), std::nullopt);
}

// As base64.b64decode() has it.
TEST(LenientBase64Test, SkipsWhatIsNotOfTheAlphabet) {
  EXPECT_EQ(LenientBase64("YQ=="), "a");
  EXPECT_EQ(LenientBase64("Y W-J_j\n"), "abc");
  EXPECT_EQ(LenientBase64("!!!!"), "");
  EXPECT_EQ(LenientBase64(""), "");
  EXPECT_EQ(LenientBase64("YQ==YQ=="), "a");
  EXPECT_EQ(LenientBase64("//79"), "\xFF\xFE\xFD");
  EXPECT_EQ(LenientBase64("YQ"), std::nullopt);
  EXPECT_EQ(LenientBase64("YQ="), std::nullopt);
  EXPECT_EQ(LenientBase64("9"), std::nullopt);
  EXPECT_EQ(LenientBase64("1="), std::nullopt);
  EXPECT_EQ(LenientBase64("\xC3\xA9"), std::nullopt);
}

}  // namespace
}  // namespace jail::eval
