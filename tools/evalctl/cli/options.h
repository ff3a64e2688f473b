// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The one table of evalctl's commands and options: --help, the manual page and
// the completions of the shells are made of it, and the command line is read
// by it.
#ifndef TOOLS_EVALCTL_CLI_OPTIONS_H_
#define TOOLS_EVALCTL_CLI_OPTIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace jail::eval {

// What a value, or an operand, is completed with.
enum class Words { kNone, kAny, kFile, kDirectory, kProfile, kChoice };

struct OptionSpec {
  const char* name;   // "--config", "-j"
  const char* value;  // "FILE"; empty: it takes none
  Words words;        // of the value
  const char* help;
  std::vector<const char*> choices = {};  // with kChoice

  bool is_flag() const { return *value == '\0'; }
};

struct CommandSpec {
  const char* name;                // "run"
  std::vector<const char*> usage;  // what follows the name, a line each
  const char* about;               // one line
  std::vector<OptionSpec> options;
  Words operand;                                  // of each
  std::vector<const char*> operand_choices = {};  // with kChoice
  // Operands end the options: what follows is the script's.
  bool options_first = false;
  const char* more = "";  // behind the options: paragraphs
};

absl::Span<const CommandSpec> AllCommands();
const CommandSpec* FindCommand(absl::string_view name);  // nullptr: none

// `evalctl --help`, and `evalctl COMMAND --help`.
std::string Help();
std::string HelpOf(const CommandSpec& command);
// The lines of all help texts that tell the exit status.
const char* ExitStatusText();

struct CommandLine {
  // In order; a flag's value is empty.
  std::vector<std::pair<std::string, std::string>> options;
  std::vector<std::string> operands;
  bool wants_help = false;  // then nothing else counts

  bool Has(absl::string_view option) const;
  // Of its last use; `otherwise` without one.
  std::string Value(absl::string_view option,
                    const std::string& otherwise = "") const;
};

// "--name VALUE", "--name=VALUE", "-x VALUE", "-xVALUE"; "--" ends the options.
// An error says what is wrong with which argument.
absl::Status ReadCommandLine(const CommandSpec& command,
                             const std::vector<std::string>& args,
                             CommandLine& line);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_CLI_OPTIONS_H_
