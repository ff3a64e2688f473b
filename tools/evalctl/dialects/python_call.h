// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Python code whose value is wanted and not its output: what pybox and
// Python-Executor do.
#ifndef TOOLS_EVALCTL_DIALECTS_PYTHON_CALL_H_
#define TOOLS_EVALCTL_DIALECTS_PYTHON_CALL_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "proto/eval.pb.h"
#include "tools/evalctl/dialects/json.h"
#include "tools/evalctl/dialects/outcome.h"
#include "tools/evalctl/engine.h"

namespace jail::eval {

struct PythonCall {
  // How the value is written: as json.dumps() does, as FastAPI does (without
  // spaces, and with all characters), as Flask does (without spaces, sorted,
  // ASCII alone).
  enum class Form { kDumps, kCompact, kSorted };

  std::string profile;
  std::string code;
  Json names = Json::object();  // variables of the code
  // The function that is called for the value; empty: the value is that of the
  // variable `result`.
  std::string function;
  Form form = Form::kDumps;
};

struct PythonValue {
  std::optional<Error> error;  // then nothing else
  CommandResult command;       // how the interpreter ended, and its output
  NotInForce not_in_force;
  // The value as JSON; nothing: there is none.
  std::optional<std::string> json;
  std::string raised;   // "ZeroDivisionError: division by zero"
  bool exited = false;  // by SystemExit, with `exit_code`
  int exit_code = 0;
};

PythonValue CallPython(const PythonCall& call, Engine& engine, int cancel_fd);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_PYTHON_CALL_H_
