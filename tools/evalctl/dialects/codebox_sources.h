// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_DIALECTS_CODEBOX_SOURCES_H_
#define TOOLS_EVALCTL_DIALECTS_CODEBOX_SOURCES_H_

#include <string>
#include <utility>
#include <vector>

#include "proto/eval.pb.h"

namespace jail::eval {

// Path and text, in the order in which they are written.
using SourceFiles = std::vector<std::pair<std::string, std::string>>;

// Adds codebox's `sources` to the files of `request`.  What it gives says of
// each that can't be written why, in the words that codebox's clients know.
std::vector<std::string> AddSources(const SourceFiles& sources,
                                    Request& request);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_CODEBOX_SOURCES_H_
