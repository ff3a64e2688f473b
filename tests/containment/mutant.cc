// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// For tests only: launches a jail with protections removed from its plan, so
// that the containment tests can be seen to find the hole.
//
//   mutant list JAIL_ARGS...        the plan's steps: "child 12 prctl(...)", in
//                                   explain's words; "parent 0 OBJECT"
//   mutant verify MUTATION JAIL_ARGS...   prints the verifier's verdict; status
//                                   0: it noticed nothing
//   mutant run MUTATION JAIL_ARGS...      launches it, unverified
//
// MUTATION is a comma-separated list of: "none"; "child:N", step N does
// nothing; "parent:N", operation N is left out; "clone:FLAGS", these flags
// (hexadecimal) are not asked of clone3.
#include <sys/syscall.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "config/command_line.h"
#include "config/diagnostics.h"
#include "config/parse.h"
#include "config/validate.h"
#include "jail/parent/host.h"
#include "jail/parent/launch.h"
#include "jail/plan/describe.h"
#include "jail/plan/planner.h"
#include "jail/plan/verify.h"
#include "jail/report/report.h"

namespace jail {
namespace {

constexpr int kBadUsage = 97;  // none of the statuses that jail itself uses

[[noreturn]] void Fail(const std::string& message) {
  std::fprintf(stderr, "mutant: %s\n", message.c_str());
  std::exit(kBadUsage);
}

std::optional<Spec> SpecOf(const std::vector<std::string>& args) {
  Diagnostics diagnostics;
  CommandLine line = ParseCommandLine(args, diagnostics);
  ParsedConfig config;
  if (diagnostics.ok() && line.config_file.has_value()) {
    absl::StatusOr<std::string> text = ReadConfigFile(*line.config_file);
    if (!text.ok()) Fail(std::string(text.status().message()));
    config =
        ParseConfig(*text, *line.config_file, line.config_format, diagnostics);
  }
  std::optional<Spec> spec;
  if (diagnostics.ok()) {
    ApplyCommandLine(line, config, diagnostics);
    spec = Validate(config, Caller::Current(), diagnostics);
  }
  for (const Diagnostic& d : diagnostics.Sorted()) {
    if (d.severity == Diagnostic::Severity::kError) Fail(d.ToString());
  }
  return spec;
}

// A step that does nothing, at the same place: numbers stay as they are.
void Neutralize(Plan& plan, size_t index) {
  if (index >= plan.child.size()) Fail("no such step");
  Step& step = plan.child[index];
  step.nr = SYS_getpid;
  step.arg_count = 0;
  step.result = kNoSlot;
  step.check = Check{};
}

void Mutate(Plan& plan, const std::string& mutations) {
  std::vector<size_t> left_out;
  for (const std::string& mutation :
       std::vector<std::string>(absl::StrSplit(mutations, ','))) {
    if (mutation == "none") continue;
    size_t colon = mutation.find(':');
    if (colon == std::string::npos) Fail("unknown mutation " + mutation);
    std::string kind = mutation.substr(0, colon);
    int base = kind == "clone" ? 16 : 10;
    uint64_t value = std::strtoull(mutation.c_str() + colon + 1, nullptr, base);
    if (kind == "child") {
      Neutralize(plan, value);
    } else if (kind == "parent") {
      if (value >= plan.parent.size()) Fail("no such operation");
      plan.parent.erase(plan.parent.begin() + static_cast<long>(value));
    } else if (kind == "clone") {
      plan.clone_flags &= ~value;
    } else {
      Fail("unknown mutation " + mutation);
    }
  }
}

void List(const Plan& plan) {
  for (size_t i = 0; i < plan.parent.size(); ++i) {
    std::printf("parent %zu %s\n", i, plan.parent[i].object.c_str());
  }
  for (size_t i = 0; i < plan.child.size(); ++i) {
    std::printf("child %zu %s\n", i,
                DescribeStep(plan, static_cast<int>(i)).c_str());
  }
}

int Main(const std::vector<std::string>& args) {
  if (args.empty()) Fail("list, verify or run?");
  const std::string& action = args[0];
  size_t own = action == "list" ? 1 : 2;
  if (args.size() < own) Fail("which mutation?");
  std::optional<Spec> spec = SpecOf(std::vector<std::string>(
      args.begin() + static_cast<long>(own), args.end()));
  if (!spec.has_value()) Fail("no spec, and no error");
  absl::StatusOr<HostFacts> facts = CollectHostFacts(*spec);
  if (!facts.ok()) Fail(std::string(facts.status().message()));
  Plan plan;
  SetupFailure failure;
  if (absl::Status made = MakePlan(*spec, *facts, plan, failure); !made.ok()) {
    Fail(std::string(made.message()));
  }
  if (action == "list") {
    List(plan);
    return 0;
  }
  Mutate(plan, args[1]);
  if (action == "verify") {
    absl::Status verdict = Verify(plan, *spec);
    std::printf("%s\n", std::string(verdict.message()).c_str());
    return verdict.ok() ? 0 : 1;
  }
  Ending ending;
  ChildPtr child = Launch(*spec, plan, LaunchIo{}, ending);
  if (child != nullptr) Supervise(*child, *spec, Supervision{}, ending);
  if (ending.setup_failure.has_value()) {
    std::fprintf(stderr, "mutant: %s\n",
                 ending.setup_failure->ToString().c_str());
  }
  return ExitStatus(ending);
}

}  // namespace
}  // namespace jail

int main(int argc, char** argv) {
  return jail::Main(std::vector<std::string>(argv + 1, argv + argc));
}
