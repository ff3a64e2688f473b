// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a request to evalctl.  Beside not crashing, parser and planner
// must
//  - take nothing that another JSON parser refuses,
//  - tell each fault by a message that is safe to print and a place that a JSON
//    pointer can be,
//  - plan nothing that is more than the profile allows, and write nowhere but
//    into the workspace.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "jail/sys/printable.h"
#include "tools/evalctl/fake_launcher.h"
#include "tools/evalctl/paths.h"
#include "tools/evalctl/request_json.h"
#include "tools/evalctl/request_plan.h"

namespace {

using jail::eval::Error;
using jail::eval::Limits;
using jail::eval::LoadedProfile;
using jail::eval::Request;
using jail::eval::RequestPlan;

constexpr size_t kMaxMessage = 16 << 10;

[[noreturn]] void Fail(const std::string& what, const std::string& text) {
  std::fprintf(stderr, "%s\n--- for ---\n%s\n", what.c_str(), text.c_str());
  std::abort();
}

const LoadedProfile& TheProfile() {
  static const LoadedProfile* const kProfile = [] {
    static int made = 0;
    auto* loaded = new LoadedProfile;
    jail::eval::Profile& config = loaded->config;
    config.set_name("p");
    config.set_workspace("/home");
    config.set_workspace_bytes(1000);
    config.set_main_file("main.py");
    config.set_function_runner("python");
    auto* build = config.add_runner();
    build->add_argv("/bin/build");
    build->mutable_limits()->set_wall_time_ms(70);
    auto* run = config.add_runner();
    run->add_argv("/bin/run");
    run->add_argv("main.py");
    config.mutable_default_limits()->set_wall_time_ms(50);
    config.mutable_default_limits()->set_output_bytes(100);
    config.mutable_max_limits()->set_wall_time_ms(100);
    config.mutable_max_limits()->set_memory_bytes(1 << 20);
    loaded->cwd = "/home";
    loaded->launchers = std::make_unique<jail::eval::LauncherCache>(
        std::make_unique<jail::eval::FakeLauncher>(made));
    return loaded;
  }();
  return *kProfile;
}

void CheckError(const Error& error, const std::string& text) {
  if (error.kind() != Error::BAD_REQUEST || error.message().empty()) {
    Fail("a fault without a word", text);
  }
  if (jail::Printable(error.message(), kMaxMessage) != error.message()) {
    Fail("not safe to print, or too long: " + error.message(), text);
  }
  if (!error.place().empty() && error.place()[0] != '/') {
    Fail("no JSON pointer: " + error.place(), text);
  }
  try {
    nlohmann::json::json_pointer(error.place());
  } catch (const nlohmann::json::exception& fault) {
    Fail("no JSON pointer: " + error.place() + ": " + fault.what(), text);
  }
}

void CheckLimits(const Limits& limits, const std::string& text) {
  if (limits.wall_time_ms() < 1 || limits.wall_time_ms() > 100 ||
      limits.output_bytes() != 100 || limits.memory_bytes() > 1 << 20 ||
      limits.workspace_bytes() > 1000 || limits.has_pids() ||
      limits.has_open_files() || limits.has_cpu_time_ms()) {
    Fail("beyond the profile's limits: " + limits.ShortDebugString(), text);
  }
}

void CheckPlan(const RequestPlan& plan, const std::string& text) {
  if (plan.commands.empty() ||
      plan.commands.size() > jail::eval::kMaxCommands) {
    Fail("commands", text);
  }
  if (plan.workspace_bytes < 1 || plan.workspace_bytes > 1000) {
    Fail("workspace_bytes", text);
  }
  for (const auto& command : plan.commands) {
    if (command.argv.empty() || command.argv[0].empty()) Fail("argv", text);
    for (const std::string& word : command.argv) {
      if (word.find('\0') != std::string::npos) Fail("NUL in argv", text);
    }
    for (const std::string& variable : command.environment) {
      const size_t equals = variable.find('=');
      if (equals == 0 || equals == std::string::npos ||
          variable.find('\0') != std::string::npos) {
        Fail("environment", text);
      }
    }
    if (command.cwd.empty() || command.cwd[0] != '/' ||
        (command.cwd != "/" &&
         !jail::eval::CheckPath(command.cwd.substr(1)).ok())) {
      Fail("cwd: " + command.cwd, text);
    }
    CheckLimits(command.limits, text);
  }
  for (const auto& [path, upload] : plan.uploads) {
    if (path != upload.path || !jail::eval::CheckPath(path).ok()) {
      Fail("path: " + std::string(path), text);
    }
    if (upload.content.size() > plan.workspace_bytes || upload.mode > 0777) {
      Fail("upload", text);
    }
    // In the order of the map, a folder's name comes before what is in it.
    const std::string folder = std::string(path) + "/";
    const auto inside = plan.uploads.lower_bound(folder);
    if (inside != plan.uploads.end() &&
        inside->first.substr(0, folder.size()) == folder) {
      Fail("a file that is a folder, too: " + folder, text);
    }
  }
  if (plan.collect.max_files > 100 || plan.collect.max_depth > 16) {
    Fail("collect", text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Request request;
  Error error;
  if (!jail::eval::ParseRequest(text, request, error)) {
    CheckError(error, text);
    return 0;
  }
  if (!nlohmann::json::accept(text)) Fail("is no JSON", text);
  RequestPlan plan;
  Error refusal;
  if (jail::eval::PlanRequest(request, TheProfile(), plan, refusal)) {
    CheckPlan(plan, text);
  } else {
    CheckError(refusal, text);
  }
  return 0;
}
