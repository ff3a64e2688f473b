// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/launcher.h"

#include <sys/wait.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "config/command_line.h"
#include "config/validate.h"
#include "jail/parent/host.h"
#include "jail/parent/launch.h"
#include "jail/plan/describe.h"
#include "jail/plan/planner.h"
#include "jail/plan/verify.h"
#include "jail/report/limits.h"
#include "jail/report/report.h"

namespace jail {
namespace {

static_assert(static_cast<int>(Outcome::kExited) == report::EXITED &&
              static_cast<int>(Outcome::kMemory) == report::MEMORY &&
              static_cast<int>(Outcome::kCancelled) == report::CANCELLED &&
              static_cast<int>(Outcome::kSetupFailed) == report::SETUP_FAILED &&
              static_cast<int>(Outcome::kIdleTime) == report::IDLE_TIME);

std::chrono::microseconds ToMicroseconds(const struct timeval& time) {
  return std::chrono::seconds(time.tv_sec) +
         std::chrono::microseconds(time.tv_usec);
}

Result ToResult(const Spec& spec, const Plan& plan, const Ending& ending) {
  Result result;
  result.outcome = static_cast<Outcome>(DecideOutcome(spec, ending));
  result.exit_status = ExitStatus(ending);
  result.report_json = ReportJson(MakeReport(spec, &plan, ending));
  if (ending.setup_failure) {
    result.error = ending.setup_failure->ToString();
    return result;
  }
  if (WIFEXITED(ending.wait_status)) {
    result.exit_code = WEXITSTATUS(ending.wait_status);
  } else {
    result.signal = WTERMSIG(ending.wait_status);
  }
  result.wall_time = ending.wall;
  result.cpu_time = ToMicroseconds(ending.usage.ru_utime) +
                    ToMicroseconds(ending.usage.ru_stime);
  result.max_rss_bytes = static_cast<uint64_t>(ending.usage.ru_maxrss) * 1024;
  return result;
}

class RunningJailImpl : public RunningJail {
 public:
  RunningJailImpl(const Spec& spec, const Plan& plan, ChildPtr child,
                  Ending ending)
      : spec_(spec),
        plan_(plan),
        child_(std::move(child)),
        ending_(std::move(ending)) {}

  pid_t pid() const override { return ChildPid(*child_); }

  Result Wait(int cancel_fd) override {
    Supervise(*child_, spec_, {.cancel_fd = cancel_fd}, ending_);
    return ToResult(spec_, plan_, ending_);
  }

 private:
  const Spec& spec_;
  const Plan& plan_;
  ChildPtr child_;
  Ending ending_;
};

class LauncherImpl : public Launcher {
 public:
  LauncherImpl(Spec spec, std::vector<std::string> warnings)
      : spec_(std::move(spec)), warnings_(std::move(warnings)) {}

  // The second half of Make: the host is looked at, and the plan made.
  bool Prepare(std::vector<std::string>& errors) {
    const absl::StatusOr<HostFacts> facts = CollectHostFacts(spec_);
    if (!facts.ok()) {
      errors.emplace_back(facts.status().message());
      return false;
    }
    SetupFailure failure;
    if (!MakePlan(spec_, *facts, plan_, failure).ok()) {
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

  const std::vector<std::string>& warnings() const override {
    return warnings_;
  }

  std::string Explain() const override { return DescribeText(plan_); }

  std::unique_ptr<RunningJail> Launch(const Streams& streams,
                                      Result& result) const override {
    Ending ending;
    ChildPtr child = jail::Launch(
        spec_, plan_, {streams.stdin_fd, streams.stdout_fd, streams.stderr_fd},
        ending);
    if (child == nullptr) {
      result = ToResult(spec_, plan_, ending);
      return nullptr;
    }
    return std::make_unique<RunningJailImpl>(spec_, plan_, std::move(child),
                                             std::move(ending));
  }

 private:
  const Spec spec_;
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
  std::vector<std::string> warnings;
  for (const Diagnostic& problem : problems.Sorted()) {
    bool is_error = problem.severity == Diagnostic::Severity::kError;
    (is_error ? errors : warnings).push_back(problem.ToString());
  }
  if (!spec || !problems.ok()) return nullptr;
  auto launcher =
      std::make_unique<LauncherImpl>(*std::move(spec), std::move(warnings));
  if (!launcher->Prepare(errors)) return nullptr;
  return launcher;
}

}  // namespace jail
