// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/python_call.h"

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "proto/eval.pb.h"
#include "tools/evalctl/dialects/json.h"
#include "tools/evalctl/dialects/outcome.h"
#include "tools/evalctl/function_runner.h"

namespace jail::eval {
namespace {

// Called by the engine's function runner; what it returns goes by a channel of
// its own.  The value is made JSON here, so that a value that can't be is an
// exception like any other.  Code and functions in it share one namespace.
constexpr absl::string_view kEvaluate = R"py(
import json, sys, traceback

def written(value, form):
    text = json.dumps(value, allow_nan=False)
    if form == "dumps":
        return text
    # Read again, keys are texts, and can be sorted.
    value = json.loads(text)
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=form == "sorted",
                      sort_keys=form == "sorted")
    try:
        text.encode()
    except UnicodeEncodeError:  # a surrogate, which JSON has by its number alone
        text = json.dumps(value, separators=(",", ":"))
    return text

def evaluate(request):
    names = {"__name__": "__main__", "__builtins__": __builtins__,
             "json": json, "sys": sys, "traceback": traceback}
    names.update(request["names"])
    names["result"] = None
    try:
        exec(compile(request["code"], "<string>", "exec"), names)
        name = request["function"]
        value = names[name]() if name else names.get("result")
        answer = {"json": written(value, request["form"])}
    except SystemExit as leaving:
        code = leaving.code
        if code is not None and not isinstance(code, int):
            print(code, file=sys.stderr)
            code = 1
        answer = {"exit": (code or 0) & 255}
    except BaseException as error:
        stack = error.__traceback__
        while stack and stack.tb_frame.f_code.co_filename != "<string>":
            stack = stack.tb_next
        traceback.print_exception(type(error), error, stack)
        lines = traceback.format_exception_only(type(error), error)
        text = lines[-1].strip()[:1000]
        answer = {"raised": text.encode("utf-8", "replace").decode("utf-8")}
    for stream in sys.stdout, sys.stderr:
        try:
            stream.flush()
        except Exception:
            pass  # the program closed it, or put something else there
    return answer
)py";

const char* FormName(PythonCall::Form form) {
  switch (form) {
    case PythonCall::Form::kDumps:
      return "dumps";
    case PythonCall::Form::kCompact:
      return "compact";
    case PythonCall::Form::kSorted:
      return "sorted";
  }
  return "";
}

}  // namespace

PythonValue CallPython(const PythonCall& call, Engine& engine, int cancel_fd) {
  Request request;
  request.set_profile(call.profile);
  request.set_code(std::string(kEvaluate));
  request.set_entry("evaluate");
  request.set_input_json(DumpCompact({{"code", call.code},
                                      {"names", call.names},
                                      {"function", call.function},
                                      {"form", FormName(call.form)}}));
  request.mutable_collect()->set_nothing(true);
  Response response = engine.Run(request, cancel_fd);
  PythonValue value;
  if (response.has_error()) {
    value.error = std::move(*response.mutable_error());
    return value;
  }
  if (!response.commands().empty()) {
    value.command = std::move(*response.mutable_commands()->rbegin());
  }
  value.not_in_force = std::move(*response.mutable_limits_not_in_force());
  // The program holds the channel too: nothing in it is trusted to be what
  // was put there above.
  JsonFault fault;
  const auto answer = ParseJson(response.value_json(), fault);
  if (answer && answer->is_object()) {
    value.exited = answer->contains("exit");
    if (value.exited && (*answer)["exit"].is_number_integer()) {
      value.exit_code = (*answer)["exit"].get<int>();
    }
    if (answer->contains("raised") && (*answer)["raised"].is_string()) {
      value.raised = (*answer)["raised"];
    }
    if (answer->contains("json") && (*answer)["json"].is_string()) {
      const std::string json = (*answer)["json"];
      if (ParseJson(json, fault) || IsJson(json)) value.json = json;
    }
  }
  if (response.has_exception() && value.raised.empty()) {
    value.raised = response.exception().type();
  }
  return value;
}

}  // namespace jail::eval
