// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// evalctl COMMAND ...: JSON in, jailed run, JSON and files out.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "jail/sys/errno_name.h"
#include "tools/evalctl/cli/options.h"
#include "tools/evalctl/commands.h"

namespace {

struct Command {
  const char* name;
  int (*run)(const jail::eval::CommandLine& line);
};
constexpr Command kCommands[] = {{"run", jail::eval::RunRequest},
                                 {"batch", jail::eval::RunLines},
                                 {"serve", jail::eval::RunServer},
                                 {"profiles", jail::eval::ListProfiles},
                                 {"check", jail::eval::CheckProfiles},
                                 {"schema", jail::eval::PrintSchema}};

// What could not be written is a failure, where nobody has said so yet.
int Written(int status) {
  if (status != jail::eval::kServed || std::fflush(stdout) == 0) return status;
  std::fprintf(stderr, "evalctl: stdout: %s\n",
               jail::DescribeErrno(errno).c_str());
  return jail::eval::kOurFault;
}

}  // namespace

int main(int argc, char** argv) {
  // A write beyond our own RLIMIT_FSIZE is an error that can be told; programs
  // start with the signal's default.
  std::signal(SIGXFSZ, SIG_IGN);
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.empty()) {
    std::fputs(jail::eval::Help().c_str(), stderr);
    return jail::eval::kBadRequest;
  }
  if (args[0] == "--help" || args[0] == "-h" || args[0] == "help") {
    std::fputs(jail::eval::Help().c_str(), stdout);
    return Written(0);
  }
  if (args[0] == "--version") {
    std::puts("evalctl " JAIL_VERSION);
    return Written(0);
  }
  for (const Command& command : kCommands) {
    if (args[0] != command.name) continue;
    const jail::eval::CommandSpec& spec =
        *jail::eval::FindCommand(command.name);
    jail::eval::CommandLine line;
    const absl::Status read =
        ReadCommandLine(spec, {args.begin() + 1, args.end()}, line);
    if (!read.ok()) {
      std::fprintf(stderr, "evalctl: %s: %s; see evalctl %s --help\n",
                   command.name, std::string(read.message()).c_str(),
                   command.name);
      return jail::eval::kBadRequest;
    }
    if (line.wants_help) {
      std::fputs(jail::eval::HelpOf(spec).c_str(), stdout);
      return Written(0);
    }
    return Written(command.run(line));
  }
  std::fprintf(stderr, "evalctl: %s: there is no such command\n%s",
               args[0].c_str(), jail::eval::Help().c_str());
  return jail::eval::kBadRequest;
}
