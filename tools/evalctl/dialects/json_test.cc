// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/json.h"

#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace jail::eval {
namespace {

std::string FaultOf(const std::string& text) {
  JsonFault fault;
  return ParseJson(text, fault) ? "" : fault.message;
}

std::string Repr(const std::string& text) {
  JsonFault fault;
  return PythonRepr(ParseJson(text, fault).value());
}

// As Python 3.13's json says it.
TEST(JsonTest, FaultsArePythons) {
  EXPECT_EQ(FaultOf("{"),
            "Expecting property name enclosed in double quotes: line 1 column "
            "2 (char 1)");
  EXPECT_EQ(FaultOf("{\"a\" 1}"),
            "Expecting ':' delimiter: line 1 column 6 (char 5)");
  EXPECT_EQ(FaultOf("{\"a\": }"), "Expecting value: line 1 column 7 (char 6)");
  EXPECT_EQ(FaultOf("[1 2]"),
            "Expecting ',' delimiter: line 1 column 4 (char 3)");
  EXPECT_EQ(FaultOf("[1,\n 2,]"),
            "Illegal trailing comma before end of array: line 2 column 3 "
            "(char 6)");
  EXPECT_EQ(FaultOf("\"\xC3\xA9"),
            "Unterminated string starting at: line 1 column 1 (char 0)");
  EXPECT_EQ(FaultOf("[\"\xC3\xA9\\x\"]"),
            "Invalid \\escape: line 1 column 4 (char 3)");
  EXPECT_EQ(FaultOf("[\"\n\"]"),
            "Invalid control character at: line 1 column 3 (char 2)");
  EXPECT_EQ(FaultOf("1 1"), "Extra data: line 1 column 3 (char 2)");
  EXPECT_EQ(FaultOf("01"), "Extra data: line 1 column 2 (char 1)");
  EXPECT_EQ(FaultOf("nul"), "Expecting value: line 1 column 1 (char 0)");
  EXPECT_EQ(FaultOf(" "), "Expecting value: line 1 column 2 (char 1)");
  EXPECT_EQ(FaultOf("[\"\xFF\"]"),
            "'utf-8' codec can't decode byte 0xff in position 2: invalid start "
            "byte");
  EXPECT_EQ(FaultOf("[NaN]"),
            "NaN and Infinity are not JSON: line 1 column 2 (char 1)");
  EXPECT_EQ(FaultOf("[1e400]"),
            "A number is out of range: line 1 column 1 (char 0)");
}

TEST(JsonTest, DepthIsLimited) {
  EXPECT_EQ(FaultOf(std::string(kMaxJsonDepth, '[') +
                    std::string(kMaxJsonDepth, ']')),
            "");
  EXPECT_EQ(FaultOf(std::string(100'000, '[')),
            "nested deeper than 100 levels");
  EXPECT_EQ(FaultOf("[\"" + std::string(1000, '[') + "\"]"), "");
}

TEST(JsonTest, LastOfEqualKeysWins) {
  JsonFault fault;
  EXPECT_EQ(ParseJson(R"({"a": 1, "b": 2, "a": 3})", fault)->dump(),
            R"({"a":3,"b":2})");
  EXPECT_EQ(
      DumpCompact(*ParseJson(R"({"a": [1], "b": {}, "a": {"c": []}})", fault)),
      R"({"a":{"c":[]},"b":{}})");
}

TEST(JsonTest, BigIntegersKeepTheirDigits) {
  const std::string big = "123456789012345678901234567890";
  JsonFault fault;
  const Json value = *ParseJson(
      absl::StrCat(R"({"a":[)", big, ",-", big, R"(,18446744073709551616]})"),
      fault);
  EXPECT_EQ(BigInteger(value["a"][1]), absl::StrCat("-", big));
  EXPECT_EQ(DumpCompact(value), absl::StrCat(R"({"a":[)", big, ",-", big,
                                             R"(,18446744073709551616]})"));
  EXPECT_EQ(PythonRepr(value["a"][0]), big);
  for (const char* text : {"1", "-1", "1e30", "1.5", "18446744073709551615",
                           "-9223372036854775808", "\"x\"", "null"}) {
    EXPECT_EQ(BigInteger(*ParseJson(text, fault)), std::nullopt) << text;
  }
}

TEST(JsonTest, ValuesAreCounted) {
  const auto list = [](size_t values) {
    std::string text = "[0";
    for (size_t i = 2; i < values; ++i) text += ",0";
    return text + "]";
  };
  EXPECT_EQ(FaultOf(list(kMaxJsonValues)), "");
  EXPECT_EQ(FaultOf(list(kMaxJsonValues + 1)), "more than 1000000 values");
}

// Each member is looked up once, however many there are: with the library's
// own look through all of them this takes minutes.
TEST(JsonTest, ObjectsOfManyMembers) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ",", "\"", i, "\":", i);
  }
  text += "}";
  JsonFault fault;
  const Json value = ParseJson(text, fault).value();
  EXPECT_EQ(value.size(), 200'000U);
  EXPECT_EQ(DumpCompact(value), text);
}

TEST(JsonTest, NamesOfMembers) {
  EXPECT_EQ(
      MemberNames(R"({"a": {"b": 1}, "c": [{"d": 1}], "\u0065": "\ud800"})"),
      (std::set<std::string>{"a", "c", "e"}));
  for (const char* text :
       {"", "{", "[]", R"([{"a": 1}])", "5", R"({"a": 1,})"}) {
    EXPECT_TRUE(MemberNames(text).empty()) << text;
  }
}

TEST(JsonTest, LoneSurrogatesBecomeNul) {
  JsonFault fault;
  EXPECT_EQ(ParseJson(R"(["\ud800x"])", fault)->at(0), std::string("\0x", 2));
  EXPECT_EQ(ParseJson(R"(["\udc00\ud83d\ude00"])", fault)->at(0),
            std::string("\0\xF0\x9F\x98\x80", 5));
  EXPECT_EQ(ParseJson(R"(["\\ud800"])", fault)->at(0), "\\ud800");
}

TEST(JsonTest, FindsLoneSurrogates) {
  EXPECT_TRUE(HasLoneSurrogate(R"(["\ud800"])"));
  EXPECT_TRUE(HasLoneSurrogate(R"(["\uDC00"])"));
  EXPECT_FALSE(HasLoneSurrogate(R"(["\ud83d\ude00"])"));
  EXPECT_FALSE(HasLoneSurrogate(R"(["\\ud800"])"));
}

TEST(JsonTest, ReprIsPythons) {
  EXPECT_EQ(Repr(R"({"stuff": "foo", "n": [1, 1.0, true, null]})"),
            "{'stuff': 'foo', 'n': [1, 1.0, True, None]}");
  EXPECT_EQ(Repr(R"("it's")"), "\"it's\"");
  EXPECT_EQ(Repr(R"("it's \"\n\\ \u0000")"), R"('it\'s "\n\\ \x00')");
  EXPECT_EQ(Repr("0.2"), "0.2");
  EXPECT_EQ(Repr("1e16"), "1e+16");
  EXPECT_EQ(Repr("1e15"), "1000000000000000.0");
  EXPECT_EQ(Repr("0.00001"), "1e-05");
  EXPECT_EQ(Repr("-0.0"), "-0.0");
}

TEST(JsonTest, DumpsWithPythonsSeparators) {
  JsonFault fault;
  const Json value = *ParseJson(R"({"a":[1,"\u00e9\n"],"b":{}})", fault);
  EXPECT_EQ(DumpSpaced(value), "{\"a\": [1, \"\xC3\xA9\\n\"], \"b\": {}}");
  EXPECT_EQ(DumpCompact(value), "{\"a\":[1,\"\xC3\xA9\\n\"],\"b\":{}}");
}

}  // namespace
}  // namespace jail::eval
