// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_COMMAND_LINE_H_
#define CONFIG_COMMAND_LINE_H_

#include <optional>
#include <string>
#include <vector>

#include "config/diagnostics.h"
#include "config/parse.h"

namespace jail {

// A command line as it was understood.  Options that are config fields too are
// kept in order, and applied over the file's values by ApplyCommandLine.
struct CommandLine {
  enum class Action {
    kRun,
    kHelp,
    kVersion,
    kCheck,
    kExplainText,
    kExplainJson
  };
  Action action = Action::kRun;
  std::optional<std::string> config_file;
  ConfigFormat config_format = ConfigFormat::kDetect;
  std::optional<std::string> report_file;
  std::optional<int> report_fd;
  bool stats = false;

  struct Option {
    std::string name;     // the long name, without dashes: "bindmount_ro"
    std::string value;    // empty for flags
    std::string written;  // for origins and errors: "-R /usr"
  };
  std::vector<Option> options;       // in the order of the command line
  std::vector<std::string> command;  // after "--", or the first non-option
};

// `args` without the program's name.  Options end at "--" or at the first
// argument that is none; long names may be abbreviated.  What is wrong goes to
// `diagnostics`, all of it; the rest is understood all the same.
//
// Not thread-safe: getopt_long(3) keeps its place in global variables.  See
// docs/decisions/0002-command-line.md for why it is used.
CommandLine ParseCommandLine(const std::vector<std::string>& args,
                             Diagnostics& diagnostics);

// Puts what the command line asked for over what the file says: single values
// replace, repeated ones (mounts, maps, environment) are appended.  Without a
// file, nsjail's defaults of the command line hold (mount_proc is true).
// The file of an origin becomes "command line: -R /usr".
void ApplyCommandLine(const CommandLine& line, ParsedConfig& config,
                      Diagnostics& diagnostics);

// Grouped, at most 80 columns.
std::string HelpText();

}  // namespace jail

#endif  // CONFIG_COMMAND_LINE_H_
