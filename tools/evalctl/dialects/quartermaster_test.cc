// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/quartermaster.h"

#include <map>
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

class QuartermasterTest : public ::testing::Test {
 protected:
  QuartermasterTest() {
    Profile& profile = engine_.AddProfile("quartermaster-python");
    profile.set_main_file("main.py");
    profile.set_description("Python");
    RunnerCommand& runner = *profile.add_runner();
    runner.add_argv("/usr/bin/python3");
    runner.add_argv("main.py");
    profile.mutable_max_limits()->set_wall_time_ms(60'000);
    profile.mutable_max_limits()->set_memory_bytes(1 << 30);
  }

  Json Send(const std::string& body, int status = 200) {
    const HttpReply reply =
        Whole(Quartermaster().Answer(Post("/run", body), engine_, -1));
    EXPECT_EQ(reply.status, status) << reply.body;
    return Json::parse(reply.body);
  }
  std::string Detail(const std::string& body, int status) {
    return Send(body, status).at("detail");
  }
  HttpReply Get(const std::string& path) {
    HttpRequest request;
    request.method = "GET";
    request.path = path;
    return Quartermaster().Answer(request, engine_, -1);
  }

  FakeEngine engine_;
};

TEST_F(QuartermasterTest, RunsCodeAmongFiles) {
  engine_.Exits(3, "out").mutable_stderr()->set_text("err");
  engine_.response.mutable_timing()->set_total_us(1'234'567);
  const Json answer = Send(R"({"code": "c", "files": {"./d//x": "y"},
      "timeout": "5", "mem_limit": "256m", "disk_limit": "64MB",
      "environment": {"A": "b"}, "cpu_shares": null, "allow_network": "no",
      "image": "code-runner-python"})");
  EXPECT_EQ(answer.dump(),
            "{\"stdout\":\"out\",\"stderr\":\"err\",\"exit_code\":3,"
            "\"execution_time\":1.2346,\"metadata\":null}");
  const Request& request = engine_.requests.at(0);
  std::map<std::string, std::string> files;
  for (const File& file : request.files()) files[file.path()] = file.text();
  EXPECT_EQ(files["main.py"], "c");
  EXPECT_EQ(files["d/x"], "y");
  EXPECT_THAT(files["sdk.py"], HasSubstr("def set_metadata"));
  EXPECT_THAT(request.commands(0).argv(),
              ElementsAre("/usr/bin/python3", "main.py"));
  EXPECT_EQ(request.limits().wall_time_ms(), 5000);
  EXPECT_EQ(request.limits().memory_bytes(), 256 << 20);
  EXPECT_EQ(request.limits().workspace_bytes(), 64 << 20);
  EXPECT_EQ(request.environment().at("A"), "b");
}

TEST_F(QuartermasterTest, FilesReplaceTheCode) {
  engine_.Exits(0, "");
  Send(R"({"code": "c", "files": {"main.py": "f", "sdk.py": "s"},
           "entrypoint": "echo $HOME"})");
  const Request& request = engine_.requests.at(0);
  for (const File& file : request.files()) {
    if (file.path() == "main.py") {
      EXPECT_EQ(file.text(), "f");
    }
    if (file.path() == "sdk.py") {
      EXPECT_EQ(file.text(), "s");
    }
  }
  EXPECT_THAT(request.commands(0).argv(),
              ElementsAre("/bin/sh", "-c", "echo $HOME"));
}

TEST_F(QuartermasterTest, TellsTimeBadOutputAndMetadata) {
  CommandResult& result = engine_.Exits(0, "part");
  result.set_outcome(report::WALL_TIME);
  CollectedFile& file = *engine_.response.add_files();
  file.set_path(".metadata/.quartermaster_metadata.json");
  file.set_text(R"({"a": [1]})");
  Json answer = Send(R"({"code": "c"})");
  EXPECT_EQ(answer.at("exit_code"), -1);
  EXPECT_EQ(answer.at("stdout"), "part");
  EXPECT_EQ(answer.at("metadata").dump(), R"({"a":[1]})");
  result.set_outcome(report::EXITED);
  result.mutable_stdout()->clear_text();
  result.mutable_stdout()->set_base64("\xFF");
  for (const char* metadata : {"{", "[1]", ""}) {
    file.set_text(metadata);
    answer = Send(R"({"code": "c"})");
    EXPECT_EQ(answer.at("exit_code"), -1);
    EXPECT_EQ(answer.at("stdout"), "");
    EXPECT_TRUE(answer.at("metadata").is_null());
  }
}

TEST_F(QuartermasterTest, RefusesInItsOrder) {
  EXPECT_EQ(Detail(R"({"code": ""})", 400),
            "Either code or entrypoint must be provided.");
  EXPECT_EQ(Detail(Json({{"code", std::string(1'048'577, 'x')}}).dump(), 413),
            "Code size exceeds the limit.");
  for (const char* name : {"a..b", "/etc/x", "../x", "", "."}) {
    EXPECT_EQ(
        Detail(Json({{"code", "c"}, {"files", {{name, ""}}}}).dump(), 400),
        std::string("Invalid filename: ") + name);
  }
  EXPECT_EQ(Detail(R"({"code": "c", "image": "cobol"})", 404),
            "Image 'prebuilt-cobol' not found. Build it with: make "
            "build-runtime lang=prebuilt-cobol");
  EXPECT_EQ(Detail(R"({"code": "c", "image": "go"})", 404),
            "Image 'code-runner-go' not found. Build it with: make "
            "build-runtime lang=go");
  EXPECT_THAT(Detail(R"({"code": "c", "image": "x", "prebuild_spec":
                       {"base_image": "go", "setup_script": ""}})",
                     503),
              HasSubstr("'prebuilt-x' could not be rebuilt: "));
  EXPECT_THAT(Detail(R"({"code": "c", "allow_network": true})", 501),
              HasSubstr("no network"));
  EXPECT_THAT(engine_.requests, IsEmpty());
}

TEST_F(QuartermasterTest, NamesTheFaultsOfABody) {
  const auto fault = [&](const std::string& body) {
    const Json detail = Send(body, 422).at("detail").at(0);
    return detail.at("type").get<std::string>() + " " +
           detail.at("loc").dump() + " " + detail.at("msg").get<std::string>();
  };
  EXPECT_EQ(fault("{}"), R"(missing ["body","code"] Field required)");
  EXPECT_EQ(fault(R"({"code": "", "environment": {"ENCODED_CODE": "x"}})"),
            "value_error [\"body\",\"environment\"] Value error, Environment "
            "variable 'ENCODED_CODE' is reserved and cannot be set.");
  EXPECT_EQ(
      fault(R"({"code": "c", "prebuild_spec": {"base_image": "go"}})"),
      R"(missing ["body","prebuild_spec","setup_script"] Field required)");
  EXPECT_THAT(fault(R"({"code": "c", "prebuild_spec": 5})"),
              HasSubstr("model_attributes_type"));
  EXPECT_THAT(fault(R"({"code": "c", "timeout": 1.5})"),
              HasSubstr("int_from_float"));
  EXPECT_THAT(fault(R"({"code": "c", "timeout": 61})"),
              HasSubstr("less than or equal to 60"));
  // Not cut to what 64 bits hold.
  for (const char* seconds : {"18446744073709552", "18446744073709551616",
                              "9999999999999999999", "1e14"}) {
    EXPECT_THAT(
        fault(absl::StrCat(R"({"code": "c", "timeout": )", seconds, "}")),
        HasSubstr("less than or equal to 60"))
        << seconds;
  }
  EXPECT_THAT(fault(R"({"code": "c", "timeout": -18446744073709551616})"),
              HasSubstr("greater than 0"));
  EXPECT_THAT(fault(R"({"code": "c", "timeout": -1})"),
              HasSubstr("greater than 0"));
  EXPECT_THAT(fault(R"({"code": "c", "mem_limit": "much"})"),
              HasSubstr("256m"));
  EXPECT_THAT(fault(R"({"code": "c", "mem_limit": "2g"})"),
              HasSubstr("less_than_equal"));
  EXPECT_THAT(fault(R"({"code": "c", "allow_network": "maybe"})"),
              HasSubstr("bool_parsing"));
  EXPECT_THAT(fault(R"({"code": "c", "allow_network": null})"),
              HasSubstr("bool_type"));
}

TEST_F(QuartermasterTest, TellsOfItself) {
  EXPECT_EQ(Get("/").body, R"({"message":"Code Runner is operational."})");
  EXPECT_EQ(Get("/health").body,
            R"({"status":"ok","docker_connected":true,"auth_enabled":false})");
  const Json images = Json::parse(Get("/images").body);
  EXPECT_EQ(images.at("default"), "code-runner-python");
  EXPECT_EQ(images.at("images").at(0).at("main_file"), "main.py");
  EXPECT_EQ(Get("/runtimes").body, Get("/images").body);
  EXPECT_EQ(Get("/prebuilds").status, 501);
  EXPECT_EQ(Get("/prebuilds/x").status, 404);
  EXPECT_EQ(Get("/prebuilds/").status, 307);
  EXPECT_THAT(Get("/prebuilds/a b/").headers,
              ElementsAre(::testing::Pair("Location", "/prebuilds/a%20b")));
  EXPECT_EQ(Get("/prebuilds/x/y/").status, 404);
  EXPECT_EQ(Get("/run").status, 405);
  EXPECT_EQ(Get("/nothing").status, 404);
  engine_.settings.mutable_profiles(0)->add_needs("/no/such");
  EXPECT_EQ(Json::parse(Get("/health").body).at("status"), "degraded");
  HttpRequest request{.method = "GET", .path = "/health", .has_keys = true};
  EXPECT_EQ(Json::parse(Quartermaster().Answer(request, engine_, -1).body)
                .at("auth_enabled"),
            true);
  EXPECT_TRUE(Quartermaster().IsOpen("GET", "/images"));
  EXPECT_FALSE(Quartermaster().IsOpen("POST", "/run"));
  EXPECT_FALSE(Quartermaster().IsOpen("GET", "/prebuilds"));
}

}  // namespace
}  // namespace jail::eval
