// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/words.h"

#include "absl/strings/string_view.h"

namespace jail::eval {

absl::StatusOr<std::vector<std::string>> SplitWords(absl::string_view line) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool is_blank = c == ' ' || c == '\t' || c == '\n';
    if (quote == 0 && is_blank) {
      in_word = false;
      continue;
    }
    if (!in_word) {
      words.emplace_back();
      in_word = true;
    }
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else if (c == '\\' && quote != '\'') {
      if (++i == line.size()) {
        return absl::InvalidArgumentError("ends in a backslash");
      }
      const char next = line[i];
      // In double quotes a backslash is itself before most characters.
      const bool escapes = quote == 0 || next == '"' || next == '\\' ||
                           next == '$' || next == '`' || next == '\n';
      if (!escapes) words.back().push_back('\\');
      if (next != '\n') words.back().push_back(next);
    } else {
      words.back().push_back(c);
    }
  }
  if (quote != 0) {
    return absl::InvalidArgumentError("has a quotation mark without its pair");
  }
  if (words.empty()) return absl::InvalidArgumentError("is empty");
  return words;
}

}  // namespace jail::eval
