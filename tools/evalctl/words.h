// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_WORDS_H_
#define TOOLS_EVALCTL_WORDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace jail::eval {

// A command line as words, with the quoting of sh(1): '...', "..." and \.
// Nothing is expanded, and no other character has a meaning.
absl::StatusOr<std::vector<std::string>> SplitWords(absl::string_view line);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_WORDS_H_
