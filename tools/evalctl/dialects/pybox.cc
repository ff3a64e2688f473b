// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/pybox.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/fastapi.h"
#include "tools/evalctl/dialects/json.h"
#include "tools/evalctl/dialects/outcome.h"
#include "tools/evalctl/dialects/python_call.h"
#include "tools/evalctl/dialects/python_text.h"

namespace jail::eval {
namespace {

constexpr const char* kProfile = "pybox";

// Members that quartermaster's requests have and pybox's don't.
constexpr const char* kQuartermasters[] = {
    "image",      "files",        "entrypoint",    "timeout",
    "mem_limit",  "cpu_shares",   "allow_network", "environment",
    "disk_limit", "prebuild_spec"};

PythonCall MakeCall(std::string code, const Json& input) {
  PythonCall call;
  call.profile = kProfile;
  call.code = std::move(code);
  call.names = input;
  return call;
}

// Did the code end well, its value aside?
bool Succeeded(const PythonValue& value) {
  if (value.json) return true;
  if (value.exited) return value.exit_code == 0;
  return value.raised.empty() && value.command.outcome() == report::EXITED &&
         value.command.exit_code() == 0;
}

// What it said, without the space around it.
std::string Errors(PythonValue& value) {
  std::string text = Bytes(std::move(*value.command.mutable_stderr()));
  absl::StripAsciiWhitespace(&text);
  return text;
}

HttpReply Run(const HttpRequest& request, Engine& engine, int cancel_fd) {
  BodyFaults faults;
  const std::optional<Json> body = ReadObject(request, faults);
  if (!body) return faults.Reply();
  Fields fields(*body, {"body"}, faults);
  std::string code = fields.RequiredString("code");
  const Json* input = fields.OptionalObject("input");
  if (!faults.empty()) return faults.Reply();

  PythonCall call =
      MakeCall(std::move(code), input == nullptr ? Json::object() : *input);
  call.form = PythonCall::Form::kCompact;
  PythonValue value = CallPython(call, engine, cancel_fd);
  if (value.error) return EngineFault(*value.error);
  HttpReply reply;
  if (TimedOut(value.command)) {
    reply = Detail(504, "Execution timed out");
  } else {
    // The value is put in as it was written: no digit is lost.
    reply.body = absl::StrCat(
        R"({"status":")", Succeeded(value) ? "ok" : "error", R"(","result":)");
    std::string errors = Errors(value);
    reply.rest.AddText(std::move(value.json).value_or("null"));
    reply.rest.AddText(errors.empty() ? R"(,"errmsg":null)" : R"(,"errmsg":")");
    const char* end = errors.empty() ? "}" : "\"}";
    reply.rest.AddEscaped(std::move(errors));
    reply.rest.AddText(end);
  }
  AddOutcome(value.command, value.not_in_force, reply);
  return reply;
}

}  // namespace

bool Pybox::Takes(const HttpRequest& request) const {
  const std::set<std::string> names = MemberNames(request.body);
  return names.contains("code") &&
         std::none_of(std::begin(kQuartermasters), std::end(kQuartermasters),
                      [&](const char* name) { return names.contains(name); });
}

HttpReply Pybox::Respond(const HttpRequest& request, Engine& engine,
                         int cancel_fd) const {
  if (!Owns(request.path)) return Detail(404, "Not Found");
  if (request.method != "POST") {
    HttpReply reply = Detail(405, "Method Not Allowed");
    reply.headers.emplace_back("Allow", "POST");
    return reply;
  }
  return Run(request, engine, cancel_fd);
}

HttpReply PyboxRunner::Answer(const HttpRequest& request, Engine& engine,
                              int cancel_fd) const {
  HttpReply reply;
  reply.content_type = "text/plain";
  JsonFault fault;
  const auto body = ParseJson(request.body, fault);
  if (!body || !body->is_object() || !body->contains("code") ||
      !(*body)["code"].is_string() ||
      !body->value("input", Json::object()).is_object()) {
    reply.status = 400;
    reply.body =
        absl::StrCat("Invalid JSON input: ",
                     body ? "\"code\" must be a text and \"input\" an object"
                          : fault.message);
    return reply;
  }
  PythonValue value = CallPython(
      MakeCall((*body)["code"], body->value("input", Json::object())), engine,
      cancel_fd);
  if (value.error) {
    reply.status = ErrorStatus(*value.error);
    reply.body = ErrorText(*value.error);
    return reply;
  }
  if (Succeeded(value)) {
    reply.content_type = "application/json";
    reply.body =
        absl::StrCat(R"({"result": )", value.json.value_or("null"), "}");
  } else {
    reply.status = TimedOut(value.command) ? 504 : 422;
    reply.body = TimedOut(value.command)
                     ? "Execution timed out"
                     : Bytes(std::move(*value.command.mutable_stderr()));
  }
  AddOutcome(value.command, value.not_in_force, reply);
  return reply;
}

}  // namespace jail::eval
