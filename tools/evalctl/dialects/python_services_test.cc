// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// pybox and Python-Executor.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/eval.pb.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/fake_engine.h"
#include "tools/evalctl/dialects/json.h"
#include "tools/evalctl/dialects/pybox.h"
#include "tools/evalctl/dialects/python_executor.h"
#include "tools/evalctl/dialects/run_api.h"

namespace jail::eval {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class PythonServicesTest : public ::testing::Test {
 protected:
  std::string Pybox(const std::string& body, int status = 200) {
    const HttpReply reply =
        Whole(eval::Pybox().Answer(Post("/run", body), engine_, -1));
    EXPECT_EQ(reply.status, status) << reply.body;
    return reply.body;
  }
  std::string Execute(const std::string& body, int status = 200) {
    reply_ =
        Whole(PythonExecutor().Answer(Post("/execute", body), engine_, -1));
    EXPECT_EQ(reply_.status, status) << reply_.body;
    return reply_.body;
  }
  void Answers(const std::string& value) {
    engine_.response.set_value_json(value);
  }

  FakeEngine engine_;
  HttpReply reply_;
};

const char kRun[] = R"({"code": "result = 1"})";
const char kScript[] = R"({"script": "def main():\n return 1"})";

TEST_F(PythonServicesTest, PyboxGivesTheValueAsItWasWritten) {
  engine_.Exits(0, "printed");
  Answers(R"({"json": "[1.50, 123456789012345678901]"})");
  EXPECT_EQ(
      Pybox(R"({"code": "x", "input": {"a": 1}})"),
      R"({"status":"ok","result":[1.50, 123456789012345678901],"errmsg":null})");
  const Json input = Json::parse(engine_.requests.at(0).input_json());
  EXPECT_EQ(input.at("code"), "x");
  EXPECT_EQ(input.at("names").dump(), R"({"a":1})");
  EXPECT_EQ(engine_.requests[0].entry(), "evaluate");
  EXPECT_EQ(input.at("form"), "compact");
  EXPECT_EQ(engine_.requests[0].profile(), "pybox");
  Pybox(R"({"code": "x", "input": {"a": 123456789012345678901234567890}})");
  EXPECT_THAT(engine_.requests.at(1).input_json(),
              HasSubstr(R"("names":{"a":123456789012345678901234567890})"));
}

TEST_F(PythonServicesTest, PyboxTellsErrors) {
  CommandResult& result = engine_.Exits(0, "");
  result.mutable_stderr()->set_text("\nTraceback\nZeroDivisionError\n");
  Answers(R"({"raised": "ZeroDivisionError"})");
  EXPECT_EQ(Pybox(kRun),
            "{\"status\":\"error\",\"result\":null,\"errmsg\":\"Traceback\\n"
            "ZeroDivisionError\"}");
  result.clear_stderr();
  Answers(R"({"exit": 0})");
  EXPECT_EQ(Pybox(kRun), R"({"status":"ok","result":null,"errmsg":null})");
  Answers(R"({"exit": 3})");
  EXPECT_EQ(Pybox(kRun), R"({"status":"error","result":null,"errmsg":null})");
  engine_.response.clear_value_json();
  result.set_outcome(report::MEMORY);
  EXPECT_EQ(Pybox(kRun), R"({"status":"error","result":null,"errmsg":null})");
  result.set_outcome(report::WALL_TIME);
  EXPECT_EQ(Pybox(kRun, 504), R"({"detail":"Execution timed out"})");
}

// Whatever stands in the channel, the answer stays JSON.
TEST_F(PythonServicesTest, AForgedChannelIsNoAnswer) {
  engine_.Exits(0, "");
  for (const char* value :
       {"[1]", "{", R"({"json": 5})", R"({"json": "1, \"status\": 2"})",
        R"({"exit": "x", "raised": 1})"}) {
    Answers(value);
    EXPECT_TRUE(Json::accept(Pybox(kRun))) << value;
  }
}

TEST_F(PythonServicesTest, PyboxKnowsItsBodies) {
  const auto takes = [](const std::string& body) {
    return eval::Pybox().Takes(Post("/run", body));
  };
  EXPECT_TRUE(takes(R"({"code": "", "input": {}})"));
  EXPECT_TRUE(takes(R"({"code": ""})"));
  EXPECT_FALSE(takes(R"({"code": "", "image": "python"})"));
  EXPECT_FALSE(takes(R"({"code": "", "timeout": 1})"));
  EXPECT_FALSE(takes("{"));
  EXPECT_EQ(Json::parse(Pybox("{}", 422)).at("detail").at(0).at("type"),
            "missing");
  EXPECT_EQ(Json::parse(Pybox(R"({"code": 1, "input": []})", 422))
                .at("detail")
                .size(),
            2);
}

TEST_F(PythonServicesTest, TheRunnersProtocol) {
  engine_.Exits(0, "");
  Answers(R"({"json": "7"})");
  auto reply = RunApi({.api = "pybox-runner", .body = kRun}, engine_);
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->body, R"({"result": 7})");
  EXPECT_EQ(ApiExitStatus(*reply), 0);
  reply = RunApi({.api = "pybox-runner", .body = "{"}, engine_);
  EXPECT_EQ(reply->body,
            "Invalid JSON input: Expecting property name enclosed in double "
            "quotes: line 1 column 2 (char 1)");
  EXPECT_EQ(ApiExitStatus(*reply), 2);
}

TEST_F(PythonServicesTest, ExecutorGivesValueAndPrints) {
  engine_.Exits(0, " \nh\xC3\xA9\n\n");
  Answers(R"({"json": "{\"a\": 1}"})");
  EXPECT_EQ(Execute(kScript),
            "{\"result\":{\"a\": 1},\"stdout\":\"h\\u00e9\"}\n");
  EXPECT_EQ(Json::parse(engine_.requests.at(0).input_json()).at("function"),
            "main");
}

TEST_F(PythonServicesTest, ExecutorTakesWhatFlaskTakesForJson) {
  engine_.Exits(0, "");
  Answers(R"({"json": "1"})");
  HttpRequest request = Post("/execute", kScript);
  const auto status = [&](const char* type) {
    request.content_type = type;
    return PythonExecutor().Answer(request, engine_, -1).status;
  };
  EXPECT_EQ(status("application/problem+json"), 200);
  EXPECT_EQ(status("application/x-www-form-urlencoded"), 200);  // it is JSON
  EXPECT_EQ(status(""), 415);
  EXPECT_EQ(status("text/plain"), 415);
  request.method = "OPTIONS";
  EXPECT_EQ(status(""), 200);
}

TEST_F(PythonServicesTest, ExecutorHasFourErrors) {
  CommandResult& result = engine_.Exits(0, "");
  Answers(R"({"raised": "ZeroDivisionError: division by zero"})");
  EXPECT_EQ(Execute(kScript, 400),
            "{\"error\":\"main() must return a JSON-serializable object\"}\n");
  EXPECT_THAT(reply_.headers,
              Contains(Pair("X-Evalctl-Reason",
                            "ZeroDivisionError: division by zero")));
  result.mutable_stdout()->set_text("\xFF");
  EXPECT_EQ(Execute(kScript, 400),
            "{\"error\":\"Execution error: 'utf-8' codec can't decode byte "
            "0xff in position 0: invalid start byte\"}\n");
  result.set_outcome(report::WALL_TIME);
  EXPECT_EQ(Execute(kScript, 400),
            "{\"error\":\"Script execution timed out (15s)\"}\n");
  EXPECT_EQ(Execute(R"({"script": "x"})", 400),
            "{\"error\":\"Script must contain a 'def main():' function\"}\n");
}

TEST_F(PythonServicesTest, ExecutorRefusesBodies) {
  EXPECT_EQ(Execute("{}", 400), "{\"error\":\"No JSON data provided\"}\n");
  EXPECT_EQ(Execute("0", 400), "{\"error\":\"No JSON data provided\"}\n");
  EXPECT_EQ(Execute("[1]", 400), "{\"error\":\"Missing 'script' field\"}\n");
  EXPECT_EQ(Execute(R"({"script": 1})", 400),
            "{\"error\":\"Script must be a string\"}\n");
  const std::string long_script(50'001, '#');
  EXPECT_EQ(Execute(Json({{"script", long_script}}).dump(), 400),
            "{\"error\":\"Script too large (max 50KB)\"}\n");
  Execute("{", 400);
  EXPECT_THAT(engine_.requests, IsEmpty());
  HttpRequest request = Post("/execute", kScript);
  request.content_type = "text/plain";
  EXPECT_EQ(PythonExecutor().Answer(request, engine_, -1).status, 415);
}

}  // namespace
}  // namespace jail::eval
