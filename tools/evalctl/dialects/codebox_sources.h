// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_DIALECTS_CODEBOX_SOURCES_H_
#define TOOLS_EVALCTL_DIALECTS_CODEBOX_SOURCES_H_

#include <map>
#include <string>
#include <vector>

#include "proto/eval.pb.h"

namespace jail::eval {

// Adds codebox's `sources` to the files of `request`.  What it gives says of
// each that can't be written why, in the words that codebox's clients know.
std::vector<std::string> AddSources(
    const std::map<std::string, std::string>& sources, Request& request);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_CODEBOX_SOURCES_H_
