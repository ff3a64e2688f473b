// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// evalctl profiles, evalctl check
#include <cstdio>
#include <memory>

#include "absl/strings/str_join.h"
#include "jail/sys/printable.h"
#include "tools/evalctl/commands.h"
#include "tools/evalctl/engine.h"

namespace jail::eval {
namespace {

// Null: the faults were printed.
std::unique_ptr<Engine> EngineOf(const CommandLine& line) {
  std::vector<std::string> errors;
  std::unique_ptr<Engine> engine =
      MakeEngine(line.Value("--config", DefaultConfigPath()), errors);
  for (const std::string& error : errors) {
    std::fprintf(stderr, "evalctl: %s\n", error.c_str());
  }
  return engine;
}

// What is wrong with a hello in this profile; empty: nothing.
std::string Try(Engine& engine, const Profile& profile) {
  Request request;
  request.set_profile(profile.name());
  request.set_code(profile.hello());
  const Response response = engine.Run(request);
  if (response.has_error()) return response.error().message();
  const CommandResult& last = response.commands(response.commands_size() - 1);
  if (last.stdout().text() == "hello\n" && last.exit_status() == 0) return "";
  return "exit status " + std::to_string(last.exit_status()) + ": " +
         Printable(last.stderr().text() + last.stdout().text(), 1000);
}

}  // namespace

int ListProfiles(const CommandLine& line) {
  const std::unique_ptr<Engine> engine = EngineOf(line);
  if (engine == nullptr) return kOurFault;
  for (const Profile& profile : engine->config().profiles()) {
    const std::vector<std::string> missing = engine->Missing(profile.name());
    std::printf("%-16s %s%s\n", profile.name().c_str(),
                missing.empty()
                    ? "ready"
                    : ("not ready: no " + absl::StrJoin(missing, ", ")).c_str(),
                profile.description().empty()
                    ? ""
                    : ("; " + profile.description()).c_str());
  }
  return kServed;
}

int CheckProfiles(const CommandLine& line) {
  const std::unique_ptr<Engine> engine = EngineOf(line);
  if (engine == nullptr) return kOurFault;
  int status = kServed;
  for (const Profile& profile : engine->config().profiles()) {
    const std::vector<std::string> missing = engine->Missing(profile.name());
    if (!missing.empty()) {
      std::printf("%-16s not ready: no %s\n", profile.name().c_str(),
                  absl::StrJoin(missing, ", ").c_str());
      continue;
    }
    if (profile.hello().empty()) {
      std::printf("%-16s ready; has no hello to try\n", profile.name().c_str());
      continue;
    }
    const std::string fault = Try(*engine, profile);
    std::printf("%-16s %s\n", profile.name().c_str(),
                fault.empty() ? "works" : fault.c_str());
    if (!fault.empty()) status = kOurFault;
  }
  for (const std::string& loss : DescribeNotInForce(*engine)) {
    std::fprintf(stderr, "evalctl: %s\n", loss.c_str());
  }
  return status;
}

}  // namespace jail::eval
