// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/cli/options.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace jail::eval {
namespace {

constexpr size_t kHelpColumn = 22, kLineWidth = 79;

OptionSpec ConfigOption() {
  return {"--config", "FILE", Words::kFile,
          "the profiles; by default ../share/jail/evalctl.cfg, counted from "
          "the program's folder, or the examples/evalctl.cfg of its checkout"};
}

std::vector<CommandSpec> MakeCommands() {
  return {
      {.name = "run",
       .usage = {"[OPTION...] [REQUEST.json|-]", "[OPTION...] SCRIPT [ARG...]",
                 "[OPTION...] -c CODE [ARG...]"},
       .about = "one request in, one response out",
       .options =
           {{"--profile", "NAME", Words::kProfile,
             "of the configuration; by default the first, or that of the "
             "script's ending"},
            {"-c", "CODE", Words::kAny,
             "run this; the arguments behind it are the program's"},
            {"--pretty", "", Words::kNone, "indent the response"},
            {"--save-files", "DIR", Words::kDirectory,
             "write the files of the response there, too"},
            {"--api",
             "NAME",
             Words::kChoice,
             "speak another service's interface: its body in, its answer out",
             {"snekbox", "codebox", "pybox", "pybox-runner", "quartermaster",
              "python-executor"}},
            {"--api-path", "PATH", Words::kAny,
             "another endpoint of it: /languages"},
            {"--with-status", "", Words::kNone,
             "its HTTP status on a line before"},
            ConfigOption()},
       .operand = Words::kFile,
       .options_first = true},
      {.name = "batch",
       .usage = {"[OPTION...] [FILE|-]"},
       .about = "a request a line in, a response a line out, each at once",
       .options = {{"-j", "N", Words::kAny,
                    "at once; by default as many as cores"},
                   {"--as-completed", "", Words::kNone,
                    "not in the order of the lines; a request without an id "
                    "gets the number of its line"},
                   {"--resume", "OUT", Words::kFile,
                    "append to OUT, and skip the ids that it holds"},
                   {"--quiet", "", Words::kNone, "no progress, no summary"},
                   {"-q", "", Words::kNone, "the same"},
                   ConfigOption()},
       .operand = Words::kFile,
       .more = "Interrupted, its exit status is 130."},
      {.name = "serve",
       .usage = {"[OPTION...]"},
       .about = "answers by HTTP, with a page to try it",
       .options =
           {{"--listen", "ADDRESS", Words::kAny,
             "127.0.0.1:8060 (the default), [::1]:PORT, unix:PATH, systemd "
             "(its sockets); may be repeated"},
            {"--api",
             "NAME",
             Words::kChoice,
             "be that service: its paths alone, beside /v1, /healthz, /readyz, "
             "/metrics and /openapi.json",
             {"snekbox", "codebox", "pybox", "quartermaster",
              "python-executor"}},
            {"--concurrency", "N", Words::kAny,
             "jails at once; by default as many as cores"},
            {"--queue", "N", Words::kAny, "requests that wait; by default 64"},
            {"--api-keys-file", "FILE", Words::kFile,
             "keys, one a line; EVALCTL_API_KEYS (with commas) and "
             "EVALCTL_AUTH_TOKEN are taken too"},
            {"--allow-remote-without-key", "", Words::kNone,
             "listen beyond this machine though there is no key"},
            {"--log-requests", "", Words::kNone, "a line for each on stderr"},
            ConfigOption()},
       .operand = Words::kNone,
       .more = "SIGTERM finishes what runs and ends, a second one cancels it; "
               "SIGHUP loads config and keys again."},
      {.name = "profiles",
       .usage = {"[--config FILE]"},
       .about = "what a request may name, and whether it is ready",
       .options = {ConfigOption()},
       .operand = Words::kNone},
      {.name = "check",
       .usage = {"[--config FILE]"},
       .about = "the configuration, and a hello in each profile",
       .options = {ConfigOption()},
       .operand = Words::kNone},
      {.name = "schema",
       .usage = {"[request|response]"},
       .about = "JSON Schema of the request and the response",
       .options = {},
       .operand = Words::kChoice,
       .operand_choices = {"request", "response"},
       .more = "With neither, what both are made of, without a root."},
  };
}

// Words of `text` in lines of at most kLineWidth, each after `indent` spaces.
std::string Wrapped(absl::string_view text, size_t indent) {
  std::string out;
  size_t column = indent;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    if (column > indent && column + 1 + word.size() > kLineWidth) {
      absl::StrAppend(&out, "\n", std::string(indent, ' '));
      column = indent;
    }
    if (column > indent) {
      out.push_back(' ');
      ++column;
    }
    absl::StrAppend(&out, word);
    column += word.size();
  }
  return out + "\n";
}

std::string OptionLines(const CommandSpec& command) {
  std::string out;
  for (const OptionSpec& option : command.options) {
    std::string left = absl::StrCat("  ", option.name,
                                    option.is_flag() ? "" : " ", option.value);
    if (left.size() + 2 > kHelpColumn) {
      absl::StrAppend(&out, left, "\n", std::string(kHelpColumn, ' '));
    } else {
      left.resize(kHelpColumn, ' ');
      out += left;
    }
    out += Wrapped(option.help, kHelpColumn);
  }
  return out;
}

std::string UsageLines(const CommandSpec& command, bool is_first) {
  std::string out;
  for (const char* usage : command.usage) {
    absl::StrAppend(&out, is_first ? "Usage: " : "       ", "evalctl ",
                    command.name, " ", usage, "\n");
    is_first = false;
  }
  return out;
}

const OptionSpec* FindOption(const CommandSpec& command,
                             absl::string_view name) {
  for (const OptionSpec& option : command.options) {
    if (name == option.name) return &option;
  }
  return nullptr;
}

}  // namespace

absl::Span<const CommandSpec> AllCommands() {
  static const auto& commands = *new std::vector<CommandSpec>(MakeCommands());
  return commands;
}

const CommandSpec* FindCommand(absl::string_view name) {
  for (const CommandSpec& command : AllCommands()) {
    if (name == command.name) return &command;
  }
  return nullptr;
}

const char* ExitStatusText() {
  return "Exit status: 0 the request was served, whatever its program did; 2 "
         "it is a bad one; 1 the fault is ours.";
}

std::string Help() {
  std::string usage, about;
  for (const CommandSpec& command : AllCommands()) {
    usage += UsageLines(command, usage.empty());
    std::string left = absl::StrCat("  ", command.name);
    left.resize(kHelpColumn, ' ');
    absl::StrAppend(&about, left, Wrapped(command.about, kHelpColumn));
  }
  return absl::StrCat(usage, "\nJSON in, a jailed run, JSON and files out.\n\n",
                      about, "\nevalctl COMMAND --help has the options.\n\n",
                      Wrapped(ExitStatusText(), 0));
}

std::string HelpOf(const CommandSpec& command) {
  std::string about = command.about;
  return absl::StrCat(
      UsageLines(command, true), "\n", about, ".\n",
      command.options.empty() ? "" : "\n", OptionLines(command), "\n",
      *command.more == '\0' ? "" : Wrapped(command.more, 0) + "\n",
      Wrapped(ExitStatusText(), 0));
}

bool CommandLine::Has(absl::string_view option) const {
  for (const auto& [name, value] : options) {
    if (name == option) return true;
  }
  return false;
}

std::string CommandLine::Value(absl::string_view option,
                               const std::string& otherwise) const {
  std::string last = otherwise;
  for (const auto& [name, value] : options) {
    if (name == option) last = value;
  }
  return last;
}

absl::Status ReadCommandLine(const CommandSpec& command,
                             const std::vector<std::string>& args,
                             CommandLine& line) {
  size_t i = 0;
  for (; i < args.size(); ++i) {
    const std::string& arg = args[i];
    if (arg == "--help" || arg == "-h") {
      line.wants_help = true;
      return absl::OkStatus();
    }
    if (arg == "--") {
      ++i;
      break;
    }
    if (arg == "-" || !absl::StartsWith(arg, "-")) {
      if (command.options_first) break;
      line.operands.push_back(arg);
      continue;
    }
    const size_t equals =
        absl::StartsWith(arg, "--") ? arg.find('=') : std::string::npos;
    std::string name = arg.substr(0, equals);
    const OptionSpec* option = FindOption(command, name);
    std::string value;
    bool has_value = false;
    if (option == nullptr && !absl::StartsWith(arg, "--")) {
      // "-j8"
      option = FindOption(command, arg.substr(0, 2));
      if (option != nullptr && option->is_flag()) option = nullptr;
      if (option != nullptr) {
        name = option->name;
        value = arg.substr(2);
        has_value = true;
      }
    }
    if (option == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": there is no such option"));
    }
    if (equals != std::string::npos) {
      if (option->is_flag()) {
        return absl::InvalidArgumentError(
            absl::StrCat(name, ": takes no value"));
      }
      value = arg.substr(equals + 1);
    } else if (!option->is_flag() && !has_value) {
      if (++i == args.size()) {
        return absl::InvalidArgumentError(
            absl::StrCat(name, ": needs a value"));
      }
      value = args[i];
    }
    line.options.emplace_back(name, value);
    // The rest is the program's, as with python -c.
    if (name == "-c") {
      ++i;
      break;
    }
  }
  line.operands.insert(line.operands.end(),
                       args.begin() + static_cast<std::ptrdiff_t>(i),
                       args.end());
  if (command.operand == Words::kNone && !line.operands.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        line.operands[0], ": ", command.name, " takes options alone"));
  }
  return absl::OkStatus();
}

}  // namespace jail::eval
