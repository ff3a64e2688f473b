// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/snekbox.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/eval.pb.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/fake_engine.h"
#include "tools/evalctl/dialects/json.h"
#include "tools/evalctl/dialects/run_api.h"

namespace jail::eval {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SnekboxTest : public ::testing::Test {
 protected:
  SnekboxTest() {
    Profile& profile = engine_.AddProfile("snekbox");
    profile.add_executables("/snekbin/python/default/bin/python");
    profile.add_executables("/snekbin/python/3.11/bin/python");
    profile.mutable_collect()->set_max_bytes(1 << 20);
  }

  HttpReply Send(const std::string& body) {
    return Whole(Snekbox().Answer(Post("/eval", body), engine_, -1));
  }
  // Title and description of an answer that says 400.
  std::string Refusal(const std::string& body) {
    const HttpReply reply = Send(body);
    EXPECT_EQ(reply.status, 400) << body << reply.body;
    EXPECT_THAT(engine_.requests, IsEmpty());
    const Json json = Json::parse(reply.body);
    return absl::StrCat(json.value("title", ""),
                        json.contains("description") ? " | " : "",
                        json.value("description", ""));
  }
  // `stdout` of an answer without a return code.
  std::string NoResult(const std::string& body) {
    const HttpReply reply = Send(body);
    EXPECT_EQ(reply.status, 200);
    const Json json = Json::parse(reply.body);
    EXPECT_TRUE(json.at("returncode").is_null()) << reply.body;
    EXPECT_TRUE(json.at("files").empty());
    return json.at("stdout");
  }
  const Command& Ran() { return engine_.requests.at(0).commands(0); }

  FakeEngine engine_;
};

TEST_F(SnekboxTest, AnswersAsItsJsonLibraryWrites) {
  engine_.Exits(0, "\xC3\xA9\n");
  const HttpReply reply = Send(R"x({"input": "print('é')"})x");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content_type, "application/json");
  EXPECT_EQ(reply.body,
            "{\"stdout\": \"\xC3\xA9\\n\", \"returncode\": 0, \"files\": []}");
  EXPECT_THAT(Ran().argv(), ElementsAre("/snekbin/python/default/bin/python",
                                        "-c", "print('\xC3\xA9')"));
  EXPECT_TRUE(engine_.requests[0].merge_output());
}

TEST_F(SnekboxTest, AssemblesArguments) {
  engine_.Exits(0, "");
  for (const char* body :
       {R"({"args": ["", "", "-m", "timeit"]})",
        R"({"input": "x", "args": [""]})", R"({"args": []})",
        R"({"input": "x", "args": ["-c", ""]})", R"({"input": ""})"}) {
    EXPECT_EQ(Send(body).status, 200);
  }
  const auto args = [&](int i) {
    std::string out;
    const auto& argv = engine_.requests[i].commands(0).argv();
    for (int a = 1; a < argv.size(); ++a) absl::StrAppend(&out, argv[a], ",");
    return out;
  };
  EXPECT_EQ(args(0), "-m,timeit,");
  EXPECT_EQ(args(1), "x,");
  EXPECT_EQ(args(2), "");
  EXPECT_EQ(args(3), "-c,,x,");
  EXPECT_EQ(args(4), "-c,,");
}

TEST_F(SnekboxTest, RefusesWhatIsNotOfTheSchema) {
  const std::string title = "Request data failed validation | ";
  EXPECT_EQ(Refusal("{}"),
            title + "{} is not valid under any of the given schemas");
  EXPECT_EQ(
      Refusal(R"({"stuff": "foo"})"),
      title + "{'stuff': 'foo'} is not valid under any of the given schemas");
  EXPECT_EQ(Refusal(R"({"args": 400})"), title + "400 is not of type 'array'");
  EXPECT_EQ(Refusal(R"({"args": [], "files": [215]})"),
            title + "215 is not of type 'object'");
  EXPECT_EQ(Refusal(R"({"args": [1]})"), title + "1 is not of type 'string'");
  EXPECT_EQ(Refusal(R"({"input": 5})"), title + "5 is not of type 'string'");
  EXPECT_EQ(Refusal(R"({"input": null})"),
            title + "None is not of type 'string'");
  EXPECT_EQ(Refusal("[1]"), title + "[1] is not of type 'object'");
  EXPECT_EQ(Refusal("\"x\""), title + "'x' is not of type 'object'");
  EXPECT_EQ(Refusal(R"({"args": [], "files": [{}]})"),
            title + "'path' is a required property");
  const std::string pattern = R"( does not match '^(?!/)(?!.*\\\\0).*$')";
  EXPECT_EQ(Refusal(R"({"args": [], "files": [{"path": "/a"}]})"),
            title + "'/a'" + pattern);
  EXPECT_EQ(Refusal(R"({"args": [], "files": [{"path": "a\\0"}]})"),
            title + R"('a\\0')" + pattern);
  EXPECT_EQ(Refusal(R"({"args": [], "files": [{"path": "a\nb"}]})"),
            title + R"('a\nb')" + pattern);
}

TEST_F(SnekboxTest, RefusesWhatIsNotJson) {
  EXPECT_EQ(Refusal("{"),
            "Invalid JSON | Could not parse JSON body - Expecting property "
            "name enclosed in double quotes: line 1 column 2 (char 1)");
  EXPECT_EQ(Refusal(""), "Invalid JSON | Could not parse an empty JSON body");
  EXPECT_EQ(Refusal("null"),
            "Invalid JSON | Could not parse an empty JSON body");
  EXPECT_THAT(Refusal("\"\xFF\""),
              HasSubstr("Could not parse JSON body - 'utf-8' codec can't "
                        "decode byte 0xff"));
}

TEST_F(SnekboxTest, RefusesFiles) {
  const auto path = [&](const std::string& text) {
    return Refusal(
        absl::StrCat(R"({"args": [], "files": [{"path": ")", text, R"("}]})"));
  };
  const std::string title = "Request file is invalid | ";
  EXPECT_EQ(path("../secrets"),
            title + "File path '../secrets' may not traverse beyond root");
  EXPECT_EQ(
      path("dir/../../secrets"),
      title + "File path 'dir/../../secrets' may not traverse beyond root");
  EXPECT_EQ(path(".."), title + "File path '..' may not traverse beyond root");
  EXPECT_THAT(path("a\\u0000"), HasSubstr("may not traverse beyond root"));
  EXPECT_EQ(
      Refusal(R"({"args": [], "files": [{"path": "a", "content": "YQ"}]})"),
      title + "Invalid base64 encoding for file 'a'");
}

TEST_F(SnekboxTest, KnowsInterpretersByNameAlone) {
  const auto refusal = [&](const std::string& path) {
    return Refusal(
        absl::StrCat(R"({"input": "", "executable_path": ")", path, "\"}"));
  };
  EXPECT_EQ(refusal("/abc/def"), "executable_path does not exist");
  EXPECT_EQ(refusal("/usr/bin/python3"), "executable_path does not exist");
  EXPECT_EQ(refusal("/snekbin"), "executable_path is not a file");
  EXPECT_EQ(refusal("/snekbin/python/"), "executable_path is not a file");
  EXPECT_EQ(refusal("/home"), "executable_path is not a file");
  EXPECT_EQ(refusal("/etc/passwd"), "executable_path is not executable");
  engine_.Exits(0, "");
  Send(R"({"input": "",
           "executable_path": "/snekbin/python/3.11/bin/python"})");
  EXPECT_EQ(Ran().argv(0), "/snekbin/python/3.11/bin/python");
}

TEST_F(SnekboxTest, SendsFilesCleanAndTheLastOfEqualOnes) {
  engine_.Exits(0, "");
  Send(R"({"args": ["a"], "files": [
      {"path": "./0.jpg", "content": "MQ=="},
      {"path": "folder/../hm", "content": "Mg=="},
      {"path": "a\\b"}, {"path": "ab\n"}, {"path": " x"},
      {"path": "0.jpg", "content": "Mw=="}]})");
  const auto& files = engine_.requests.at(0).files();
  ASSERT_THAT(files, SizeIs(5));
  EXPECT_EQ(files[0].path(), "hm");
  EXPECT_EQ(files[0].base64(), "2");
  EXPECT_EQ(files[0].mode(), 0777);
  EXPECT_EQ(files[1].path(), "a\\b");
  EXPECT_EQ(files[2].path(), "ab\n");
  EXPECT_EQ(files[3].path(), " x");
  EXPECT_EQ(files[4].path(), "0.jpg");
  EXPECT_EQ(files[4].base64(), "3");
}

TEST_F(SnekboxTest, SaysWhichFileCouldNotBeWritten) {
  const auto paths = [&](const std::vector<std::string>& list) {
    Json body = {{"input", ""}};
    for (const std::string& path : list) {
      body["files"].push_back({{"path", path}});
    }
    return NoResult(body.dump());
  };
  EXPECT_EQ(paths({""}), "IsADirectoryError: Failed to create file ''.");
  EXPECT_EQ(paths({"."}), "IsADirectoryError: Failed to create file '.'.");
  EXPECT_EQ(paths({"a/b", "a"}),
            "IsADirectoryError: Failed to create file 'a'.");
  EXPECT_EQ(paths({"a", "a/b"}),
            "FileExistsError: Failed to create file 'a/b'.");
  const std::string name(300, 'x');
  EXPECT_EQ(paths({name}),
            absl::StrCat("OSError: Failed to create file '", name, "'."));
  EXPECT_THAT(engine_.requests, IsEmpty());

  Error& error = *engine_.response.mutable_error();
  error.set_kind(Error::BAD_REQUEST);
  error.set_place("/files/1");
  EXPECT_EQ(paths({"a", "b"}), "OSError: Failed to create file 'b'.");
}

TEST_F(SnekboxTest, SaysWhatPythonSaysOfNul) {
  EXPECT_EQ(NoResult(R"({"input": "a\u0000"})"),
            "ValueError: embedded null byte");
  EXPECT_EQ(NoResult(R"({"input": "\ud83c"})"),
            "ValueError: embedded null byte");
}

TEST_F(SnekboxTest, PassesLongCodeByAFile) {
  engine_.Exits(0, "");
  const std::string code(1 << 20, '#');
  Send(Json({{"input", code}}).dump());
  const File& file = engine_.requests.at(0).files(0);
  EXPECT_EQ(file.path(), ".input");
  EXPECT_EQ(file.base64(), code);
  EXPECT_THAT(Ran().argv(2), HasSubstr("open('/home/.input'"));

  Send(Json({{"input", std::string(131'071, '#')}}).dump());
  EXPECT_THAT(engine_.requests.at(1).files(), IsEmpty());
  EXPECT_EQ(Send(Json({{"args", {"-m", code}}}).dump()).status, 400);
}

TEST_F(SnekboxTest, GivesTheReturnCodesOfAShell) {
  const auto code = [&](report::Outcome outcome, int exit_status) {
    engine_.response.Clear();
    CommandResult& result = engine_.Exits(0, "");
    result.set_outcome(outcome);
    result.set_exit_status(exit_status);
    return Json::parse(Send(R"({"input": ""})").body).at("returncode");
  };
  EXPECT_EQ(code(report::EXITED, 3), 3);
  EXPECT_EQ(code(report::SIGNALED, 139), 139);
  EXPECT_EQ(code(report::WALL_TIME, 137), 137);
  EXPECT_EQ(code(report::MEMORY, 137), 137);
  EXPECT_EQ(code(report::OUTPUT, 137), 143);
  engine_.response.mutable_commands(0)->set_exec_errno("ENOENT");
  EXPECT_EQ(Json::parse(Send(R"({"input": ""})").body).at("returncode"), 255);
}

TEST_F(SnekboxTest, CutsAtAMillionCharacters) {
  std::string text;
  for (int i = 0; i < 1'000'001; ++i) text += "\xE2\x82\xAC";
  engine_.Exits(0, text);
  const Json json = Json::parse(Send(R"({"input": ""})").body);
  EXPECT_EQ(json.at("returncode"), 143);
  EXPECT_EQ(json.at("stdout").get<std::string>().size(), 3'000'000);
}

TEST_F(SnekboxTest, RefusesOutputThatIsNotUtf8) {
  Output& output = *engine_.Exits(0, "").mutable_stdout();
  output.clear_text();
  output.set_base64("ab\xC3");
  EXPECT_EQ(NoResult(R"({"input": ""})"),
            "UnicodeDecodeError: invalid Unicode in output pipe");
  output.set_truncated(true);
  EXPECT_EQ(Json::parse(Send(R"({"input": ""})").body).at("stdout"), "ab");
}

TEST_F(SnekboxTest, TranslatesNewlines) {
  engine_.Exits(0, "a\r\nb\rc");
  EXPECT_EQ(Json::parse(Send(R"({"input": ""})").body).at("stdout"), "a\nb\nc");
}

TEST_F(SnekboxTest, ReturnsFiles) {
  engine_.Exits(1, "");
  CollectedFile* file = engine_.response.add_files();
  file->set_path("a\xC3\xA9");
  file->set_base64("\xFF");
  file = engine_.response.add_files();
  file->set_path("big");
  file->set_left_out(CollectedFile::TOTAL_TOO_LARGE);
  file = engine_.response.add_files();
  file->set_path("empty");
  file->set_text("");
  EXPECT_EQ(Send(R"({"input": ""})").body,
            "{\"stdout\": \"\", \"returncode\": 1, \"files\": [{\"path\": "
            "\"a\xC3\xA9\", \"size\": 1, \"content\": \"/w==\"}, {\"path\": "
            "\"empty\", \"size\": 0, \"content\": \"\"}]}");
}

TEST_F(SnekboxTest, ReturnsEachNameOfAFileAsFarAsItsBytesGo) {
  engine_.settings.mutable_profiles(0)->mutable_collect()->set_max_bytes(7);
  engine_.Exits(0, "");
  CollectedFile* file = engine_.response.add_files();
  file->set_path("a");
  file->set_text("bbb");
  for (const char* name : {"b", "c", "d"}) {
    file = engine_.response.add_files();
    file->set_path(name);
    file->set_same_as("a");
  }
  const Json files = Json::parse(Send(R"({"input": ""})").body).at("files");
  ASSERT_EQ(files.size(), 2);
  EXPECT_EQ(files.at(1).at("path"), "b");
  EXPECT_EQ(files.at(1).at("content"), "YmJi");
  EXPECT_EQ(files.at(1).at("size"), 3);
}

TEST_F(SnekboxTest, OneFileCanCostTheResult) {
  engine_.Exits(0, "out");
  CollectedFile& file = *engine_.response.add_files();
  const auto fault = [&](CollectedFile::LeftOut why) {
    file.set_left_out(why);
    return NoResult(R"({"input": ""})");
  };
  EXPECT_EQ(fault(CollectedFile::OUT_OF_TIME),
            "TimeoutError: Exceeded time limit while parsing attachments");
  EXPECT_EQ(fault(CollectedFile::TOO_DEEP),
            "FileParsingError: Exceeded directory depth limit while parsing "
            "attachments");
  EXPECT_EQ(fault(CollectedFile::BAD_NAME),
            "FileParsingError: invalid bytes in filename while parsing "
            "attachments");
}

TEST_F(SnekboxTest, AnswersOtherMethodsPathsAndTypes) {
  HttpRequest request = Post("/eval", "{}");
  request.method = "GET";
  HttpReply reply = Snekbox().Answer(request, engine_, -1);
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.body, R"({"title": "405 Method Not Allowed"})");
  request.method = "HEAD";
  EXPECT_EQ(Snekbox().Answer(request, engine_, -1).body, "");
  request.method = "OPTIONS";
  reply = Snekbox().Answer(request, engine_, -1);
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.headers, ElementsAre(::testing::Pair("Allow", "POST")));
  request = Post("/eval/", "{}");
  reply = Snekbox().Answer(request, engine_, -1);
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.body, R"({"title": "404 Not Found"})");
  request = Post("/eval", R"({"input": ""})");
  request.content_type = "text/plain";
  reply = Snekbox().Answer(request, engine_, -1);
  EXPECT_EQ(reply.status, 415);
  EXPECT_EQ(reply.body,
            "{\"title\": \"415 Unsupported Media Type\", \"description\": "
            "\"text/plain is an unsupported media type.\"}");
  engine_.Exits(0, "");
  for (const char* type : {"", "application/json; charset=utf-8"}) {
    request.content_type = type;
    EXPECT_EQ(Snekbox().Answer(request, engine_, -1).status, 200);
  }
}

TEST_F(SnekboxTest, AnInterpreterThatThisMachineDoesNotHave) {
  const auto title = [&](const char* error, const char* body) {
    engine_.response.Clear();
    engine_.Exits(255, "").set_exec_errno(error);
    return Json::parse(Send(body).body).value("title", "");
  };
  constexpr char kAsked[] = R"({"input": "", "executable_path":
                                "/snekbin/python/3.11/bin/python"})";
  EXPECT_EQ(title("ENOENT", kAsked), "executable_path does not exist");
  EXPECT_EQ(title("EACCES", kAsked), "executable_path is not executable");
  EXPECT_EQ(title("ENOENT", R"({"input": ""})"), "");  // 255
}

// Each of its folders is looked at: a great depth costs its square.
TEST_F(SnekboxTest, APathHas64Components) {
  const auto body = [](int components) {
    std::string path = "a";
    for (int i = 1; i < components; ++i) path += "/a";
    return absl::StrCat(R"({"input": "", "files": [{"path": ")", path,
                        R"("}]})");
  };
  EXPECT_THAT(NoResult(body(65)), HasSubstr("OSError: Failed to create file"));
  engine_.Exits(0, "");
  EXPECT_EQ(Json::parse(Send(body(64)).body).at("returncode"), 0);
}

// As Falcon does.
TEST_F(SnekboxTest, TakesForms) {
  engine_.Exits(0, "");
  HttpRequest request = Post("/eval", "input=print(1+%2B+1)&x=1&x=2");
  request.content_type = "application/x-www-form-urlencoded";
  EXPECT_EQ(Snekbox().Answer(request, engine_, -1).status, 200);
  EXPECT_EQ(Ran().argv(2), "print(1 + 1)");
  request.body = "files=1";
  const HttpReply reply = Snekbox().Answer(request, engine_, -1);
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("{'files': '1'} is not valid under any"));
  // What curl --data says of JSON.
  request.body = R"({"input": "2"})";
  EXPECT_EQ(Snekbox().Answer(request, engine_, -1).status, 200);
  EXPECT_EQ(engine_.requests.at(1).commands(0).argv(2), "2");
}

TEST_F(SnekboxTest, FaultsAreXmlForThoseWhoWouldRatherHaveIt) {
  HttpRequest request = Post("/eval", R"({"a": "<&>"})");
  request.headers.emplace_back("Accept", "text/xml");
  const HttpReply reply = Snekbox().Answer(request, engine_, -1);
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.content_type, "application/xml");
  EXPECT_EQ(
      reply.body,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><error><title>Request "
      "data failed validation</title><description>{'a': '&lt;&amp;&gt;'} "
      "is not valid under any of the given schemas</description></error>");
  engine_.Exits(0, "");
  request.body = R"({"input": ""})";
  EXPECT_EQ(Snekbox().Answer(request, engine_, -1).content_type,
            "application/json");
}

// Removed at once: one by one, each would move all others.
TEST_F(SnekboxTest, DropsManyEmptyArguments) {
  engine_.Exits(0, "");
  std::string body = R"({"args": [)";
  for (int i = 0; i < 500'000; ++i) body += R"("",)";
  EXPECT_EQ(Send(body + R"("-V"]})").status, 200);
  EXPECT_EQ(Ran().argv_size(), 2);
}

TEST_F(SnekboxTest, FilesThatFindNoRoom) {
  Error& error = *engine_.response.mutable_error();
  error.set_kind(Error::BAD_REQUEST);
  error.set_place("/files");
  error.set_message("write a b: the workspace is full");
  EXPECT_EQ(NoResult(R"({"input": ""})"),
            "OSError: Failed to create file 'a b'.");
}

TEST_F(SnekboxTest, OurFaultsAreNotThePrograms) {
  engine_.response.mutable_error()->set_kind(Error::SETUP_FAILURE);
  const HttpReply reply = Send(R"({"input": ""})");
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(Json::parse(reply.body).at("title"), "500 Internal Server Error");
}

TEST_F(SnekboxTest, IsSpokenByName) {
  engine_.Exits(1, "");
  const auto reply =
      RunApi({.api = "snekbox", .body = R"({"input": ""})"}, engine_);
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(ApiExitStatus(*reply), 0);
  EXPECT_EQ(ApiExitStatus(*RunApi({.api = "snekbox"}, engine_)), 2);
  EXPECT_THAT(RunApi({.api = "snakebox"}, engine_).status().message(),
              HasSubstr("takes one of snekbox"));
}

}  // namespace
}  // namespace jail::eval
