// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What evalctl's table of commands (tools/evalctl/cli/options.h) says, as a
// manual page and as completions.
#ifndef TOOLS_REFERENCE_EVAL_PAGES_H_
#define TOOLS_REFERENCE_EVAL_PAGES_H_

#include <string>

namespace jail::eval {

std::string EvalManual(const std::string& version);  // evalctl(1)
std::string EvalBashCompletion();
std::string EvalZshCompletion();
std::string EvalFishCompletion();

}  // namespace jail::eval

#endif  // TOOLS_REFERENCE_EVAL_PAGES_H_
