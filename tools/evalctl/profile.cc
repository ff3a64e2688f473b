// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/profile.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "jail/sys/fd.h"
#include "tools/evalctl/paths.h"

namespace jail::eval {
namespace {

// A fault of the text, with its line.
class Collector final : public google::protobuf::io::ErrorCollector {
 public:
  Collector(const std::string& name, std::vector<std::string>& errors)
      : name_(name), errors_(errors) {}
  void AddError(int line, int column, const std::string& message) override {
    errors_.push_back(
        absl::StrCat(name_, ":", line + 1, ":", column + 1, ": ", message));
  }

 private:
  const std::string& name_;
  std::vector<std::string>& errors_;
};

// Finds the faults of one profile.
class Loader {
 public:
  Loader(const Profile& profile, const std::string& directory,
         LoadedProfile& loaded, std::vector<std::string>& errors)
      : profile_(profile),
        directory_(directory),
        loaded_(loaded),
        errors_(errors),
        before_(errors.size()) {}

  bool Load() {
    loaded_.config = profile_;
    SetDefaults();
    CheckFields();
    CheckLimits();
    TakeCollect();
    for (const std::string& path : profile_.needs()) {
      if (access(path.c_str(), F_OK) != 0) loaded_.missing.push_back(path);
    }
    if (errors_.size() > before_) return false;
    return !loaded_.missing.empty() || MakeLauncher();
  }

 private:
  template <typename... Parts>
  void Error(const char* field, const Parts&... what) {
    errors_.push_back(
        absl::StrCat("profile ", profile_.name(), ": ", field, ": ", what...));
  }

  void SetDefaults() {
    Profile& config = loaded_.config;
    if (config.workspace_bytes() == 0) {
      config.set_workspace_bytes(kDefaultWorkspaceBytes);
    }
    if (config.workspace_inodes() == 0) {
      config.set_workspace_inodes(kDefaultWorkspaceInodes);
    }
    Limits& limits = *config.mutable_default_limits();
    if (!limits.has_output_bytes()) {
      const Limits& maxima = config.max_limits();
      limits.set_output_bytes(
          maxima.has_output_bytes()
              ? std::min(kDefaultOutputBytes, maxima.output_bytes())
              : kDefaultOutputBytes);
    }
    loaded_.cwd = config.cwd().empty() ? config.workspace() : config.cwd();
  }

  void CheckFields() {
    if (profile_.name().empty()) Error("name", "is missing");
    if (!absl::StartsWith(profile_.workspace(), "/")) {
      Error("workspace", "is missing, or not absolute");
    }
    if (!absl::StartsWith(loaded_.cwd, "/")) Error("cwd", "is not absolute");
    if (profile_.jail_config().empty() == profile_.jail_config_text().empty()) {
      Error("jail_config", "set this or jail_config_text");
    }
    if (!profile_.main_file().empty()) {
      const absl::Status status = CheckPath(profile_.main_file());
      if (!status.ok()) Error("main_file", std::string(status.message()));
      if (profile_.runner().empty()) Error("runner", "main_file needs one");
    } else if (!profile_.runner().empty()) {
      Error("main_file", "runner needs one");
    }
    for (const RunnerCommand& command : profile_.runner()) {
      if (command.argv().empty()) Error("runner", "has an empty argv");
    }
    const std::string& function = profile_.function_runner();
    if (!function.empty() && function != "python") {
      Error("function_runner", "takes \"python\", not \"", function, "\"");
    }
  }

  void CheckLimits() {
    if (loaded_.config.default_limits().output_bytes() > kMaxOutputBytes ||
        profile_.max_limits().output_bytes() > kMaxOutputBytes) {
      Error("output_bytes", "the most is ", kMaxOutputBytes);
    }
    // Who lowers the one alone would bound no request that sets nothing.
    const Limits& maxima = profile_.max_limits();
    const Limits& defaults = loaded_.config.default_limits();
    const google::protobuf::Reflection& reflect = *maxima.GetReflection();
    std::vector<const google::protobuf::FieldDescriptor*> fields;
    reflect.ListFields(maxima, &fields);
    for (const google::protobuf::FieldDescriptor* field : fields) {
      const uint64_t most = reflect.GetUInt64(maxima, field);
      const uint64_t value = reflect.GetUInt64(defaults, field);
      if (value > most) {
        Error("default_limits", std::string(field->name()), ": is ", value,
              "; max_limits has ", most);
      }
    }
  }

  void TakeCollect() {
    const Collect& from = profile_.collect();
    CollectOptions& to = loaded_.collect;
    to.follow_links = profile_.follow_links();
    to.workspace = profile_.workspace();
    if (from.has_max_files()) to.max_files = from.max_files();
    if (from.has_max_bytes()) to.max_bytes = from.max_bytes();
    if (from.has_max_file_bytes()) to.max_file_bytes = from.max_file_bytes();
    if (from.has_max_depth()) to.max_depth = from.max_depth();
    if (from.has_max_time_ms()) {
      to.max_time = std::chrono::milliseconds(from.max_time_ms());
    }
    for (const std::string& pattern : from.patterns()) {
      absl::StatusOr<Glob> glob = Glob::Parse(pattern);
      if (glob.ok()) {
        to.patterns.push_back(*std::move(glob));
      } else {
        Error("collect.patterns", pattern, " ",
              std::string(glob.status().message()));
      }
    }
  }

  bool MakeLauncher() {
    Launcher::Options options;
    options.text = profile_.jail_config_text();
    options.name =
        absl::StrCat("jail_config_text of profile ", profile_.name());
    if (!profile_.jail_config().empty()) {
      options.name = absl::StartsWith(profile_.jail_config(), "/")
                         ? profile_.jail_config()
                         : absl::StrCat(directory_, profile_.jail_config());
      absl::StatusOr<std::string> text =
          ReadFile(options.name, kMaxConfigBytes);
      if (!text.ok()) {
        Error("jail_config", std::string(text.status().message()));
        return false;
      }
      options.text = *std::move(text);
    }
    // Each launch has a command of its own.
    options.command = {"/bin/false"};
    options.report = false;
    options.provided_mounts.push_back({.target = profile_.workspace()});
    std::unique_ptr<const Launcher> launcher = Launcher::Make(options, errors_);
    if (launcher == nullptr) return false;
    loaded_.launchers = std::make_unique<LauncherCache>(std::move(launcher));
    return true;
  }

  const Profile& profile_;
  const std::string& directory_;
  LoadedProfile& loaded_;
  std::vector<std::string>& errors_;
  const size_t before_;
};

}  // namespace

bool ReadConfig(const std::string& path, Config& config,
                std::vector<std::string>& errors) {
  absl::StatusOr<std::string> text = ReadFile(path, kMaxConfigBytes);
  if (!text.ok()) {
    errors.emplace_back(text.status().message());
    return false;
  }
  Collector collector(path, errors);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  if (!parser.ParseFromString(*text, &config)) return false;
  if (config.profiles().empty()) {
    errors.push_back(absl::StrCat(path, ": profiles: there is none"));
  }
  return errors.empty();
}

bool LoadProfile(const Profile& profile, const std::string& directory,
                 LoadedProfile& loaded, std::vector<std::string>& errors) {
  return Loader(profile, directory, loaded, errors).Load();
}

}  // namespace jail::eval
