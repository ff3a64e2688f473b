// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/python_executor.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "proto/evalctl.pb.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/http_text.h"
#include "tools/evalctl/dialects/json.h"
#include "tools/evalctl/dialects/outcome.h"
#include "tools/evalctl/dialects/python_call.h"
#include "tools/evalctl/dialects/python_text.h"

namespace jail::eval {
namespace {

constexpr const char* kProfile = "python-executor";
constexpr size_t kMaxScript = 50'000;    // characters
constexpr size_t kMaxReasonBytes = 200;  // of a header

HttpReply Refuse(int status, absl::string_view text) {
  HttpReply reply;
  reply.status = status;
  // Its library escapes what isn't ASCII, and ends the line.
  const Json body = {{"error", std::string(text)}};
  reply.body = body.dump(-1, ' ', true) + "\n";
  return reply;
}

bool IsJson(const HttpRequest& request) {
  const std::string type = MediaType(request.content_type);
  return IsJsonType(type) || IsJsonAsForm(type, request.body);
}

// Python's truth: what is empty, zero or null is "no data".
bool IsFalsy(const Json& value) {
  return value.is_null() || value == false || value == 0 || value == "" ||
         (value.is_structured() && value.empty());
}

// The script, or why there is none.
std::optional<std::string> ReadScript(const HttpRequest& request,
                                      HttpReply& refusal) {
  const auto refuse = [&](absl::string_view why) {
    refusal = Refuse(400, why);
    return std::nullopt;
  };
  JsonFault fault;
  const auto body = ParseJson(request.body, fault);
  if (!body) {
    return refuse(absl::StrCat("Could not parse JSON body: ", fault.message));
  }
  if (IsFalsy(*body)) return refuse("No JSON data provided");
  if (!body->is_object() || !body->contains("script")) {
    return refuse("Missing 'script' field");
  }
  const Json& script = (*body)["script"];
  if (!script.is_string()) return refuse("Script must be a string");
  const std::string& text = script.get_ref<const std::string&>();
  if (OffsetOfCharacter(text, kMaxScript) < text.size()) {
    return refuse("Script too large (max 50KB)");
  }
  if (!absl::StrContains(text, "def main(")) {
    return refuse("Script must contain a 'def main():' function");
  }
  return text;
}

// "15s": the limit that was in force.
std::string TimeLimit(const Engine& engine) {
  const Profile* profile = FindProfile(engine.config(), kProfile);
  const uint64_t ms =
      profile == nullptr ? 0 : profile->default_limits().wall_time_ms();
  return absl::StrCat(ms == 0 ? 15 : (ms + 999) / 1000, "s");
}

// For people: the body has no place for it.
void AddReason(const PythonValue& value, HttpReply& reply) {
  std::string reason = value.raised.substr(0, kMaxReasonBytes);
  for (char& c : reason) {
    if (!absl::ascii_isprint(c)) c = '?';
  }
  if (!reason.empty()) reply.headers.emplace_back("X-Evalctl-Reason", reason);
}

HttpReply Execute(std::string script, Engine& engine, int cancel_fd) {
  PythonCall call;
  call.profile = kProfile;
  call.code = std::move(script);
  call.function = "main";
  call.form = PythonCall::Form::kSorted;
  PythonValue value = CallPython(call, engine, cancel_fd);
  if (value.error) {
    return Refuse(ErrorStatus(*value.error),
                  absl::StrCat("Execution error: ", ErrorText(*value.error)));
  }
  std::string out = Bytes(std::move(*value.command.mutable_stdout()));
  HttpReply reply;
  if (TimedOut(value.command)) {
    reply = Refuse(400, absl::StrCat("Script execution timed out (",
                                     TimeLimit(engine), ")"));
  } else if (const auto fault = FindUtf8Fault(out)) {
    reply =
        Refuse(400, absl::StrCat("Execution error: ", CodecMessage(*fault)));
  } else if (value.command.outcome() == report::OUTPUT) {
    reply = Refuse(400, "Execution error: too much output");
  } else if (!value.json) {
    reply = Refuse(400, "main() must return a JSON-serializable object");
    AddReason(value, reply);
  } else {
    absl::StripAsciiWhitespace(&out);
    const Json text = std::move(out);
    reply.body = R"({"result":)";
    reply.rest.AddText(*std::move(value.json));
    reply.rest.AddText(R"(,"stdout":)");
    reply.rest.AddText(text.dump(-1, ' ', true) + "}\n");
  }
  AddOutcome(value.command, value.not_in_force, reply);
  return reply;
}

}  // namespace

bool PythonExecutor::Takes(const HttpRequest& request) const {
  return MemberNames(request.body).contains("script");
}

HttpReply PythonExecutor::Answer(const HttpRequest& request, Engine& engine,
                                 int cancel_fd) const {
  if (!Owns(request.path)) return Refuse(404, "Not Found");
  if (request.method == "OPTIONS") {
    HttpReply reply;
    reply.content_type = "text/html; charset=utf-8";
    reply.headers.emplace_back("Allow", "POST, OPTIONS");
    return reply;
  }
  if (request.method != "POST") {
    HttpReply reply = Refuse(405, "Method Not Allowed");
    reply.headers.emplace_back("Allow", "POST, OPTIONS");
    return reply;
  }
  if (!IsJson(request)) {
    return Refuse(415, "Content-Type must be application/json");
  }
  HttpReply refusal;
  std::optional<std::string> script = ReadScript(request, refusal);
  if (!script) return refusal;
  return Execute(*std::move(script), engine, cancel_fd);
}

}  // namespace jail::eval
