// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/launcher.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "config/command_line.h"
#include "config/path_rules.h"
#include "config/validate.h"
#include "jail/overrides.h"
#include "jail/parent/host.h"
#include "jail/parent/launch.h"
#include "jail/plan/describe.h"
#include "jail/plan/planner.h"
#include "jail/plan/verify.h"
#include "jail/report/limits.h"
#include "jail/report/report.h"
#include "jail/report/violation.h"
#include "jail/sys/errno_name.h"
#include "jail/watcher_adapter.h"

namespace jail {
namespace {

static_assert(static_cast<int>(Outcome::kExited) == report::EXITED &&
              static_cast<int>(Outcome::kMemory) == report::MEMORY &&
              static_cast<int>(Outcome::kCancelled) == report::CANCELLED &&
              static_cast<int>(Outcome::kSetupFailed) == report::SETUP_FAILED &&
              static_cast<int>(Outcome::kIdleTime) == report::IDLE_TIME);

LimitHit ToLimitHit(const report::LimitHit& hit) {
  return {hit.name(), hit.configured(), hit.reached(), hit.unit()};
}

Usage ToUsage(const report::Usage& used) {
  Usage usage;
  usage.wall_time = std::chrono::microseconds(used.wall_time_us());
  usage.cpu_user = std::chrono::microseconds(used.cpu_user_us());
  usage.cpu_system = std::chrono::microseconds(used.cpu_system_us());
  usage.max_rss_bytes = used.max_rss_bytes();
  usage.minor_faults = used.minor_faults();
  usage.major_faults = used.major_faults();
  usage.voluntary_switches = used.voluntary_switches();
  usage.involuntary_switches = used.involuntary_switches();
  usage.block_reads = used.block_reads();
  usage.block_writes = used.block_writes();
  const auto optional = [](bool is_set, uint64_t value) {
    return is_set ? std::optional(value) : std::nullopt;
  };
  usage.read_bytes = optional(used.has_read_bytes(), used.read_bytes());
  usage.written_bytes =
      optional(used.has_written_bytes(), used.written_bytes());
  usage.memory_peak_bytes =
      optional(used.has_memory_peak_bytes(), used.memory_peak_bytes());
  usage.memory_final_bytes =
      optional(used.has_memory_final_bytes(), used.memory_final_bytes());
  usage.memory_anon_bytes =
      optional(used.has_memory_anon_bytes(), used.memory_anon_bytes());
  usage.memory_file_bytes =
      optional(used.has_memory_file_bytes(), used.memory_file_bytes());
  usage.memory_kernel_bytes =
      optional(used.has_memory_kernel_bytes(), used.memory_kernel_bytes());
  usage.memory_shmem_bytes =
      optional(used.has_memory_shmem_bytes(), used.memory_shmem_bytes());
  usage.pids_peak = optional(used.has_pids_peak(), used.pids_peak());
  usage.throttled_periods =
      optional(used.has_throttled_periods(), used.throttled_periods());
  usage.throttled_us = optional(used.has_throttled_us(), used.throttled_us());
  usage.device_read_bytes =
      optional(used.has_device_read_bytes(), used.device_read_bytes());
  usage.device_written_bytes =
      optional(used.has_device_written_bytes(), used.device_written_bytes());
  return usage;
}

Result ToResult(const Spec& spec, const Plan& plan, const Ending& ending,
                bool wants_json) {
  const report::Report report = MakeReport(spec, &plan, ending);
  Result result;
  result.outcome = static_cast<Outcome>(report.outcome());
  result.exit_status = report.exit_status();
  if (wants_json) result.report_json = ReportJson(report);
  if (ending.setup_failure) {
    result.error = ending.setup_failure->ToString();
    const report::SetupFailure& failure = report.setup_failure();
    result.setup_fault = {failure.stage(), failure.operation(),
                          failure.errno_name(), failure.config_path()};
    return result;
  }
  if (report.has_exit_code()) result.exit_code = report.exit_code();
  if (report.has_signal()) result.signal = report.signal();
  result.syscall = report.violation().syscall();
  for (const DeniedCallRecord& denied : ending.denied_calls) {
    result.denied_calls.push_back(
        {denied.first.syscall, denied.error == 0 ? "" : ErrnoName(denied.error),
         denied.count, CallText(denied.first), denied.first.rule});
  }
  result.usage = ToUsage(report.usage());
  result.wall_time = result.usage.wall_time;
  result.cpu_time = result.usage.cpu_user + result.usage.cpu_system;
  result.max_rss_bytes = result.usage.max_rss_bytes;
  result.setup_time = ending.clone + ending.setup;
  if (report.has_limit()) result.limit = ToLimitHit(report.limit());
  for (const report::LimitHit& hit : report.limits_met()) {
    result.limits_met.push_back(ToLimitHit(hit));
  }
  for (const CgroupLoss& loss : ending.cgroup_losses) {
    result.limits_not_in_force.push_back({loss.origin.path, loss.reason});
  }
  return result;
}

class RunningJailImpl : public RunningJail {
 public:
  RunningJailImpl(const Spec& spec, const Plan& plan, bool wants_json,
                  ChildPtr child, Ending ending)
      : spec_(spec),
        plan_(plan),
        wants_json_(wants_json),
        child_(std::move(child)),
        ending_(std::move(ending)) {}

  pid_t pid() const override { return ChildPid(*child_); }

  Result Wait(int cancel_fd, Watcher* watcher) override {
    std::optional<WatcherAdapter> adapter;
    if (watcher != nullptr) adapter.emplace(*watcher);
    Supervise(*child_, spec_,
              {.cancel_fd = cancel_fd,
               .watcher = adapter.has_value() ? &*adapter : nullptr},
              ending_);
    return ToResult(spec_, plan_, ending_, wants_json_);
  }

 private:
  const Spec& spec_;
  const Plan& plan_;
  const bool wants_json_;
  ChildPtr child_;
  Ending ending_;
};

class CreatedJailImpl : public CreatedJail {
 public:
  CreatedJailImpl(const Spec& spec, const Plan& plan, bool wants_json,
                  std::unique_ptr<CreatedChild> child)
      : spec_(spec),
        plan_(plan),
        wants_json_(wants_json),
        child_(std::move(child)) {}

  std::unique_ptr<RunningJail> Start(const std::vector<std::string>& arguments,
                                     Result& result) override {
    std::vector<std::string> argv = {spec_.process.command.argv.front()};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    Ending ending;
    ChildPtr child = child_->Start(argv, ending);
    if (child == nullptr) {
      result = ToResult(spec_, plan_, ending, wants_json_);
      return nullptr;
    }
    return std::make_unique<RunningJailImpl>(
        spec_, plan_, wants_json_, std::move(child), std::move(ending));
  }

 private:
  const Spec& spec_;
  const Plan& plan_;
  const bool wants_json_;
  const std::unique_ptr<CreatedChild> child_;
};

// `provided` come before what is mounted beneath them.
void AddProvidedMounts(
    const std::vector<Launcher::Options::ProvidedMount>& provided, Spec& spec,
    std::vector<std::string>& errors) {
  for (size_t i = 0; i < provided.size(); ++i) {
    const Launcher::Options::ProvidedMount& from = provided[i];
    absl::StatusOr<std::string> target = CleanInsidePath(from.target);
    if (!target.ok() || *target == "/") {
      errors.push_back(absl::StrCat("provided_mounts[", i, "]: ",
                                    target.ok() ? "cannot be the jail's root"
                                                : target.status().message()));
      continue;
    }
    Mount mount;
    mount.target = *std::move(target);
    mount.what = ProvidedMount{i};
    mount.flags = {from.read_only, from.nosuid, from.nodev, from.noexec,
                   from.nosymfollow};
    mount.is_dir = true;
    mount.origin = {absl::StrCat("provided_mounts[", i, "]"), "", 0, 0};
    const std::string beneath = mount.target + "/";
    auto place = spec.mounts.begin();
    while (place != spec.mounts.end() &&
           !absl::StartsWith(place->target, beneath)) {
      ++place;
    }
    spec.mounts.insert(place, std::move(mount));
  }
}

// ----------------------------------------------------------------- launcher

class LauncherImpl : public Launcher {
 public:
  LauncherImpl(Spec spec, std::vector<std::string> warnings, bool wants_json)
      : spec_(std::move(spec)),
        wants_json_(wants_json),
        warnings_(std::move(warnings)) {}

  // The second half of Make: the host is looked at, and the plan made.
  bool Prepare(std::vector<std::string>& errors) {
    absl::StatusOr<HostFacts> facts = CollectHostFacts(spec_);
    if (!facts.ok()) {
      errors.emplace_back(facts.status().message());
      return false;
    }
    // A scope of systemd's would move the program that we are a part of.
    facts->cgroup.systemd = false;
    facts_ = std::make_shared<const HostFacts>(*std::move(facts));
    return MakeItsPlan(errors);
  }

  std::unique_ptr<Launcher> With(
      const Overrides& overrides,
      std::vector<std::string>& errors) const override {
    Spec spec = spec_;
    const size_t before = errors.size();
    OverrideCommand(overrides, spec.process, errors);
    if (!overrides.cwd.empty()) {
      absl::StatusOr<std::string> cwd = CleanInsidePath(overrides.cwd);
      if (cwd.ok()) {
        spec.process.cwd = *std::move(cwd);
        spec.process.cwd_origin = OfOverride("cwd");
      } else {
        errors.push_back(absl::StrCat("cwd: ", cwd.status().message()));
      }
    }
    OverrideLimits(overrides, plan_, spec, errors);
    spec.process.stdio.channel = overrides.channel;
    spec.process.waits_for_start = overrides.waits_for_start;
    if (errors.size() > before) return nullptr;
    auto launcher = std::make_unique<LauncherImpl>(
        std::move(spec), std::vector<std::string>(), wants_json_);
    launcher->facts_ = facts_;
    if (!launcher->MakeItsPlan(errors)) return nullptr;
    return launcher;
  }

  uid_t outside_uid() const override { return plan_.outside_uid; }
  gid_t outside_gid() const override { return plan_.outside_gid; }
  const std::string& cwd() const override { return spec_.process.cwd; }
  const std::vector<std::string>& environment() const override {
    return spec_.process.environment;
  }

  const std::vector<std::string>& warnings() const override {
    return warnings_;
  }

  std::vector<LimitNotInForce> limits_not_in_force() const override {
    std::vector<LimitNotInForce> limits;
    if (!plan_.cgroup) return limits;
    for (const CgroupLoss& loss : plan_.cgroup->losses) {
      limits.push_back({loss.origin.path, loss.reason});
    }
    return limits;
  }

  std::string Explain() const override { return DescribeText(plan_); }

  std::unique_ptr<RunningJail> Launch(const Streams& streams,
                                      Result& result) const override {
    Ending ending;
    if (!IsMadeFor(false, ending)) {
      result = ToResult(spec_, plan_, ending, wants_json_);
      return nullptr;
    }
    ChildPtr child = jail::Launch(spec_, plan_, ToIo(streams), ending);
    if (child == nullptr) {
      result = ToResult(spec_, plan_, ending, wants_json_);
      return nullptr;
    }
    return std::make_unique<RunningJailImpl>(
        spec_, plan_, wants_json_, std::move(child), std::move(ending));
  }

  std::unique_ptr<CreatedJail> Create(const Streams& streams,
                                      Result& result) const override {
    Ending ending;
    std::unique_ptr<CreatedChild> child;
    if (IsMadeFor(true, ending)) {
      child = jail::Create(spec_, plan_, ToIo(streams), ending);
    }
    if (child == nullptr) {
      result = ToResult(spec_, plan_, ending, wants_json_);
      return nullptr;
    }
    return std::make_unique<CreatedJailImpl>(spec_, plan_, wants_json_,
                                             std::move(child));
  }

 private:
  static LaunchIo ToIo(const Streams& streams) {
    LaunchIo io;
    io.stdin_fd = streams.stdin_fd;
    io.stdout_fd = streams.stdout_fd;
    io.stderr_fd = streams.stderr_fd;
    io.channel_fd = streams.channel_fd;
    io.mounts = streams.mounts;
    io.wants_usage = true;
    return io;
  }

  // A plan is one of a jail that waits, or one of a jail that doesn't.
  bool IsMadeFor(bool create, Ending& ending) const {
    if (spec_.process.waits_for_start == create) return true;
    SetupFailure failure;
    failure.stage = "plan";
    failure.operation = create ? "create" : "launch";
    failure.origin = OfOverride("waits_for_start");
    failure.detail = create ? "is not set" : "is set";
    ending.setup_failure = std::move(failure);
    return false;
  }

  bool MakeItsPlan(std::vector<std::string>& errors) {
    SetupFailure failure;
    if (!MakePlan(spec_, *facts_, plan_, failure).ok()) {
      errors.push_back(failure.ToString());
      return false;
    }
    if (absl::Status status = Verify(plan_, spec_); !status.ok()) {
      errors.emplace_back(status.message());
      return false;
    }
    warnings_.insert(warnings_.end(), plan_.warnings.begin(),
                     plan_.warnings.end());
    return true;
  }

  const Spec spec_;
  const bool wants_json_;  // of the report
  std::shared_ptr<const HostFacts> facts_;
  Plan plan_;
  std::vector<std::string> warnings_;
};

}  // namespace

std::unique_ptr<Launcher> Launcher::Make(const Options& options,
                                         std::vector<std::string>& errors) {
  Diagnostics problems;
  ParsedConfig config =
      ParseConfig(options.text, options.name, ConfigFormat::kDetect, problems);
  CommandLine line;
  line.config_file = options.name;
  line.command = options.command;
  ApplyCommandLine(line, config, problems);
  std::optional<Spec> spec = Validate(config, Caller::Current(), problems);
  if (spec && (spec->mode != Mode::kOnce || spec->daemon)) {
    problems.Error(config.sources.Find(spec->daemon ? "daemon" : "mode"),
                   "the library starts one jail at a time: only the program "
                   "jail has other modes and a daemon");
  }
  if (spec && spec->watch && spec->watch->accesses) {
    problems.Error(config.sources.Find("seccomp_unotify"),
                   "the record is told by the program jail alone");
  }
  std::vector<std::string> warnings;
  for (const Diagnostic& problem : problems.Sorted()) {
    bool is_error = problem.severity == Diagnostic::Severity::kError;
    (is_error ? errors : warnings).push_back(problem.ToString());
  }
  if (!spec || !problems.ok()) return nullptr;
  const size_t before = errors.size();
  AddProvidedMounts(options.provided_mounts, *spec, errors);
  if (errors.size() > before) return nullptr;
  auto launcher = std::make_unique<LauncherImpl>(
      *std::move(spec), std::move(warnings), options.report);
  if (!launcher->Prepare(errors)) return nullptr;
  return launcher;
}

}  // namespace jail
