// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/strict_json.h"

#include <gtest/gtest.h>

#include <string>

#include "tools/evalctl/request_json.h"

namespace jail::eval {
namespace {

Request Parsed(const std::string& json) {
  Request request;
  Error error;
  EXPECT_TRUE(ParseRequest(json, request, error))
      << error.place() << ": " << error.message();
  return request;
}

// "place: message"
std::string Fault(const std::string& json) {
  Request request;
  Error error;
  EXPECT_FALSE(ParseRequest(json, request, error)) << json;
  EXPECT_EQ(error.kind(), Error::BAD_REQUEST);
  return error.place() + ": " + error.message();
}

TEST(StrictJson, EveryKindOfField) {
  const Request request = Parsed(R"({
    "id": "x", "code": "c", "args": ["a", "b"], "stdin": "aGk=",
    "files": [{"path": "p", "base64": "AP8="}, {"mode": 420}],
    "commands": [{"argv": ["x"], "limits": {"pids": 18446744073709551615}}],
    "merge_output": true, "environment": {"A": "b", "C": ""},
    "limits": null, "entry": null})");
  EXPECT_EQ(request.args(1), "b");
  EXPECT_EQ(request.stdin(), "hi");
  EXPECT_EQ(request.files(0).base64(), std::string("\0\xFF", 2));
  EXPECT_EQ(request.files(1).mode(), 420u);
  EXPECT_EQ(request.commands(0).limits().pids(), UINT64_MAX);
  EXPECT_TRUE(request.merge_output());
  EXPECT_EQ(request.environment().at("A"), "b");
  EXPECT_FALSE(request.has_limits());
  EXPECT_FALSE(request.has_entry());
}

TEST(StrictJson, JsonIsKeptDigitByDigit) {
  EXPECT_EQ(Parsed(R"({"input": [1.10, 12345678901234567890123, {"a": []},
                       "\u00e9\n", null, true, -5, {}]})")
                .input_json(),
            "[1.10,12345678901234567890123,{\"a\":[]},\"\xC3\xA9\\n\","
            "null,true,-5,{}]");
  EXPECT_EQ(Parsed(R"({"metadata": 7})").metadata_json(), "7");
  EXPECT_EQ(Parsed(R"({"input": null})").input_json(), "null");
}

TEST(StrictJson, FaultsHaveTheirPlace) {
  EXPECT_EQ(Fault(R"({"x/y~z": 1})"), "/x~1y~0z: is no field of it");
  EXPECT_EQ(Fault(R"({"files": [{}, {"path": 1}]})"),
            "/files/1/path: takes a string, not a number");
  EXPECT_EQ(Fault(R"({"args": "a"})"), "/args: takes an array, not a string");
  EXPECT_EQ(Fault(R"({"args": [["a"]]})"),
            "/args/0: takes a string, not an array");
  EXPECT_EQ(Fault(R"({"files": {}})"), "/files: takes an array, not an object");
  EXPECT_EQ(Fault(R"({"args": {}})"), "/args: takes an array, not an object");
  EXPECT_EQ(Fault(R"({"args": [{}]})"),
            "/args/0: takes a string, not an object");
  EXPECT_EQ(Fault(R"({"environment": {"A": {"B": "x"}}})"),
            "/environment/A: takes a string, not an object");
  EXPECT_EQ(Fault(R"({"environment": {"A": 1}})"),
            "/environment/A: takes a string, not a number");
  EXPECT_EQ(Fault(R"({"environment": []})"),
            "/environment: takes an object, not an array");
  EXPECT_EQ(Fault(R"({"limits": 1})"),
            "/limits: takes an object, not a number");
  EXPECT_EQ(Fault(R"({"limits": {"pids": "1"}})"),
            "/limits/pids: takes a whole number, not a string");
  EXPECT_EQ(Fault("3"), ": is not an object");
  EXPECT_EQ(Fault("null"), ": is not an object");
}

TEST(StrictJson, Base64HasOneForm) {
  std::string out;
  EXPECT_TRUE(DecodeBase64("", out));
  EXPECT_TRUE(DecodeBase64("YQ==", out));
  EXPECT_EQ(out, "a");
  for (const char* bad :
       {"YQ", "YQ=", "YR==", "Y Q=", "YQ==YQ==", "-_==", "====", "YQ==\n"}) {
    EXPECT_FALSE(DecodeBase64(bad, out)) << bad;
  }
}

TEST(ResponseJson, LeavesOutWhatIsNotSet) {
  Response response;
  response.set_id("7");
  response.set_metadata_json("[1.0]");
  EXPECT_EQ(ResponseJson(response).TakeAll(),
            R"({"id":"7","commands":[],"files":[],"files_complete":false,)"
            R"("metadata":[1.0]})");
  response.mutable_error()->set_kind(Error::OVERLOADED);
  EXPECT_EQ(ResponseJson(response).TakeAll(),
            R"({"id":"7","error":{"kind":"OVERLOADED"},"metadata":[1.0]})");
}

}  // namespace
}  // namespace jail::eval
