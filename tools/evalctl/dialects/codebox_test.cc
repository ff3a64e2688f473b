// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/codebox.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/eval.pb.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/fake_engine.h"
#include "tools/evalctl/dialects/json.h"

namespace jail::eval {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CodeboxTest : public ::testing::Test {
 protected:
  CodeboxTest() {
    engine_.AddProfile("codebox").mutable_max_limits()->set_wall_time_ms(
        60'000);
  }

  Json Send(const std::string& body, int status = 200,
            const std::string& path = "/execute") {
    const HttpReply reply =
        Whole(Codebox().Answer(Post(path, body), engine_, -1));
    EXPECT_EQ(reply.status, status) << reply.body;
    return Json::parse(reply.body);
  }
  // "type at place: message" of the first fault of a 422.
  std::string Fault(const std::string& body) {
    const Json fault = Send(body, 422).at("detail").at(0);
    EXPECT_THAT(engine_.requests, IsEmpty());
    return fault.at("type").get<std::string>() + " " + fault.at("loc").dump() +
           " " + fault.at("msg").get<std::string>();
  }

  FakeEngine engine_;
};

TEST_F(CodeboxTest, RunsCommandsAmongSources) {
  engine_.Exits(0, "1\r\n").mutable_stderr()->set_text("e\r");
  engine_.Exits(3, "");
  const Json answer = Send(R"({"sources": {"/a/main.py": "x"}, "commands": [
      {"command": "/bin/a 'b c'", "stdin": "in", "timeout": "1.5"},
      {"command": "./b", "timeout": null}], "more": 1})");
  ASSERT_THAT(answer, SizeIs(2));
  EXPECT_EQ(answer[0].at("stdout"), "1\n");
  EXPECT_EQ(answer[0].at("stderr"), "e\n");
  EXPECT_EQ(answer[0].at("exit_code"), 0);
  EXPECT_TRUE(answer[0].at("elapsed_time").is_number_float());
  EXPECT_EQ(answer[1].at("exit_code"), 3);
  const Request& request = engine_.requests.at(0);
  EXPECT_EQ(request.files(0).path(), "a/main.py");
  EXPECT_THAT(request.commands(0).argv(), ElementsAre("/bin/a", "b c"));
  EXPECT_EQ(request.commands(0).stdin_text(), "in");
  EXPECT_EQ(request.commands(0).limits().wall_time_ms(), 1500);
  EXPECT_EQ(request.commands(1).limits().wall_time_ms(), 60'000);
  EXPECT_FALSE(request.commands(1).stop_on_failure());
}

TEST_F(CodeboxTest, SaysHowTimeRanOut) {
  CommandResult& result = engine_.Exits(0, "part");
  result.set_outcome(report::WALL_TIME);
  const std::string body = R"({"sources": {}, "commands": [{"command": "a"}]})";
  Json entry = Send(body)[0];
  EXPECT_EQ(entry.at("stdout"), "part");
  EXPECT_EQ(entry.at("stderr"), "Timeout Error. Exceeded 0.2s");
  EXPECT_EQ(entry.at("exit_code"), -1);
  EXPECT_EQ(engine_.requests[0].commands(0).limits().wall_time_ms(), 200);
  EXPECT_EQ(Send(R"({"sources": {}, "commands":
                   [{"command": "a", "timeout": 1}]})")[0]
                .at("stderr"),
            "Timeout Error. Exceeded 1.0s");
  result.mutable_stderr()->set_text("warning\n");
  EXPECT_EQ(Send(body)[0].at("stderr"), "warning\n");
  result.mutable_stdout()->set_base64("ab\xFF");
  result.mutable_stdout()->clear_text();
  entry = Send(body)[0];
  EXPECT_EQ(entry.at("stderr"),
            "'utf-8' codec can't decode byte 0xff in position 2: invalid "
            "start byte");
  EXPECT_EQ(entry.at("stdout"), "");
}

TEST_F(CodeboxTest, RunsNothingWhenASourceIsBad) {
  const Json answer = Send(R"({"sources": {"../x": "", "ok": "", "a/": "",
      "ok/b": "", "n\u0000": "", "": ""}, "commands": [{"command": "a"}]})");
  EXPECT_THAT(engine_.requests, IsEmpty());
  std::vector<std::string> messages;
  for (const Json& entry : answer) {
    EXPECT_EQ(entry.at("exit_code"), -1);
    EXPECT_EQ(entry.at("stdout"), "");
    messages.push_back(entry.at("stderr"));
  }
  EXPECT_THAT(messages, ElementsAre("Invalid file path: /x",
                                    "[Errno 17] File exists: '/sandbox/ok'",
                                    "embedded null byte",
                                    "[Errno 21] Is a directory: '/sandbox'"));
}

TEST_F(CodeboxTest, AnswersForCommandsThatCannotRun) {
  engine_.Exits(0, "ran");
  const Json answer = Send(R"({"sources": {}, "commands":
      [{"command": ""}, {"command": "a\u0000"}, {"command": "b"}]})");
  EXPECT_EQ(answer[0].at("exit_code"), 255);
  EXPECT_EQ(answer[1].at("stderr"), "embedded null byte");
  EXPECT_EQ(answer[2].at("stdout"), "ran");
  EXPECT_THAT(engine_.requests.at(0).commands(), SizeIs(1));
  engine_.response.mutable_commands(0)->set_exec_errno("ENOENT");
  EXPECT_EQ(Send(R"({"sources": {}, "commands": [{"command": "b"}]})")[0].at(
                "exit_code"),
            255);
}

TEST_F(CodeboxTest, NamesTheFaultsOfABody) {
  EXPECT_EQ(Fault("{}"), R"(missing ["body","sources"] Field required)");
  EXPECT_EQ(Fault(R"({"sources": {"a": 1}, "commands": []})"),
            "string_type [\"body\",\"sources\",\"a\"] Input should be a valid "
            "string");
  EXPECT_EQ(Fault(R"({"sources": [], "commands": []})"),
            "dict_type [\"body\",\"sources\"] Input should be a valid "
            "dictionary");
  EXPECT_EQ(Fault(R"({"sources": {}, "commands": 1})"),
            "list_type [\"body\",\"commands\"] Input should be a valid list");
  EXPECT_THAT(Fault(R"({"sources": {}, "commands": [1]})"),
              HasSubstr(R"(model_type ["body","commands",0])"));
  EXPECT_EQ(Fault(R"({"sources": {}, "commands":
                    [{"command": "a", "timeout": "x"}]})"),
            "float_parsing [\"body\",\"commands\",0,\"timeout\"] Input should "
            "be a valid number, unable to parse string as a number");
  EXPECT_THAT(Fault(R"({"sources": {}, "commands": [{"command": "'"}]})"),
              HasSubstr("No closing quotation"));
  EXPECT_EQ(Fault("{"), "json_invalid [\"body\",1] JSON decode error");
  EXPECT_EQ(Fault(""), R"(missing ["body"] Field required)");
  EXPECT_EQ(Fault(R"({"sources": {"a": "\ud800"}, "commands": []})"),
            "json_invalid [\"body\",0] JSON decode error");
}

TEST_F(CodeboxTest, InsecureIsJailedToo) {
  CommandResult& result = engine_.Exits(0, "");
  result.set_outcome(report::SIGNALED);
  result.set_exit_status(137);
  const std::string body =
      R"({"sources": {}, "commands": [{"command": "python x"}]})";
  EXPECT_EQ(Send(body, 200, "/execute_insecure")[0].at("exit_code"), -9);
  EXPECT_THAT(engine_.requests.at(0).commands(0).argv(),
              ElementsAre("/usr/bin/env", "--", "python", "x"));
  EXPECT_EQ(engine_.requests[0].profile(), "codebox");
  result.set_outcome(report::EXITED);
  result.set_exit_code(127);
  result.mutable_stderr()->set_text("/usr/bin/env: 'python': No such file\n");
  EXPECT_EQ(Send(body, 200, "/execute_insecure")[0].at("stderr"),
            "[Errno 2] No such file or directory: 'python'");
}

TEST_F(CodeboxTest, ListsTheLanguagesThatAreThere) {
  engine_.Exits(0, "Python 3.11.2\n");
  engine_.Exits(0, "").set_exec_errno("ENOENT");
  engine_.Exits(0, "3.40.1 2022-12-28 14:03:47 df5c\n");
  engine_.Exits(0, "GNU bash, version 5.2.15(1)-release (x86_64)\n");
  HttpRequest request;
  request.method = "GET";
  request.path = "/languages";
  const HttpReply reply = Codebox().Answer(request, engine_, -1);
  EXPECT_EQ(reply.body,
            R"({"python":"3.11.2","sqlite3":"3.40.1","bash":"5.2.15"})");
  EXPECT_THAT(reply.headers,
              ::testing::Contains(::testing::Pair("X-Request-ID", SizeIs(11))));
}

TEST_F(CodeboxTest, AnswersOtherMethodsAndPaths) {
  HttpRequest request = Post("/execute", "");
  request.method = "GET";
  EXPECT_EQ(Codebox().Answer(request, engine_, -1).body,
            R"({"detail":"Method Not Allowed"})");
  EXPECT_EQ(Codebox().Answer(Post("/x", ""), engine_, -1).body,
            R"({"detail":"Not Found"})");
  EXPECT_TRUE(Codebox().Takes(Post("/execute", R"({"commands": []})")));
  EXPECT_FALSE(Codebox().Takes(Post("/execute", R"({"x": {"commands": []}})")));
  EXPECT_FALSE(Codebox().Takes(Post("/execute", R"({"script": ""})")));
}

TEST_F(CodeboxTest, SourcesAreWrittenInTheirOrder) {
  const auto errors = [&](const char* sources) {
    std::string all;
    for (const Json& entry :
         Send(absl::StrCat(R"({"commands": [], "sources": )", sources, "}"))) {
      absl::StrAppend(&all, entry.at("stderr").get<std::string>(), "\n");
    }
    return all;
  };
  EXPECT_EQ(errors(R"({"b/c": "", "b": "", "../z": "", "../a": ""})"),
            "[Errno 21] Is a directory: '/sandbox/b'\n"
            "Invalid file path: /z\nInvalid file path: /a\n");
  EXPECT_EQ(errors(R"({"b": "", "b/c": ""})"),
            "[Errno 17] File exists: '/sandbox/b'\n");
  engine_.Exits(0, "");
  Send(R"({"commands": [{"command": "x"}],
           "sources": {"a": "1", "b": "2", "/a": "3"}})");
  ASSERT_EQ(engine_.requests.at(0).files_size(), 2);
  EXPECT_EQ(engine_.requests[0].files(0).text(), "3");
}

TEST_F(CodeboxTest, APathHas64Components) {
  const auto stderr_of = [&](int components) {
    std::string path = "a";
    for (int i = 1; i < components; ++i) path += "/a";
    return Send(Json({{"sources", {{path, ""}}},
                      {"commands", {{{"command", ""}}}}})
                    .dump())
        .at(0)
        .at("stderr")
        .get<std::string>();
  };
  EXPECT_EQ(stderr_of(64), "");
  EXPECT_THAT(stderr_of(65), ::testing::HasSubstr("File name too long"));
}

// As Starlette sends those who come with a slash too many.
TEST_F(CodeboxTest, SlashesAtTheEndLeadToThePath) {
  HttpRequest request = Post("/execute//", "{}");
  request.prefix = "/codebox";
  request.query = "a=1";
  const HttpReply reply = Codebox().Answer(request, engine_, -1);
  EXPECT_EQ(reply.status, 307);
  EXPECT_EQ(reply.body, "");
  EXPECT_THAT(reply.headers,
              ElementsAre(::testing::Pair("Location", "/codebox/execute?a=1")));
  EXPECT_TRUE(Codebox().Redirects("/languages/"));
  for (const char* path : {"/execute", "/", "//", "/x/", "/execute/x"}) {
    EXPECT_FALSE(Codebox().Redirects(path)) << path;
  }
}

TEST_F(CodeboxTest, TakesJsonThatIsSentAsAForm) {
  HttpRequest request = Post("/execute", R"({"sources": {}, "commands": []})");
  request.content_type = "application/x-www-form-urlencoded";
  EXPECT_EQ(Codebox().Answer(request, engine_, -1).status, 200);
  request.body = "sources=1";
  EXPECT_EQ(Codebox().Answer(request, engine_, -1).status, 422);
}

TEST_F(CodeboxTest, NotEveryFaultIsTold) {
  Json body = {{"sources", Json::object()}, {"commands", Json::array()}};
  for (size_t i = 0; i < 2 * kMaxBodyFaults; ++i) {
    body["sources"][std::to_string(i)] = i;
  }
  EXPECT_THAT(Send(body.dump(), 422).at("detail"), SizeIs(kMaxBodyFaults));
}

}  // namespace
}  // namespace jail::eval
