// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/command_line.h"

#include <getopt.h>

#include <algorithm>
#include <list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "config/numbers.h"
#include "config/option_setters.h"
#include "config/options.h"
#include "config/suggest.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

constexpr char kCommandLine[] = "command line";
// A policy or a mount can be long; an error repeats this much of it.
constexpr size_t kMaxWritten = 100;
// What getopt_long returns for option number i: beyond every letter.
constexpr int kFirstOption = 256;

std::vector<std::string> Candidates(absl::string_view prefix, bool all) {
  std::vector<std::string> names;
  for (const OptionSpec& option : AllOptions()) {
    if (absl::StartsWith(option.name, prefix) &&
        (all || option.whose == Whose::kNsjail)) {
      names.push_back(option.name);
    }
  }
  return names;
}

// One run of getopt_long over one command line.
class Parser {
 public:
  Parser(std::vector<std::string> args, Diagnostics& diagnostics)
      : args_(std::move(args)), diagnostics_(diagnostics) {
    args_.insert(args_.begin(), "jail");
    for (std::string& arg : args_) argv_.push_back(arg.data());
    argv_.push_back(nullptr);
    // "+": stop at the first argument that is no option.  ":": tell a missing
    // value from an unknown option, and print nothing.
    letters_ = "+:";
    int number = kFirstOption;
    for (const OptionSpec& option : AllOptions()) {
      const int value = option.is_flag()             ? no_argument
                        : option.is_value_optional() ? optional_argument
                                                     : required_argument;
      long_options_.push_back({option.name, value, nullptr, number++});
      if (option.letter == 0) continue;
      letters_ += option.letter;
      if (value == required_argument) letters_ += ':';
    }
    long_options_.push_back({});
  }

  CommandLine Run() {
    const int count = static_cast<int>(args_.size());
    optind = 0;  // glibc: start anew
    for (;;) {
      const int found = getopt_long(count, argv_.data(), letters_.c_str(),
                                    long_options_.data(), nullptr);
      if (found == -1) break;
      if (found == ':') {
        Fail(absl::StrCat(Spelling(optopt),
                          " needs a value: ", Option(optopt)->LongForm()));
      } else if (found == '?') {
        Refused();
      } else {
        Take(found);
      }
    }
    line_.command.assign(args_.begin() + optind, args_.end());
    return std::move(line_);
  }

 private:
  // By what getopt_long calls it: a letter, or kFirstOption and up.
  static const OptionSpec* Option(int found) {
    if (found >= kFirstOption) return &AllOptions()[found - kFirstOption];
    for (const OptionSpec& option : AllOptions()) {
      if (option.letter == found) return &option;
    }
    return nullptr;
  }

  static std::string Spelling(int found) {
    if (found >= kFirstOption) return absl::StrCat("--", Option(found)->name);
    return absl::StrCat("-", std::string(1, static_cast<char>(found)));
  }

  void Fail(const std::string& message) {
    diagnostics_.Error(Origin{"", kCommandLine},
                       Printable(message, 2 * kMaxWritten));
  }

  void Take(int found) {
    const OptionSpec& option = *Option(found);
    const std::string value = optarg == nullptr ? "" : optarg;
    std::string written = Spelling(found);
    if (optarg != nullptr) {
      absl::StrAppend(&written, option.is_value_optional() ? "=" : " ", value);
    }
    written = Printable(written, kMaxWritten);
    if (std::holds_alternative<SetNothing>(option.setter)) {
      TakeOurs(option.name, value, written);
    } else {
      line_.options.push_back({option.name, value, written});
    }
  }

  // The options that are not for the config.
  void TakeOurs(absl::string_view name, const std::string& value,
                const std::string& written) {
    using Action = CommandLine::Action;
    const auto fail = [&](const std::string& message) {
      diagnostics_.Error(Origin{"", absl::StrCat(kCommandLine, ": ", written)},
                         message);
    };
    if (name == "help") {
      line_.action = Action::kHelp;
    } else if (name == "version") {
      SetAction(Action::kVersion);
    } else if (name == "check") {
      SetAction(Action::kCheck);
    } else if (name == "explain") {
      if (value != "" && value != "text" && value != "json") {
        fail("is neither text nor json");
      }
      SetAction(value == "json" ? Action::kExplainJson : Action::kExplainText);
    } else if (name == "config") {
      line_.config_file = value;
    } else if (name == "config_format") {
      if (value != "text" && value != "json") fail("is neither text nor json");
      line_.config_format =
          value == "json" ? ConfigFormat::kJson : ConfigFormat::kText;
    } else if (name == "report") {
      line_.report_file = value;
    } else if (name == "stats") {
      line_.stats = true;
    } else if (name == "report_fd") {
      int fd = -1;
      const std::string wrong = ReadNumber(value, fd);
      if (!wrong.empty()) return fail(wrong);
      if (fd < 0) return fail("a descriptor is 0 or more");
      line_.report_fd = fd;
    }
  }

  // Whoever asks for help gets it, whatever else is asked for.
  void SetAction(CommandLine::Action action) {
    if (line_.action != CommandLine::Action::kHelp) line_.action = action;
  }

  // What getopt_long answered with '?'.
  void Refused() {
    if (optopt >= kFirstOption) {  // a flag, written with a value
      Fail(absl::StrCat(Spelling(optopt), " takes no value"));
      return;
    }
    if (optopt != 0) {
      Fail(absl::StrCat(Spelling(optopt), ": no such option; see --help"));
      return;
    }
    const std::string arg = argv_[optind - 1];
    const size_t equals = std::min(arg.find('='), arg.size());
    const std::string name = arg.substr(2, equals - 2);
    const std::vector<std::string> all = Candidates(name, /*all=*/true);
    if (all.empty()) {
      const std::string closest =
          ClosestName(name, Candidates("", /*all=*/true));
      Fail(absl::StrCat("--", name, ": no such option; ",
                        closest.empty()
                            ? "see --help"
                            : absl::StrCat("did you mean --", closest, "?")));
      return;
    }
    // An abbreviation that nsjail knows must not become ambiguous by our own
    // options: written out, it is read again.
    const std::vector<std::string> nsjails = Candidates(name, /*all=*/false);
    if (nsjails.size() == 1) {
      // getopt_long still points to the end of the argument as it was.
      written_out_.push_back(
          absl::StrCat("--", nsjails[0], arg.substr(equals)));
      argv_[--optind] = written_out_.back().data();
      return;
    }
    Fail(absl::StrCat("--", name, " could be any of --",
                      absl::StrJoin(all, ", --")));
  }

  std::vector<std::string> args_;
  Diagnostics& diagnostics_;
  std::vector<char*> argv_;
  std::list<std::string> written_out_;  // what argv_ points to instead
  std::string letters_;
  std::vector<option> long_options_;
  CommandLine line_;
};

}  // namespace

CommandLine ParseCommandLine(const std::vector<std::string>& args,
                             Diagnostics& diagnostics) {
  return Parser(args, diagnostics).Run();
}

void ApplyCommandLine(const CommandLine& line, ParsedConfig& config,
                      Diagnostics& diagnostics) {
  // As nsjail does: who writes no file gets a procfs.
  if (!line.config_file) config.proto.set_mount_proc(true);
  if (!line.command.empty()) {
    config::Exe& exe = *config.proto.mutable_exec_bin();
    // -x, below, replaces the path and leaves argv.
    exe.set_path(line.command[0]);
    exe.set_arg0(line.command[0]);
    exe.clear_arg();
    for (size_t i = 1; i < line.command.size(); ++i) {
      exe.add_arg(line.command[i]);
    }
    for (const char* field :
         {"exec_bin.path", "exec_bin.arg0", "exec_bin.arg"}) {
      config.sources.Set(field, Origin{field, kCommandLine});
    }
  }
  for (const CommandLine::Option& given : line.options) {
    const OptionSpec* option = FindOption(given.name);
    // A CommandLine is made by ParseCommandLine, or by a program that embeds
    // us and may err.
    if (option == nullptr) {
      diagnostics.Error(Origin{"", kCommandLine},
                        absl::StrCat("--", given.name, ": no such option"));
      continue;
    }
    OptionTarget target{config, given.written, diagnostics};
    ApplyOption(*option, given.value, target);
  }
}

}  // namespace jail
