// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/eval_handler.h"

#include <arpa/inet.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "jail/sys/printable.h"
#include "tools/evalctl/dialects/outcome.h"
#include "tools/evalctl/serve/error_reply.h"
#include "tools/evalctl/serve/page.h"

namespace jail::eval {
namespace {

constexpr size_t kMaxLoggedPath = 200;

struct NativeRoute {
  absl::string_view path;
  absl::string_view method;
  bool is_open;  // needs no key
};

constexpr NativeRoute kNative[] = {
    {"/healthz", "GET", true},      {"/readyz", "GET", true},
    {"/openapi.json", "GET", true}, {"/metrics", "GET", false},
    {"/v1/profiles", "GET", false}, {"/v1/eval", "POST", false},
};

const NativeRoute* FindNative(absl::string_view path) {
  for (const NativeRoute& route : kNative) {
    if (route.path == path) return &route;
  }
  return nullptr;
}

HttpReply Text(absl::string_view body) {
  HttpReply reply;
  reply.content_type = "text/plain; charset=utf-8";
  reply.body = std::string(body);
  return reply;
}

HttpReply NotAllowed(absl::string_view allowed) {
  HttpReply reply =
      ErrorReply(405, "BAD_REQUEST", absl::StrCat("takes ", allowed, " only"));
  reply.headers.emplace_back("Allow", allowed);
  return reply;
}

HttpReply PageReply(const PageFile& file) {
  HttpReply reply;
  reply.content_type = std::string(file.content_type);
  reply.body = std::string(file.body);
  reply.headers = {{"Content-Security-Policy", std::string(kPagePolicy)},
                   {"Referrer-Policy", "no-referrer"}};
  return reply;
}

// The dialect that answers, and the path as it knows it.
struct DialectRoute {
  const Dialect* dialect = nullptr;
  std::string path;
  std::string prefix;  // that was before it
};

// By "/NAME" before the path, else `api`, else by the path, and by the body's
// shape where there is one to look at.
DialectRoute FindDialect(const std::vector<const Dialect*>& dialects,
                         const Dialect* api, const HttpRequest& request,
                         bool has_body) {
  for (const Dialect* dialect : dialects) {
    absl::string_view rest = request.path;
    if (absl::ConsumePrefix(&rest, "/") &&
        absl::ConsumePrefix(&rest, dialect->name()) &&
        absl::StartsWith(rest, "/")) {
      return {dialect, std::string(rest), absl::StrCat("/", dialect->name())};
    }
  }
  if (api != nullptr) return {api, request.path};
  const Dialect* first = nullptr;
  for (const Dialect* dialect : dialects) {
    if (!dialect->Owns(request.path) && !dialect->Redirects(request.path)) {
      continue;
    }
    if (has_body && dialect->Takes(request)) return {dialect, request.path};
    if (first == nullptr) first = dialect;
  }
  return {first, request.path};
}

HttpReply AnswerAs(const DialectRoute& route, HttpRequest request,
                   Engine& engine, int cancel_fd, bool has_keys) {
  request.path = route.path;
  request.prefix = route.prefix;
  request.has_keys = has_keys;
  HttpReply reply = route.dialect->Answer(request, engine, cancel_fd);
  reply.route = std::string(route.dialect->name());
  return reply;
}

int StatusOf(const Response& response) {
  return response.has_error() ? ErrorStatus(response.error()) : 200;
}

nlohmann::json LimitsJson(const Limits& limits) {
  nlohmann::json json = nlohmann::json::object();
  const auto put = [&json](const char* name, bool is_set, uint64_t value) {
    if (is_set) json[name] = value;
  };
  put("wall_time_ms", limits.has_wall_time_ms(), limits.wall_time_ms());
  put("cpu_time_ms", limits.has_cpu_time_ms(), limits.cpu_time_ms());
  put("idle_time_ms", limits.has_idle_time_ms(), limits.idle_time_ms());
  put("memory_bytes", limits.has_memory_bytes(), limits.memory_bytes());
  put("pids", limits.has_pids(), limits.pids());
  put("file_size_bytes", limits.has_file_size_bytes(),
      limits.file_size_bytes());
  put("open_files", limits.has_open_files(), limits.open_files());
  put("output_bytes", limits.has_output_bytes(), limits.output_bytes());
  return json;
}

// "localhost" of "localhost:8060", "[::1]" of "[::1]:8060".
bool IsLoopbackName(absl::string_view host) {
  const size_t colon = host.rfind(':');
  if (colon != absl::string_view::npos &&
      host.find(']', colon) == absl::string_view::npos) {
    host = host.substr(0, colon);
  }
  if (host == "localhost" || host == "[::1]") return true;
  // An address, and not a name that begins as one: "127.evil.example".
  in_addr address;
  return inet_pton(AF_INET, std::string(host).c_str(), &address) == 1 &&
         ntohl(address.s_addr) >> 24 == 127;
}

}  // namespace

EvalHandler::EvalHandler(Setup setup, EvalCodec codec,
                         std::vector<const Dialect*> dialects,
                         const Dialect* api, size_t workers,
                         std::function<HttpCounts()> counts,
                         std::function<void(const std::string&)> log)
    : setup_(std::make_shared<const Setup>(std::move(setup))),
      codec_(std::move(codec)),
      dialects_(std::move(dialects)),
      api_(api),
      workers_(workers),
      counts_(std::move(counts)),
      log_(std::move(log)) {}

void EvalHandler::Replace(Setup setup) {
  auto next = std::make_shared<const Setup>(std::move(setup));
  const std::lock_guard<std::mutex> lock(mutex_);
  setup_.swap(next);
}

std::shared_ptr<const EvalHandler::Setup> EvalHandler::setup() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return setup_;
}

// A page of another site must not run anything through the browser of somebody
// who can reach this server.  With a key it can't; without one, browsers tell
// where a request comes from, and a name that was made to lead to 127.0.0.1 is
// none of ours.
std::optional<HttpReply> EvalHandler::RefuseForeignPage(
    const HttpRequest& request, const Setup& setup) const {
  const absl::string_view origin = request.Header("Origin");
  if (origin.empty() || !setup.keys.empty()) return std::nullopt;
  const absl::string_view host = request.Header("Host");
  if ((origin == absl::StrCat("http://", host) ||
       origin == absl::StrCat("https://", host)) &&
      (setup.allow_remote || IsLoopbackName(host))) {
    return std::nullopt;
  }
  return ErrorReply(403, "FORBIDDEN",
                    "without an API key only this server's own page may ask");
}

std::optional<HttpReply> EvalHandler::AnswerHead(const HttpRequest& request) {
  const std::shared_ptr<const Setup> setup = this->setup();
  if (const PageFile* file = FindPage(request.path)) {
    if (request.method != "GET") return NotAllowed("GET");
    return PageReply(*file);
  }
  if (std::optional<HttpReply> reply = RefuseForeignPage(request, *setup)) {
    return reply;
  }
  if (const NativeRoute* route = FindNative(request.path)) {
    if (request.method != route->method) return NotAllowed(route->method);
    if (!route->is_open) {
      if (std::optional<HttpReply> reply = setup->keys.Refusal(request)) {
        return reply;
      }
    }
    if (request.path == "/healthz" || request.path == "/readyz") {
      return Text("ok\n");
    }
    if (request.path == "/openapi.json") {
      HttpReply reply;
      reply.body = codec_.openapi();
      return reply;
    }
    if (request.path == "/metrics") {
      HttpReply reply = Text(metrics_.Text(counts_(), workers_));
      reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
      return reply;
    }
    if (request.path == "/v1/profiles") return Profiles(*setup);
    return std::nullopt;
  }
  const DialectRoute route = FindDialect(dialects_, api_, request, false);
  if (route.dialect == nullptr) {
    return ErrorReply(404, "BAD_REQUEST", "nothing is at this path");
  }
  // What is not there may be said to anybody, and before there is a body: who
  // has no key must not fill the memory with one.
  if (!route.dialect->Owns(route.path) ||
      route.dialect->IsOpen(request.method, route.path)) {
    return AnswerAs(route, request, *setup->engine, -1, !setup->keys.empty());
  }
  return setup->keys.Refusal(request);
}

HttpReply EvalHandler::Answer(HttpRequest request, int cancel_fd,
                              uint64_t queued_us) {
  metrics_.CountQueued(queued_us);
  const std::shared_ptr<const Setup> setup = this->setup();
  if (request.path == "/v1/eval") {
    return Evaluate(request, *setup, cancel_fd, queued_us);
  }
  const DialectRoute route = FindDialect(dialects_, api_, request, true);
  if (route.dialect == nullptr) {
    return ErrorReply(404, "BAD_REQUEST", "nothing is at this path");
  }
  MeteredEngine engine(*setup->engine, metrics_);
  return AnswerAs(route, std::move(request), engine, cancel_fd,
                  !setup->keys.empty());
}

HttpReply EvalHandler::Evaluate(const HttpRequest& request, const Setup& setup,
                                int cancel_fd, uint64_t queued_us) {
  Request parsed;
  Response response;
  if (std::optional<Error> error = codec_.parse(request.body, parsed)) {
    *response.mutable_error() = *std::move(error);
  } else {
    MeteredEngine engine(*setup.engine, metrics_);
    response = engine.Run(parsed, cancel_fd);
    Timing& timing = *response.mutable_timing();
    timing.set_queue_us(queued_us);
    timing.set_total_us(timing.total_us() + queued_us);
  }
  HttpReply reply;
  reply.status = StatusOf(response);
  if (reply.status == 429) reply.headers.emplace_back("Retry-After", "1");
  reply.rest = codec_.write(std::move(response));
  return reply;
}

HttpReply EvalHandler::Profiles(const Setup& setup) const {
  const Config& config = setup.engine->config();
  std::string standard = config.default_profile();
  if (standard.empty() && config.profiles_size() > 0) {
    standard = config.profiles(0).name();
  }
  nlohmann::json profiles = nlohmann::json::array();
  for (const Profile& profile : config.profiles()) {
    const std::vector<std::string> missing =
        setup.engine->Missing(profile.name());
    profiles.push_back(
        {{"name", profile.name()},
         {"description", profile.description()},
         {"is_default", profile.name() == standard},
         {"takes_code", profile.runner_size() > 0},
         {"takes_entry", !profile.function_runner().empty()},
         {"main_file", profile.main_file()},
         {"file_extension", profile.file_extension()},
         {"default_limits", LimitsJson(profile.default_limits())},
         {"max_limits", LimitsJson(profile.max_limits())},
         {"is_ready", missing.empty()},
         {"missing", missing}});
  }
  HttpReply reply;
  reply.body = nlohmann::json{{"profiles", profiles}}.dump(
                   -1, ' ', false, nlohmann::json::error_handler_t::replace) +
               "\n";
  return reply;
}

HttpReply EvalHandler::Refuse(int status, absl::string_view kind,
                              absl::string_view message) {
  return ErrorReply(status, kind, message);
}

const PageFile* EvalHandler::FindPage(absl::string_view path) const {
  return api_ == nullptr ? FindPageFile(path) : nullptr;
}

std::string EvalHandler::Route(const HttpRequest& request) const {
  if (!request.route.empty()) return request.route;
  if (FindPage(request.path) != nullptr) return "page";
  if (FindNative(request.path) != nullptr) return request.path;
  const DialectRoute route = FindDialect(dialects_, api_, request, false);
  // No label is made of what a client wrote.
  return route.dialect == nullptr ? "other"
                                  : std::string(route.dialect->name());
}

void EvalHandler::Sent(const HttpRequest& request, absl::string_view peer,
                       int status, uint64_t bytes, uint64_t us) {
  metrics_.CountRequest(Route(request), status);
  if (!log_) return;
  log_(absl::StrCat(peer, " ", Printable(request.method, 16), " ",
                    Printable(request.path, kMaxLoggedPath), " ", status, " ",
                    bytes, " bytes ", us / 1000, " ms"));
}

}  // namespace jail::eval
