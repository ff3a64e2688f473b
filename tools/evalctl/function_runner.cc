// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/function_runner.h"

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace jail::eval {
namespace {

// function_runner.py, put in here by the build.
constexpr char kPythonRunner[] =
#include "tools/evalctl/function_runner.inc"
    ;

// So many of a row of digits are read to know what it is.
constexpr int kMaxDigits = 18;

std::string Member(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
}

bool TakeException(absl::string_view text, Response& response) {
  const nlohmann::json parsed =
      nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  if (!parsed.is_object()) return false;
  Exception* exception = response.mutable_exception();
  exception->set_type(Member(parsed, "type"));
  exception->set_message(Member(parsed, "message"));
  exception->set_traceback(Member(parsed, "traceback"));
  return true;
}

}  // namespace

std::vector<std::string> FunctionCallArgv(const std::string& interpreter,
                                          const std::string& main_file,
                                          const std::string& entry,
                                          bool has_input) {
  return {interpreter, "-c",  kPythonRunner,
          main_file,   entry, has_input ? "1" : "0"};
}

bool IsJson(absl::string_view text) {
  if (nlohmann::json::accept(text.begin(), text.end())) return true;
  // To the library a number beyond a double is a fault.  Python has such, and
  // how many digits there are makes no other difference.
  std::string shorter;
  int digits = 0;
  for (const char c : text) {
    digits = absl::ascii_isdigit(c) ? digits + 1 : 0;
    if (digits <= kMaxDigits) shorter += c;
  }
  return shorter.size() < text.size() && nlohmann::json::accept(shorter);
}

void TakeFunctionResult(absl::string_view channel, bool truncated,
                        Response& response) {
  if (truncated) return response.set_value_fault(Response::TOO_LARGE);
  if (channel.empty()) return response.set_value_fault(Response::MISSING);
  const size_t newline = channel.find('\n');
  const absl::string_view kind = channel.substr(0, newline);
  const absl::string_view text = newline == absl::string_view::npos
                                     ? absl::string_view()
                                     : channel.substr(newline + 1);
  response.set_value_fault(Response::MALFORMED);
  if (kind == "value" && IsJson(text)) {
    response.set_value_json(std::string(text));
    response.clear_value_fault();
  } else if (kind == "exception" && TakeException(text, response)) {
    response.clear_value_fault();
  } else if (kind == "unserializable" && TakeException(text, response)) {
    response.set_value_fault(Response::NOT_SERIALIZABLE);
  }
}

}  // namespace jail::eval
