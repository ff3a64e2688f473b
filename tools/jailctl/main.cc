// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// jailctl: for those who write configs.  See jailctl(1).
#include <cstdio>
#include <string>
#include <vector>

#include "tools/jailctl/doctor.h"
#include "tools/jailctl/doctor_text.h"
#include "tools/jailctl/style.h"

namespace jail::jailctl {
namespace {

constexpr char kHelp[] = R"(usage: jailctl doctor [--json]
       jailctl --help | --version

doctor   what this host offers a jail, and how to get what it lacks

Exit status: 0 all well, 1 not, 2 a wrong command line.
)";

void Print(const std::string& text) { std::fputs(text.c_str(), stdout); }

int Usage(const std::string& what) {
  std::fprintf(stderr, "jailctl: %s\n%s", what.c_str(), kHelp);
  return 2;
}

int Main(const std::vector<std::string>& args) {
  if (args.empty()) return Usage("what is to be done?");
  const std::string& command = args[0];
  if (command == "--help" || command == "-h") {
    Print(kHelp);
    return 0;
  }
  if (command == "--version") {
    Print("jailctl " JAIL_VERSION "\n");
    return 0;
  }
  bool json = false;
  std::vector<std::string> files;
  for (size_t i = 1; i < args.size(); i++) {
    if (args[i] == "--json") {
      json = true;
    } else if (args[i].rfind("-", 0) == 0) {
      return Usage("unknown option " + args[i]);
    } else {
      files.push_back(args[i]);
    }
  }
  if (command == "doctor") {
    if (!files.empty()) return Usage("doctor takes no file");
    const Examination examination = Examine();
    Print(json ? DoctorJson(examination)
               : DoctorText(examination, Painter(WantsColour(1))));
    return examination.Usable() ? 0 : 1;
  }
  return Usage("unknown command " + command);
}

}  // namespace
}  // namespace jail::jailctl

int main(int argc, char** argv) {
  return jail::jailctl::Main(std::vector<std::string>(argv + 1, argv + argc));
}
