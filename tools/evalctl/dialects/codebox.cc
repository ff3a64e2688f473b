// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/codebox.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "proto/eval.pb.h"
#include "proto/evalctl.pb.h"
#include "tools/evalctl/dialects/codebox_sources.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/fastapi.h"
#include "tools/evalctl/dialects/json.h"
#include "tools/evalctl/dialects/outcome.h"
#include "tools/evalctl/dialects/python_text.h"
#include "tools/evalctl/dialects/random_id.h"

namespace jail::eval {
namespace {

constexpr absl::string_view kProfile = "codebox";
// Where the profile says nothing.
constexpr uint64_t kDefaultTimeoutMs = 200;
constexpr uint64_t kMaxTimeoutMs = 600'000;
constexpr int kMaxCommands = 100;

struct AskedCommand {
  std::string text;
  std::vector<std::string> argv;
  std::optional<std::string> input;
  std::string timeout;  // as Python writes it: "0.2"
  uint64_t wall_time_ms = 0;
  int run = -1;  // which command of the engine's request; -1: none
};

struct Asked {
  SourceFiles sources;  // in the request's order
  std::vector<AskedCommand> commands;
  bool insecure = false;  // statuses and search of programs as without a jail
};

// The list of what commands did.  What they wrote is long, and becomes JSON
// while it is sent.
class Answer {
 public:
  void Add(std::string out, std::string err, int code, double seconds) {
    body_.AddText(absl::StrCat(is_empty_ ? "[" : ",", "{\"stdout\":\""));
    body_.AddEscaped(std::move(out));
    body_.AddText("\",\"stderr\":\"");
    body_.AddEscaped(std::move(err));
    body_.AddText(absl::StrCat("\",\"exit_code\":", code,
                               ",\"elapsed_time\":", PythonRepr(seconds), "}"));
    is_empty_ = false;
  }
  HttpReply Reply() {
    body_.AddText(is_empty_ ? "[]" : "]");
    HttpReply reply;
    reply.rest = std::move(body_);
    return reply;
  }

 private:
  Body body_;
  bool is_empty_ = true;
};

Asked ReadAsked(const Json& body, const Profile& profile, BodyFaults& faults) {
  Asked asked;
  const uint64_t default_ms = profile.default_limits().has_wall_time_ms()
                                  ? profile.default_limits().wall_time_ms()
                                  : kDefaultTimeoutMs;
  const uint64_t max_ms = profile.max_limits().has_wall_time_ms()
                              ? profile.max_limits().wall_time_ms()
                              : kMaxTimeoutMs;
  Fields fields(body, {"body"}, faults);
  if (const Json* sources = fields.RequiredObject("sources")) {
    asked.sources = ReadStrings(*sources, fields.Place("sources"), faults);
  }
  const Json* commands = fields.RequiredList("commands");
  if (commands == nullptr) return asked;
  if (commands->size() > kMaxCommands) {
    faults.Add("too_long", fields.Place("commands"),
               absl::StrCat("List should have at most ", kMaxCommands,
                            " items after validation, not ", commands->size()),
               nullptr);
    return asked;
  }
  for (size_t i = 0; i < commands->size(); ++i) {
    const Json& item = (*commands)[i];
    const Json place = Json::array({"body", "commands", i});
    if (!item.is_object()) {
      faults.Add("model_type", place,
                 "Input should be a valid dictionary or instance of Command",
                 item, {{"class_name", "Command"}});
      continue;
    }
    Fields members(item, place, faults);
    AskedCommand& command = asked.commands.emplace_back();
    command.text = members.RequiredString("command");
    command.input = members.String("stdin");
    const bool unlimited =
        item.contains("timeout") && item["timeout"].is_null();
    const double seconds = members.Number("timeout").value_or(
        static_cast<double>(default_ms) / 1e3);
    command.timeout = PythonRepr(seconds);
    command.wall_time_ms =
        unlimited ? max_ms
                  : static_cast<uint64_t>(std::clamp(
                        seconds * 1e3, 1.0, static_cast<double>(max_ms)));
    auto argv = ShlexSplit(command.text);
    if (!argv) {
      faults.Add("value_error", members.Place("command"),
                 "Value error, No closing quotation",
                 item.value("command", ""));
      continue;
    }
    command.argv = *std::move(argv);
  }
  return asked;
}

// Commands that can't be run are no command of the engine's request.
Request MakeRequest(Asked& asked) {
  Request request;
  request.set_profile(std::string(kProfile));
  request.mutable_collect()->set_nothing(true);
  for (AskedCommand& asked_command : asked.commands) {
    if (asked_command.argv.empty() ||
        absl::StrContains(asked_command.text, '\0')) {
      continue;
    }
    asked_command.run = request.commands_size();
    Command& command = *request.add_commands();
    if (asked.insecure) {
      // It looks the program up on PATH.
      command.add_argv("/usr/bin/env");
      command.add_argv("--");
    }
    for (const std::string& word : asked_command.argv) command.add_argv(word);
    if (asked_command.input) command.set_stdin_text(*asked_command.input);
    command.mutable_limits()->set_wall_time_ms(asked_command.wall_time_ms);
  }
  return request;
}

// env(1) says that it could not run the program.
bool NotFoundByEnv(const Asked& asked, const CommandResult& result,
                   const std::string& err) {
  return asked.insecure &&
         (result.exit_code() == 127 || result.exit_code() == 126) &&
         absl::StartsWith(err, "/usr/bin/env: ");
}

void Tell(const Asked& asked, const AskedCommand& command,
          CommandResult& result, Answer& answer) {
  const double seconds =
      static_cast<double>(result.usage().wall_time_us()) / 1e6;
  std::string out = Bytes(std::move(*result.mutable_stdout()));
  std::string err = Bytes(std::move(*result.mutable_stderr()));
  std::string bad;
  if (const auto fault = FindUtf8Fault(err)) bad = CodecMessage(*fault);
  if (const auto fault = FindUtf8Fault(out)) bad = CodecMessage(*fault);
  if (!bad.empty()) return answer.Add("", bad, -1, seconds);
  out = UniversalNewlines(std::move(out));
  err = UniversalNewlines(std::move(err));
  if (TimedOut(result)) {
    if (err.empty()) {
      err = absl::StrCat("Timeout Error. Exceeded ", command.timeout, "s");
    }
    return answer.Add(std::move(out), std::move(err), -1, seconds);
  }
  if (NotFoundByEnv(asked, result, err)) {
    return answer.Add(
        "",
        absl::StrCat("[Errno 2] No such file or directory: ",
                     PythonRepr(absl::string_view(command.argv[0]))),
        -1, seconds);
  }
  int code = ShellStatus(result);
  if (asked.insecure && code > 128 && result.outcome() != report::EXITED) {
    code = 128 - code;  // -9
  }
  answer.Add(std::move(out), std::move(err), code, seconds);
}

// What is told of a command that was not run.
void TellNotRun(const Asked& asked, const AskedCommand& command,
                Answer& answer) {
  if (absl::StrContains(command.text, '\0')) {
    answer.Add("", "embedded null byte", -1, 0);
  } else if (asked.insecure) {
    answer.Add("", "list index out of range", -1, 0);
  } else {
    answer.Add("", "", 255, 0);
  }
}

HttpReply Execute(const HttpRequest& request, Engine& engine, int cancel_fd) {
  const Profile* profile = FindProfile(engine.config(), kProfile);
  if (profile == nullptr) {
    return Detail(500, "evalctl has no profile \"codebox\"");
  }
  BodyFaults faults;
  const std::optional<Json> body = ReadObject(request, faults);
  if (!body) return faults.Reply();
  Asked asked = ReadAsked(*body, *profile, faults);
  if (!faults.empty()) return faults.Reply();
  asked.insecure = request.path == "/execute_insecure";

  Answer answer;
  Request run = MakeRequest(asked);
  const std::vector<std::string> bad = AddSources(asked.sources, run);
  for (const std::string& message : bad) {
    answer.Add("", message, -1, 0);
  }
  if (!bad.empty() || asked.commands.empty()) return answer.Reply();

  Response response;
  if (!run.commands().empty()) response = engine.Run(run, cancel_fd);
  if (response.has_error()) return EngineFault(response.error());
  for (const AskedCommand& command : asked.commands) {
    if (command.run < 0) {
      TellNotRun(asked, command, answer);
    } else if (command.run < response.commands_size()) {
      Tell(asked, command, *response.mutable_commands(command.run), answer);
    }
  }
  HttpReply reply = answer.Reply();
  AddOutcome(response, reply);
  return reply;
}

// The word of `text` that is a version; empty: there is none.
std::string VersionIn(absl::string_view text) {
  for (absl::string_view word : absl::StrSplit(text, absl::ByAnyChar(" \n"))) {
    const size_t end = word.find_first_not_of("0123456789.");
    const absl::string_view number = word.substr(0, end);
    if (absl::StrContains(number, '.')) return std::string(number);
  }
  return "";
}

// Of the languages that are there.
HttpReply Languages(Engine& engine, int cancel_fd) {
  constexpr const char* kPrograms[][2] = {
      {"python", "/venv/bin/python"},
      {"rust", "/usr/local/cargo/bin/rustc"},
      {"sqlite3", "/usr/bin/sqlite3"},
      {"bash", "/bin/bash"}};
  Request request;
  request.set_profile(std::string(kProfile));
  request.mutable_collect()->set_nothing(true);
  for (const auto& [name, path] : kPrograms) {
    Command& command = *request.add_commands();
    command.add_argv(path);
    command.add_argv("--version");
    command.mutable_limits()->set_wall_time_ms(10'000);
  }
  const Response response = engine.Run(request, cancel_fd);
  if (response.has_error()) return EngineFault(response.error());
  Json languages = Json::object();
  for (int i = 0; i < response.commands_size(); ++i) {
    const CommandResult& result = response.commands(i);
    const std::string version = VersionIn(Bytes(result.stdout()));
    if (ShellStatus(result) == 0 && !version.empty()) {
      languages[kPrograms[i][0]] = version;
    }
  }
  return JsonReply(200, languages);
}

HttpReply Route(const HttpRequest& request, Engine& engine, int cancel_fd) {
  const bool languages = request.path == "/languages";
  if (!languages && request.path != "/execute" &&
      request.path != "/execute_insecure") {
    return Detail(404, "Not Found");
  }
  const char* method = languages ? "GET" : "POST";
  if (request.method != method) {
    HttpReply reply = Detail(405, "Method Not Allowed");
    reply.headers.emplace_back("Allow", method);
    return reply;
  }
  return languages ? Languages(engine, cancel_fd)
                   : Execute(request, engine, cancel_fd);
}

}  // namespace

bool Codebox::Owns(absl::string_view path) const {
  return path == "/execute" || path == "/execute_insecure" ||
         path == "/languages";
}

bool Codebox::Takes(const HttpRequest& request) const {
  if (request.path != "/execute") return true;
  const std::set<std::string> names = MemberNames(request.body);
  return names.contains("sources") || names.contains("commands");
}

HttpReply Codebox::Respond(const HttpRequest& request, Engine& engine,
                           int cancel_fd) const {
  const auto start = std::chrono::steady_clock::now();
  HttpReply reply = Route(request, engine, cancel_fd);
  const std::chrono::duration<double> elapsed =
      std::chrono::steady_clock::now() - start;
  reply.headers.emplace_back("X-Request-ID", RandomId());
  reply.headers.emplace_back("X-Processed-Time", PythonRepr(elapsed.count()));
  return reply;
}

}  // namespace jail::eval
