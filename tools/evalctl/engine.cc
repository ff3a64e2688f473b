// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/engine.h"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/evalctl/collect.h"
#include "tools/evalctl/command_run.h"
#include "tools/evalctl/jails_ahead.h"
#include "tools/evalctl/profile.h"
#include "tools/evalctl/request_plan.h"
#include "tools/evalctl/workspace.h"

namespace jail::eval {
namespace {

using Clock = std::chrono::steady_clock;

uint64_t MicrosecondsSince(Clock::time_point start) {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() -
                                                            start)
          .count());
}

bool IsCancelled(int cancel_fd) {
  struct pollfd item = {cancel_fd, POLLIN | POLLRDHUP, 0};
  return cancel_fd >= 0 && poll(&item, 1, 0) > 0;
}

bool Fail(Response& response, Error::Kind kind, std::string message,
          std::string place = "") {
  Error* error = response.mutable_error();
  error->set_kind(kind);
  error->set_message(std::move(message));
  error->set_place(std::move(place));
  return false;
}

class EngineImpl final : public Engine {
 public:
  bool Make(const std::string& path, PlanProfiles when,
            std::vector<std::string>& errors) {
    if (!ReadConfig(path, config_, errors)) return false;
    if (!ShareKeeper(errors)) return false;
    directory_ = path.substr(0, path.rfind('/') + 1);
    for (const Profile& profile : config_.profiles()) {
      const auto [entry, is_new] =
          profiles_.emplace(profile.name(), ProfileEntry{&profile, {}, {}});
      if (!is_new) {
        errors.push_back(absl::StrCat(path, ": profile ", profile.name(),
                                      ": is there twice"));
      } else if (when == PlanProfiles::kNow && !Load(entry->second)) {
        errors.insert(errors.end(), entry->second.errors.begin(),
                      entry->second.errors.end());
      }
    }
    if (config_.default_profile().empty()) {
      config_.set_default_profile(config_.profiles(0).name());
    }
    if (!config_.has_create_ahead() || config_.create_ahead()) {
      ahead_ = std::make_unique<JailsAhead>(*keeper_);
    }
    if (errors.empty() && !profiles_.contains(config_.default_profile())) {
      errors.push_back(absl::StrCat(path, ": default_profile: there is no ",
                                    config_.default_profile()));
    }
    return errors.empty();
  }

  const Config& config() const override { return config_; }

  std::vector<std::string> Missing(const std::string& profile) const override {
    const LoadedProfile* loaded = Load(profile);
    return loaded == nullptr ? std::vector<std::string>() : loaded->missing;
  }

  std::vector<LimitNotInForce> NotInForce(
      const std::string& profile) const override {
    const LoadedProfile* loaded = Load(profile);
    if (loaded == nullptr || loaded->launchers == nullptr) return {};
    return loaded->launchers->base().limits_not_in_force();
  }

  Response Run(const Request& request, int cancel_fd) override {
    const Clock::time_point start = Clock::now();
    Response response;
    std::optional<JailsAhead::Busy> busy;
    if (ahead_ != nullptr) busy.emplace(*ahead_);
    Serve(request, cancel_fd, response);
    if (response.has_error()) {
      // Nothing that would look like an answer.
      Error error = std::move(*response.mutable_error());
      response.Clear();
      *response.mutable_error() = std::move(error);
    } else {
      response.mutable_timing()->set_total_us(MicrosecondsSince(start));
    }
    response.set_id(request.id());
    if (request.has_metadata_json()) {
      response.set_metadata_json(request.metadata_json());
    }
    return response;
  }

 private:
  struct ProfileEntry {
    const Profile* config = nullptr;
    std::optional<LoadedProfile> loaded;  // once it was asked for, and is sound
    std::vector<std::string> errors;
  };

  // Null: see the entry's errors.
  const LoadedProfile* Load(ProfileEntry& entry) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!entry.loaded && entry.errors.empty()) {
      LoadedProfile loaded;
      if (LoadProfile(*entry.config, directory_, loaded, entry.errors)) {
        entry.loaded = std::move(loaded);
      }
    }
    return entry.loaded ? &*entry.loaded : nullptr;
  }

  const LoadedProfile* Load(const std::string& name) const {
    const auto found = profiles_.find(name);
    return found == profiles_.end() ? nullptr : Load(found->second);
  }

  // One for all engines that live at once: a server that loads its
  // configuration again has threads by then, and could not start another.
  bool ShareKeeper(std::vector<std::string>& errors) {
    static std::mutex mutex;
    static std::weak_ptr<Keeper> shared;
    const std::lock_guard<std::mutex> lock(mutex);
    keeper_ = shared.lock();
    if (keeper_ != nullptr) return true;
    absl::StatusOr<std::unique_ptr<Keeper>> keeper = Keeper::Start();
    if (!keeper.ok()) {
      errors.emplace_back(keeper.status().message());
      return false;
    }
    keeper_ = *std::move(keeper);
    shared = keeper_;
    return true;
  }

  const LoadedProfile* FindProfile(const Request& request,
                                   Response& response) const {
    const std::string& name = request.profile().empty()
                                  ? config_.default_profile()
                                  : request.profile();
    const auto found = profiles_.find(name);
    if (found == profiles_.end()) {
      std::vector<std::string> names;
      for (const auto& [known, profile] : profiles_) names.push_back(known);
      Fail(response, Error::BAD_REQUEST,
           absl::StrCat("there is no such profile; there are ",
                        absl::StrJoin(names, ", ")),
           "/profile");
      return nullptr;
    }
    const LoadedProfile* loaded = Load(found->second);
    if (loaded == nullptr) {
      Fail(response, Error::SETUP_FAILURE,
           absl::StrJoin(found->second.errors, "; "));
    } else if (loaded->launchers == nullptr) {
      Fail(response, Error::SETUP_FAILURE,
           absl::StrCat("profile ", name, " is not ready: there is no ",
                        absl::StrJoin(loaded->missing, ", ")),
           "/profile");
      return nullptr;
    }
    return loaded;
  }

  bool Serve(const Request& request, int cancel_fd, Response& response) {
    const LoadedProfile* profile = FindProfile(request, response);
    if (profile == nullptr) return false;
    RequestPlan plan;
    if (!PlanRequest(request, *profile, plan, *response.mutable_error())) {
      return false;
    }
    response.clear_error();
    response.set_profile(profile->config.name());
    const Clock::time_point start = Clock::now();
    std::optional<JailWish> wish = WishFor(request, *profile, plan);
    std::unique_ptr<JailAhead> ahead;
    if (wish) ahead = ahead_->Take(*wish);
    std::unique_ptr<Workspace> workspace;
    if (ahead != nullptr) workspace = std::move(ahead->workspace);
    if (!MakeWorkspace(*profile, plan, workspace, response)) return false;
    response.mutable_timing()->set_workspace_us(MicrosecondsSince(start));
    CommandRun run = {request, *profile, *workspace, cancel_fd, ahead.get()};
    if (wish) {
      run.on_start = [&] { ahead_->Expect(*std::move(wish)); };
    }
    if (!RunCommands(std::move(run), plan, response)) {
      return false;
    }
    const Clock::time_point collecting = Clock::now();
    response.set_files_complete(true);
    if (plan.collects) {
      CollectFiles(workspace->root(), plan.uploads, plan.collect, response);
    }
    response.mutable_timing()->set_collect_us(MicrosecondsSince(collecting));
    return true;
  }

  static WorkspaceOptions OptionsOf(const LoadedProfile& profile,
                                    const RequestPlan& plan) {
    const Launcher& launcher = profile.launchers->base();
    return {.bytes = plan.workspace_bytes,
            .inodes = profile.config.workspace_inodes(),
            .uid = launcher.outside_uid(),
            .gid = launcher.outside_gid()};
  }

  // Nothing where the first jail can only be made once the request is there.
  std::optional<JailWish> WishFor(const Request& request,
                                  const LoadedProfile& profile,
                                  const RequestPlan& plan) const {
    if (ahead_ == nullptr || plan.commands.empty()) return std::nullopt;
    const PlannedCommand& first = plan.commands.front();
    // Another folder may be one that the request brings along.
    if (!first.stdin_data.empty() || first.cwd != profile.cwd) {
      return std::nullopt;
    }
    Launcher::Overrides overrides = OverridesOf(first);
    overrides.command.resize(1);
    overrides.waits_for_start = true;
    return JailWish{&profile, OptionsOf(profile, plan),
                    IoShapeOf(request, first), std::move(overrides)};
  }

  // `workspace` is null, or one that was made ahead.
  bool MakeWorkspace(const LoadedProfile& profile, const RequestPlan& plan,
                     std::unique_ptr<Workspace>& workspace,
                     Response& response) {
    const WorkspaceOptions options = OptionsOf(profile, plan);
    if (workspace == nullptr) {
      absl::StatusOr<std::unique_ptr<Workspace>> made = keeper_->Make(options);
      if (!made.ok()) {
        return Fail(response, Error::SETUP_FAILURE,
                    std::string(made.status().message()));
      }
      workspace = *std::move(made);
    }
    const absl::Status written = WriteUploads(workspace->root(), plan.uploads,
                                              {options.uid, options.gid});
    if (written.ok()) return true;
    const bool is_full = written.code() == absl::StatusCode::kResourceExhausted;
    return Fail(response, is_full ? Error::BAD_REQUEST : Error::SETUP_FAILURE,
                std::string(written.message()), is_full ? "/files" : "");
  }

  static bool RunCommands(CommandRun run, const RequestPlan& plan,
                          Response& response) {
    for (const PlannedCommand& command : plan.commands) {
      if (IsCancelled(run.cancel_fd)) {
        return Fail(response, Error::CANCELLED,
                    "the client went away, or the server stops");
      }
      if (!RunCommand(run, command, response)) return false;
      run.ahead = nullptr;
      run.on_start = nullptr;
      const CommandResult& result =
          response.commands(response.commands_size() - 1);
      const bool failed =
          result.outcome() != report::EXITED || result.exit_status() != 0;
      if (failed && command.stop_on_failure) break;
    }
    return true;
  }

  Config config_;
  std::shared_ptr<Keeper> keeper_;
  std::string directory_;     // what the profiles' jail_config counts from
  mutable std::mutex mutex_;  // of what is loaded at its first use
  mutable std::map<std::string, ProfileEntry> profiles_;
  std::unique_ptr<JailsAhead> ahead_;  // its jails have those profiles
};

}  // namespace

std::unique_ptr<Engine> MakeEngine(const std::string& path,
                                   std::vector<std::string>& errors,
                                   PlanProfiles when) {
  auto engine = std::make_unique<EngineImpl>();
  if (!engine->Make(path, when, errors)) return nullptr;
  return engine;
}

std::vector<std::string> DescribeNotInForce(const Engine& engine) {
  struct Loss {
    std::set<std::string> names, profiles;
  };
  std::map<std::string, Loss> losses;  // by reason
  size_t ready = 0;
  for (const Profile& profile : engine.config().profiles()) {
    ready += engine.Missing(profile.name()).empty() ? 1 : 0;
    for (const LimitNotInForce& limit : engine.NotInForce(profile.name())) {
      losses[limit.reason].names.insert(limit.name);
      losses[limit.reason].profiles.insert(profile.name());
    }
  }
  std::vector<std::string> lines;
  for (const auto& [reason, loss] : losses) {
    lines.push_back(absl::StrCat(
        "not in force: ", absl::StrJoin(loss.names, ", "), ": ", reason,
        "; in ",
        loss.profiles.size() == ready
            ? "every profile"
            : absl::StrCat("profile ", absl::StrJoin(loss.profiles, ", "))));
  }
  return lines;
}

std::string DefaultConfigPath() {
  char self[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", self, sizeof self);
  const std::string program(self, length < 0 ? 0 : static_cast<size_t>(length));
  const std::string bin = program.substr(0, program.rfind('/'));
  const std::string prefix = bin.substr(0, bin.rfind('/'));
  const std::string installed = prefix + "/share/jail/evalctl.cfg";
  if (access(installed.c_str(), F_OK) == 0) return installed;
  // A checkout's build/bin/evalctl.
  return prefix.substr(0, prefix.rfind('/')) + "/examples/evalctl.cfg";
}

}  // namespace jail::eval
