// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "config/command_line.h"
#include "config/options.h"

namespace jail {
namespace {

constexpr size_t kColumns = 80;
constexpr size_t kTextColumn = 32;

// Adds `text` from column kTextColumn on; `used` columns of the line are full.
void AppendWrapped(absl::string_view text, size_t used, std::string& out) {
  // Two spaces must part the option from its text.
  if (used + 2 > kTextColumn) {
    out += '\n';
    used = 0;
  }
  out.append(kTextColumn - used, ' ');
  size_t column = kTextColumn;
  bool is_first = true;
  for (const absl::string_view word : absl::StrSplit(text, ' ')) {
    if (!is_first && column + 1 + word.size() > kColumns) {
      out += '\n';
      out.append(kTextColumn, ' ');
      column = kTextColumn;
      is_first = true;
    }
    if (!is_first) {
      out += ' ';
      ++column;
    }
    absl::StrAppend(&out, word);
    column += word.size();
    is_first = false;
  }
  out += '\n';
}

}  // namespace

std::string HelpText() {
  std::string out =
      "Usage: jail [OPTION]... [--] COMMAND [ARG]...\n"
      "       jail --config FILE [OPTION]... [-- COMMAND [ARG]...]\n"
      "\n"
      "Runs a program that is not trusted in a jail, and says how it ended.\n"
      "Options end at the first argument that is none.  They win over the\n"
      "config file; mounts, id maps and variables are added to the file's.\n"
      "What holds when nothing is set stands in brackets.\n"
      "\n"
      "Exit status: the program's own; 128 + N when signal N ended it; 255\n"
      "when the jail could not be made.\n";
  for (int group = 0; group < kOptionGroups; ++group) {
    absl::StrAppend(&out, "\n", GroupTitle(static_cast<OptionGroup>(group)),
                    ":\n");
    for (const OptionSpec& option : AllOptions()) {
      if (static_cast<int>(option.group) != group) continue;
      std::string left = "      ";
      if (option.letter != 0) {
        left = absl::StrCat("  -", std::string(1, option.letter), ", ");
      }
      absl::StrAppend(&left, option.LongForm());
      absl::StrAppend(&out, left);
      AppendWrapped(option.help, left.size(), out);
    }
  }
  absl::StrAppend(&out,
                  "\nLimits take a number (0x for hexadecimal), hard or max, "
                  "soft or def (the\ncaller's own), or inf.  See jail(1) and "
                  "jail.cfg(5).\n");
  return out;
}

}  // namespace jail
