// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/http_text.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace jail::eval {
namespace {

constexpr char kForm[] = "application/x-www-form-urlencoded";

TEST(MediaTypeTest, IsWithoutParameters) {
  EXPECT_EQ(MediaType(" Application/JSON ; charset=utf-8"), "application/json");
  EXPECT_EQ(MediaType(""), "");
  EXPECT_TRUE(IsJsonType("application/json"));
  EXPECT_TRUE(IsJsonType("application/problem+json"));
  EXPECT_FALSE(IsJsonType("text/x+json"));
  EXPECT_FALSE(IsJsonType("text/json"));
}

TEST(MediaTypeTest, JsonThatIsSentAsForm) {
  EXPECT_TRUE(IsJsonAsForm(kForm, " {\"input\": 1}"));
  EXPECT_FALSE(IsJsonAsForm(kForm, "input=print({})"));
  EXPECT_FALSE(IsJsonAsForm("text/plain", "{}"));
}

TEST(AcceptTest, XmlOnlyWhereItIsPreferred) {
  for (const char* accept :
       {"text/xml", "application/xml",
        "text/html,application/xml;q=0.9,*/*;q=0.8",
        "application/json;q=0.5, text/xml;q=0.6", "Text/XML;charset=x"}) {
    EXPECT_TRUE(PrefersXml(accept)) << accept;
  }
  for (const char* accept : {"", "*/*", "application/json", "text/xml;q=0",
                             "text/xml, application/json", "text/xml;q=x",
                             "application/*, text/xml"}) {
    EXPECT_FALSE(PrefersXml(accept)) << accept;
  }
}

TEST(PercentTest, DecodesEscapesAlone) {
  EXPECT_EQ(PercentDecoded("/ev%61l%2F%c3%A9"), "/eval/\xC3\xA9");
  EXPECT_EQ(PercentDecoded("%%41%4%zz%"), "%A%4%zz%");
  EXPECT_EQ(PercentDecoded("%00").size(), 1U);
  EXPECT_EQ(PercentEncoded("/a b\r\n%\xC3\xA9/.~"), "/a%20b%0D%0A%25%C3%A9/.~");
}

TEST(FormTest, FieldsAreDecoded) {
  const std::vector<std::pair<std::string, std::string>> fields = {
      {"input", "print(1 + 1)=2"}, {"a&", ""}, {"b", ""}};
  EXPECT_EQ(FormFields("input=print(1+%2B+1)=2&a%26=&&b"), fields);
  EXPECT_TRUE(FormFields("").empty());
}

}  // namespace
}  // namespace jail::eval
