// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Calls a function of a program, and has its value as JSON: on a channel of
// its own, so that nothing that the program prints is mistaken for it.
#ifndef TOOLS_EVALCTL_FUNCTION_RUNNER_H_
#define TOOLS_EVALCTL_FUNCTION_RUNNER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/eval.pb.h"

namespace jail::eval {

// The command that calls `entry` of `main_file` by `interpreter`, a Python.
// Request.args come behind it.
std::vector<std::string> FunctionCallArgv(const std::string& interpreter,
                                          const std::string& main_file,
                                          const std::string& entry,
                                          bool has_input);

// Puts what came on the channel into `response`: a value, an exception, or why
// there is neither.
void TakeFunctionResult(absl::string_view channel, bool truncated,
                        Response& response);

// Whether `text` is JSON, with whole numbers of any length.
bool IsJson(absl::string_view text);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_FUNCTION_RUNNER_H_
