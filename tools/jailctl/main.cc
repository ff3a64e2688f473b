// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// jailctl: for those who write configs.  See jailctl(1).
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "jail/sys/errno_name.h"
#include "tools/jailctl/doctor.h"
#include "tools/jailctl/doctor_text.h"
#include "tools/jailctl/gc.h"
#include "tools/jailctl/load.h"
#include "tools/jailctl/policy/command.h"
#include "tools/jailctl/style.h"
#include "tools/jailctl/view.h"

namespace jail::jailctl {
namespace {

constexpr char kHelp[] = R"(usage: jailctl check CONFIG...
       jailctl explain [--json] CONFIG [-- PROGRAM [ARG]...]
       jailctl doctor [--json]
       jailctl gc [--dry_run]
       jailctl policy check|dump|eval|diff|explain|learn ...
       jailctl --help | --version

check    is each config right, and can this host do what it asks for?
explain  what the program sees and may do in the config's jail, and what is
         weak in it, worst first
doctor   what this host offers a jail, and how to get what it lacks
gc       remove the cgroups of launchers that were killed; --dry_run: only
         say which
policy   check, read, try, compare and learn syscall policies; see
         jailctl policy --help

Exit status: 0 all well, 1 not, 2 a wrong command line.
)";

void Print(const std::string& text) { std::fputs(text.c_str(), stdout); }

int Usage(const std::string& what) {
  std::fprintf(stderr, "jailctl: %s\n%s", what.c_str(), kHelp);
  return 2;
}

// Errors and warnings, in the order of the file.
void PrintDiagnostics(const std::string& file, const Diagnostics& diagnostics) {
  for (Diagnostic diagnostic : diagnostics.Sorted()) {
    // What comes from no line of it is still about this file.
    if (diagnostic.origin.file.empty()) diagnostic.origin.file = file;
    std::fprintf(stderr, "jailctl: %s\n", diagnostic.ToString().c_str());
  }
}

int Check(const std::vector<std::string>& files) {
  bool all_well = true;
  for (const std::string& file : files) {
    Diagnostics diagnostics;
    if (std::optional<Spec> spec = Load(file, {}, diagnostics)) {
      CheckPlan(*spec, diagnostics);
    }
    PrintDiagnostics(file, diagnostics);
    if (diagnostics.ok()) {
      Print(file + ": ok\n");
    } else {
      all_well = false;
    }
  }
  return all_well ? 0 : 1;
}

int Explain(const std::string& file, const std::vector<std::string>& command,
            bool json) {
  Diagnostics diagnostics;
  std::optional<Spec> spec = Load(file, command, diagnostics);
  PrintDiagnostics(file, diagnostics);
  if (!spec) return 1;
  const View view = MakeView(*spec);
  Print(json ? ViewJson(view) : ViewText(view, Painter(WantsColour(1))));
  return 0;
}

int Doctor(bool json) {
  const Examination examination = Examine();
  Print(json ? DoctorJson(examination)
             : DoctorText(examination, Painter(WantsColour(1))));
  return examination.Usable() ? 0 : 1;
}

int Gc(bool dry_run) {
  bool all_gone = true;
  for (const Garbage& garbage : CollectGarbage(dry_run)) {
    const char* what = dry_run           ? "dead"
                       : garbage.removed ? "removed"
                                         : "not removed";
    Print(std::string(what) + ": " + garbage.path + "\n");
    all_gone &= dry_run || garbage.removed;
  }
  return all_gone ? 0 : 1;
}

int Policy(const std::vector<std::string>& args) {
  const CommandResult result = PolicyCommand(args, WantsColour(1));
  std::fputs(result.err.c_str(), stderr);
  std::fwrite(result.out.data(), 1, result.out.size(), stdout);
  return result.status;
}

int Main(const std::vector<std::string>& args) {
  if (args.empty()) return Usage("what is to be done?");
  const std::string& verb = args[0];
  if (verb == "--help" || verb == "-h") {
    Print(kHelp);
    return 0;
  }
  if (verb == "--version") {
    Print("jailctl " JAIL_VERSION "\n");
    return 0;
  }
  if (verb == "policy") return Policy({args.begin() + 1, args.end()});
  if (verb == "gc") {
    const bool dry_run = args.size() == 2 && args[1] == "--dry_run";
    if (args.size() > 1 && !dry_run) return Usage("gc takes only --dry_run");
    return Gc(dry_run);
  }
  bool json = false;
  std::vector<std::string> files, command;
  for (size_t i = 1; i < args.size(); i++) {
    if (args[i] == "--") {
      command.assign(args.begin() + i + 1, args.end());
      break;
    }
    if (args[i] == "--json") {
      json = true;
    } else if (args[i].size() > 1 && args[i][0] == '-') {
      return Usage("unknown option " + args[i]);
    } else {
      files.push_back(args[i]);
    }
  }
  if (!command.empty() && verb != "explain") {
    return Usage("only explain takes a program");
  }
  if (verb == "doctor") {
    return files.empty() ? Doctor(json) : Usage("doctor takes no file");
  }
  if (verb == "explain") {
    return files.size() == 1 ? Explain(files[0], command, json)
                             : Usage("explain takes one config");
  }
  if (verb == "check") {
    if (json) return Usage("check has no --json");
    return files.empty() ? Usage("which config?") : Check(files);
  }
  return Usage("unknown command " + verb);
}

}  // namespace
}  // namespace jail::jailctl

int main(int argc, char** argv) {
  const int status =
      jail::jailctl::Main(std::vector<std::string>(argv + 1, argv + argc));
  // What was asked for and did not arrive is no success.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fprintf(stderr, "jailctl: write to stdout: %s\n",
                 jail::DescribeErrno(errno).c_str());
    return status == 0 ? 1 : status;
  }
  return status;
}
