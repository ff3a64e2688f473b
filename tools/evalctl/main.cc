// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// evalctl COMMAND ...: JSON in, jailed run, JSON and files out.
#include <cstdio>
#include <string>
#include <vector>

#include "tools/evalctl/commands.h"

namespace {

constexpr char kUsage[] =
    "Usage: evalctl run [OPTION...] [REQUEST.json|-]\n"
    "       evalctl run [OPTION...] SCRIPT [ARG...]\n"
    "       evalctl run [OPTION...] -c CODE [ARG...]\n"
    "       evalctl batch [OPTION...] [FILE|-]\n"
    "       evalctl serve [OPTION...]\n"
    "       evalctl profiles\n"
    "       evalctl check\n"
    "\n"
    "run: one request in, one response out.\n"
    "  --profile NAME      of the configuration; by default the first, or "
    "that\n"
    "                      of the script's ending\n"
    "  --pretty            indent the response\n"
    "  --api NAME          speak another service's interface: its body in, "
    "its\n"
    "                      answer out\n"
    "  --api-path PATH     another endpoint of it: /languages\n"
    "  --with-status       its HTTP status on a line before\n"
    "  --save-files DIR    write the files of the response there, too\n"
    "batch: a request a line in, a response a line out; evalctl batch "
    "--help.\n"
    "serve: by HTTP, with a page to try it; evalctl serve --help.\n"
    "profiles: what a request may name, and whether it is ready.\n"
    "check: the configuration, and a hello in each profile.\n"
    "\n"
    "All take --config FILE; by default ../share/jail/evalctl.cfg, counted "
    "from\n"
    "the program's folder, or the examples/evalctl.cfg of its checkout.\n"
    "\n"
    "Exit status: 0 the request was served, whatever its program did; 2 it is\n"
    "a bad one; 1 the fault is ours.\n";

struct Command {
  const char* name;
  int (*run)(const std::vector<std::string>& args);
};
constexpr Command kCommands[] = {{"run", jail::eval::RunRequest},
                                 {"batch", jail::eval::RunLines},
                                 {"serve", jail::eval::RunServer},
                                 {"profiles", jail::eval::ListProfiles},
                                 {"check", jail::eval::CheckProfiles}};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.empty()) {
    std::fputs(kUsage, stderr);
    return jail::eval::kBadRequest;
  }
  if (args[0] == "--help" || args[0] == "-h" || args[0] == "help") {
    std::fputs(kUsage, stdout);
    return 0;
  }
  if (args[0] == "--version") {
    std::puts("evalctl " JAIL_VERSION);
    return 0;
  }
  for (const Command& command : kCommands) {
    if (args[0] == command.name) {
      return command.run({args.begin() + 1, args.end()});
    }
  }
  std::fprintf(stderr, "evalctl: %s: there is no such command\n%s",
               args[0].c_str(), kUsage);
  return jail::eval::kBadRequest;
}
