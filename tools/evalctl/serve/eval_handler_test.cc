// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/eval_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/evalctl/serve/page.h"

namespace jail::eval {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class FakeEngine : public Engine {
 public:
  const Config& config() const override { return config_; }
  std::vector<std::string> Missing(const std::string& profile) const override {
    return profile == "python" ? std::vector<std::string>{"/nowhere/python3"}
                               : std::vector<std::string>();
  }
  std::vector<LimitNotInForce> NotInForce(const std::string&) const override {
    return {};
  }
  Response Run(const Request& request, int) override {
    Response response = next;
    response.set_id(request.id());
    return response;
  }
  Config config_;
  Response next;
};

// Owns /both, and takes bodies that begin with its letter.
class FakeDialect : public Dialect {
 public:
  FakeDialect(const char* name, char letter) : name_(name), letter_(letter) {}
  absl::string_view name() const override { return name_; }
  absl::string_view main_path() const override { return "/both"; }
  bool Owns(absl::string_view path) const override {
    return path == "/both" || path == absl::StrCat("/only-", name_);
  }
  bool Redirects(absl::string_view path) const override {
    return path == "/both/" && letter_ == 's';
  }
  bool IsOpen(absl::string_view method, absl::string_view) const override {
    return method == "GET";
  }
  bool Takes(const HttpRequest& request) const override {
    return !request.body.empty() && request.body[0] == letter_;
  }
  HttpReply Answer(const HttpRequest& request, Engine& engine,
                   int) const override {
    engine.Run({});
    HttpReply reply;
    reply.body = absl::StrCat(name_, " ", request.prefix, request.path);
    return reply;
  }

 private:
  const std::string name_;
  const char letter_;
};

class EvalHandlerTest : public ::testing::Test {
 protected:
  EvalHandlerTest() : engine_(std::make_shared<FakeEngine>()) { Make({}); }

  void Make(ApiKeys keys, bool allow_remote = false,
            const Dialect* api = nullptr) {
    EvalCodec codec;
    codec.parse = [](absl::string_view text,
                     Request& request) -> std::optional<Error> {
      if (text == "bad") {
        Error error;
        error.set_kind(Error::BAD_REQUEST);
        return error;
      }
      request.set_id(std::string(text));
      return std::nullopt;
    };
    codec.write = [](const Response& response) -> std::string {
      return response.has_error() ? Error::Kind_Name(response.error().kind())
                                  : response.id();
    };
    codec.openapi = [] { return std::string("{}"); };
    handler_ = std::make_unique<EvalHandler>(
        EvalHandler::Setup{engine_, std::move(keys), allow_remote}, codec,
        std::vector<const Dialect*>{&first_, &second_}, api, 2,
        [] { return HttpCounts{}; },
        [this](const std::string& line) { log_ += line + "\n"; });
  }

  HttpReply Ask(const std::string& method, const std::string& path,
                const std::string& body = "", HttpHeaders headers = {}) {
    HttpRequest request{.method = method,
                        .path = path,
                        .headers = std::move(headers),
                        .body = body};
    if (std::optional<HttpReply> reply = handler_->AnswerHead(request)) {
      return *std::move(reply);
    }
    HttpReply reply = handler_->Answer(request, -1, 5);
    reply.body += reply.rest.TakeAll();
    return reply;
  }

  std::shared_ptr<FakeEngine> engine_;
  const FakeDialect first_{"first", 'f'}, second_{"second", 's'};
  std::unique_ptr<EvalHandler> handler_;
  std::string log_;
};

TEST_F(EvalHandlerTest, StatusSaysWhoseFaultItWas) {
  EXPECT_EQ(Ask("POST", "/v1/eval", "one").status, 200);
  EXPECT_EQ(Ask("POST", "/v1/eval", "one").body, "one");
  EXPECT_EQ(Ask("POST", "/v1/eval", "bad").status, 400);
  for (const auto& [kind, status] : {std::pair{Error::BAD_REQUEST, 400},
                                     {Error::SETUP_FAILURE, 500},
                                     {Error::OVERLOADED, 429},
                                     {Error::CANCELLED, 503},
                                     {Error::INTERNAL, 500}}) {
    engine_->next.mutable_error()->set_kind(kind);
    EXPECT_EQ(Ask("POST", "/v1/eval", "one").status, status);
  }
}

TEST_F(EvalHandlerTest, WrongPathsAndMethods) {
  EXPECT_EQ(Ask("GET", "/nowhere").status, 404);
  const HttpReply reply = Ask("GET", "/v1/eval");
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.headers[0],
            std::make_pair(std::string("Allow"), std::string("POST")));
  EXPECT_EQ(Ask("POST", "/healthz").status, 405);
  EXPECT_EQ(Ask("DELETE", "/").status, 405);
}

TEST_F(EvalHandlerTest, ThePathOrTheShapeOrThePrefixPicksADialect) {
  EXPECT_EQ(Ask("POST", "/only-second", "x").body, "second /only-second");
  EXPECT_EQ(Ask("POST", "/both", "f").body, "first /both");
  EXPECT_EQ(Ask("POST", "/both", "s").body, "second /both");
  EXPECT_EQ(Ask("POST", "/both", "?").body, "first /both");
  EXPECT_EQ(Ask("POST", "/second/both", "f").body, "second /second/both");
  // It is not one of its own, but it knows better.
  EXPECT_EQ(Ask("POST", "/both/", "f").body, "second /both/");
  // It has its own words for what it doesn't have.
  EXPECT_EQ(Ask("POST", "/second/nowhere", "f").body, "second /second/nowhere");
  EXPECT_EQ(Ask("POST", "/secondboth", "f").status, 404);
}

TEST_F(EvalHandlerTest, OneDialectMayHaveAllPaths) {
  Make({}, false, &second_);
  EXPECT_EQ(Ask("POST", "/both", "f").body, "second /both");
  EXPECT_EQ(Ask("GET", "/").body, "second /");
  EXPECT_EQ(Ask("GET", "/nowhere").body, "second /nowhere");
  EXPECT_EQ(Ask("POST", "/first/both", "s").body, "first /first/both");
  EXPECT_EQ(Ask("POST", "/v1/eval", "one").body, "one");
  EXPECT_EQ(Ask("GET", "/healthz").body, "ok\n");
}

TEST_F(EvalHandlerTest, KeysGuardWhatDoesSomething) {
  Make(ApiKeys({"the-only-key"}, ""));
  for (const auto& [method, path] : {std::pair{"POST", "/v1/eval"},
                                     {"GET", "/v1/profiles"},
                                     {"GET", "/metrics"},
                                     {"POST", "/both"},
                                     {"POST", "/first/both"}}) {
    EXPECT_EQ(Ask(method, path).status, 401) << path;
    EXPECT_EQ(Ask(method, path, "", {{"X-API-Key", "the-only-key"}}).status,
              200)
        << path;
  }
  for (const char* path :
       {"/", "/page.js", "/healthz", "/readyz", "/openapi.json", "/both"}) {
    EXPECT_EQ(Ask("GET", path).status, 200) << path;
  }
}

TEST_F(EvalHandlerTest, PagesOfOthersMayNotAsk) {
  const auto ask = [this](const char* origin, const char* host) {
    return Ask("POST", "/v1/eval", "one", {{"Origin", origin}, {"Host", host}})
        .status;
  };
  EXPECT_EQ(ask("http://127.0.0.1:8060", "127.0.0.1:8060"), 200);
  EXPECT_EQ(ask("http://localhost:8060", "localhost:8060"), 200);
  EXPECT_EQ(ask("http://[::1]:8060", "[::1]:8060"), 200);
  EXPECT_EQ(ask("http://evil.example", "127.0.0.1:8060"), 403);
  EXPECT_EQ(ask("null", "127.0.0.1:8060"), 403);
  // A name of theirs that leads here.
  EXPECT_EQ(ask("http://evil.example:8060", "evil.example:8060"), 403);
  EXPECT_EQ(ask("http://127.evil.example", "127.evil.example"), 403);
  EXPECT_EQ(
      ask("http://127.0.0.1.evil.example:8060", "127.0.0.1.evil.example:8060"),
      403);
  Make({}, /*allow_remote=*/true);
  EXPECT_EQ(ask("http://eval.example:8060", "eval.example:8060"), 200);
  EXPECT_EQ(ask("http://evil.example", "eval.example:8060"), 403);
}

TEST_F(EvalHandlerTest, ThePageNeedsNothingFromElsewhere) {
  const HttpReply reply = Ask("GET", "/");
  EXPECT_THAT(reply.content_type, HasSubstr("text/html"));
  EXPECT_EQ(reply.headers[0].first, "Content-Security-Policy");
  EXPECT_THAT(reply.headers[0].second, HasSubstr("default-src 'none'"));
  EXPECT_THAT(reply.body, Not(HasSubstr("http")));
  EXPECT_THAT(std::string(FindPageFile("/page.js")->body),
              Not(HasSubstr("://")));
}

TEST_F(EvalHandlerTest, ProfilesSayWhatTheyTake) {
  Profile& profile = *engine_->config_.add_profiles();
  profile.set_name("python");
  profile.add_runner()->add_argv("/usr/bin/python3");
  profile.mutable_max_limits()->set_wall_time_ms(5000);
  engine_->config_.add_profiles()->set_name("other");
  const auto json = nlohmann::json::parse(Ask("GET", "/v1/profiles").body);
  ASSERT_EQ(json["profiles"].size(), 2u);
  const auto& python = json["profiles"][0];
  EXPECT_EQ(python["name"], "python");
  EXPECT_EQ(python["is_default"], true);
  EXPECT_EQ(python["takes_code"], true);
  EXPECT_EQ(python["is_ready"], false);
  EXPECT_EQ(python["missing"][0], "/nowhere/python3");
  EXPECT_EQ(python["max_limits"]["wall_time_ms"], 5000);
  EXPECT_EQ(json["profiles"][1]["is_default"], false);
  EXPECT_EQ(json["profiles"][1]["is_ready"], true);
}

TEST_F(EvalHandlerTest, AReloadCounts) {
  auto next = std::make_shared<FakeEngine>();
  next->next.mutable_error()->set_kind(Error::INTERNAL);
  handler_->Replace({next, ApiKeys({"the-only-key"}, ""), false});
  EXPECT_EQ(Ask("POST", "/v1/eval").status, 401);
  EXPECT_EQ(Ask("POST", "/v1/eval", "", {{"X-API-Key", "the-only-key"}}).status,
            500);
}

TEST_F(EvalHandlerTest, TheLogHasNoControlCharacters) {
  HttpRequest request{.method = "GET\x1b[2J",
                      .path =
                          "/a\r\nb\x1b"
                          "c\xff"};
  handler_->Sent(request, "127.0.0.1", 404, 10, 2500);
  EXPECT_EQ(log_,
            "127.0.0.1 GET\\x1b[2J /a\\x0d\\nb\\x1bc\\xff 404 10 bytes 2 ms\n");
  // And a label is never what a client wrote.
  EXPECT_THAT(Ask("GET", "/metrics").body,
              HasSubstr("{route=\"other\",code=\"404\"} 1"));
}

// By who answered, not by the path that two share.
TEST_F(EvalHandlerTest, MetricsTellWhoAnswered) {
  HttpRequest request{.method = "POST", .path = "/both", .body = "s"};
  request.route = handler_->Answer(request, -1, 5).route;
  EXPECT_EQ(request.route, "second");
  handler_->Sent(request, "127.0.0.1", 200, 10, 2500);
  EXPECT_THAT(Ask("GET", "/metrics").body,
              HasSubstr("{route=\"second\",code=\"200\"} 1"));
}

TEST_F(EvalHandlerTest, DialectsAreMetered) {
  engine_->next.add_commands()->set_outcome(report::EXITED);
  Ask("POST", "/both", "f");
  EXPECT_THAT(Ask("GET", "/metrics").body,
              HasSubstr("evalctl_commands_total{outcome=\"EXITED\"} 1"));
}

}  // namespace
}  // namespace jail::eval
