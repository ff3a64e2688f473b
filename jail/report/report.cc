// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/report.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "jail/report/isolation.h"
#include "jail/report/json.h"
#include "jail/report/limits.h"
#include "jail/report/usage.h"
#include "jail/report/violation.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

constexpr int kExitSetupFailed = 255;
constexpr size_t kMaxDeniedCallLines = 10;

report::SetupFailure MakeSetupFailure(const SetupFailure& failure) {
  report::SetupFailure out;
  out.set_stage(failure.stage);
  out.set_step(failure.step);
  out.set_operation(failure.operation);
  out.set_object(ToUtf8(failure.object));
  if (failure.error != 0 && failure.error != kCheckFailed) {
    out.set_errno_value(failure.error);
    out.set_errno_name(ErrnoName(failure.error));
  }
  out.set_config_path(ToUtf8(failure.origin.path));
  out.set_file(ToUtf8(failure.origin.file));
  out.set_line(failure.origin.line);
  out.set_hint(ToUtf8(failure.hint));
  out.set_message(ToUtf8(failure.ToString()));
  return out;
}

std::string Who(const std::string& remote) {
  return remote.empty() ? "[STANDALONE MODE]" : remote;
}

}  // namespace

std::string SignalName(int signal) {
  const char* name = sigabbrev_np(signal);
  if (name != nullptr) return absl::StrCat("SIG", name);
  if (signal >= SIGRTMIN && signal <= SIGRTMAX) {
    return absl::StrCat("SIGRTMIN+", signal - SIGRTMIN);
  }
  return absl::StrCat("signal ", signal);
}

int ExitStatus(const Ending& ending) {
  if (ending.setup_failure) return kExitSetupFailed;
  if (ending.kill_reason == KillReason::kCancelled &&
      ending.cancel_signal != 0) {
    return 128 + ending.cancel_signal;
  }
  if (WIFEXITED(ending.wait_status)) return WEXITSTATUS(ending.wait_status);
  return 128 + WTERMSIG(ending.wait_status);
}

report::Report MakeReport(const Spec& spec, const Plan* plan,
                          const Ending& ending) {
  report::Report report;
  report.set_jail_version(JAIL_VERSION);
  report.set_name(ToUtf8(spec.name));
  report::Outcome outcome = DecideOutcome(spec, ending);
  report.set_outcome(outcome);
  report.set_exit_status(ExitStatus(ending));
  for (const std::string& arg : spec.process.command.argv) {
    report.add_command(ToUtf8(arg));
  }
  if (plan != nullptr) {
    for (const std::string& warning : plan->warnings) {
      report.add_warnings(ToUtf8(warning));
    }
  }
  if (ending.setup_failure) {
    *report.mutable_setup_failure() = MakeSetupFailure(*ending.setup_failure);
    return report;
  }

  if (WIFEXITED(ending.wait_status)) {
    report.set_exit_code(WEXITSTATUS(ending.wait_status));
  } else {
    int signal = WTERMSIG(ending.wait_status);
    report.set_signal(signal);
    report.set_signal_name(SignalName(signal));
    report.set_core_dumped(WCOREDUMP(ending.wait_status));
  }
  AddLimits(spec, ending, report);
  if (ending.violation) {
    *report.mutable_violation() = MakeViolation(*ending.violation);
  }
  for (const DeniedCallRecord& denied : ending.denied_calls) {
    *report.add_denied_calls() = MakeDeniedCall(denied);
  }
  report.set_denied_calls_not_recorded(ending.denied_calls_not_recorded);
  for (const std::string& warning : OutputWarnings(ending)) {
    report.add_warnings(warning);
  }
  *report.mutable_usage() = MakeUsage(ending);
  // Told to end before the target ran: there was no such thing yet.
  const bool ran =
      ending.kill_reason != KillReason::kCancelled || ending.wall.count() > 0;
  if (plan != nullptr && ran) {
    *report.mutable_isolation() = IsolationInForce(spec, *plan, ending);
  }
  report.set_pid(ending.pid);
  report.mutable_timing()->set_clone_us(
      static_cast<uint64_t>(ending.clone.count()));
  report.mutable_timing()->set_setup_us(
      static_cast<uint64_t>(ending.setup.count()));
  report.mutable_timing()->set_exec_us(
      static_cast<uint64_t>(ending.exec.count()));
  return report;
}

report::Report MakeConfigFailureReport(const SetupFailure& failure,
                                       const std::string& message) {
  report::Report report;
  report.set_jail_version(JAIL_VERSION);
  report.set_outcome(report::SETUP_FAILED);
  report.set_exit_status(kExitSetupFailed);
  *report.mutable_setup_failure() = MakeSetupFailure(failure);
  report.mutable_setup_failure()->set_message(ToUtf8(message));
  return report;
}

std::string ReportJson(const report::Report& report) {
  return MessageToJson(report) + "\n";
}

std::string StartLine(const std::string& program, const std::string& remote) {
  return absl::StrCat("Executing '", program, "' for '", Who(remote), "'");
}

std::string EndLine(const Ending& ending, const std::string& remote,
                    int jails_left) {
  std::string how;
  if (WIFEXITED(ending.wait_status)) {
    how = absl::StrCat("exited with status: ", WEXITSTATUS(ending.wait_status));
  } else {
    int signal = WTERMSIG(ending.wait_status);
    how = absl::StrCat("terminated with signal: ", SignalName(signal), " (",
                       signal, ")");
  }
  return absl::StrCat("pid=", ending.pid, " (", Who(remote), ") ", how,
                      ", (PIDs left: ", jails_left, ")");
}

std::string RunningLine(const Spec& spec, pid_t pid, const std::string& remote,
                        std::chrono::nanoseconds ran) {
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  const auto limit = spec.limits.wall_time.value;
  const auto left = std::max<std::chrono::nanoseconds>(limit - ran, seconds(0));
  const std::string time_left =
      limit.count() == 0
          ? "unlimited"
          : absl::StrCat(duration_cast<seconds>(left).count(), " s.");
  return absl::StrCat("pid=", pid, ", Remote host: ", Who(remote),
                      ", Run time: ", duration_cast<seconds>(ran).count(),
                      " sec. (time left: ", time_left, ")");
}

std::string TimeLimitLine(const Spec& spec, const Ending& ending,
                          const std::string& remote) {
  if (ending.kill_reason != KillReason::kWallTime) return "";
  return absl::StrCat("pid=", ending.pid, " run time >= time limit (",
                      ending.limit_reached / 1000,
                      " >= ", spec.limits.wall_time.value.count() / 1000, ") (",
                      Who(remote), "). Killing it");
}

std::string OutOfMemoryLine(const Spec& spec, pid_t pid,
                            const std::string& remote) {
  Ending ending;
  ending.pid = pid;
  const report::LimitHit hit = MemoryHit(spec, ending);
  return absl::StrCat(
      "pid=", pid, " ", hit.name(), ": out of memory at ", hit.configured(),
      " bytes, the kernel kills a process of the jail (", Who(remote), ")");
}

std::vector<std::string> LimitLines(const Spec& spec, const Ending& ending,
                                    const std::string& remote) {
  report::Report report;
  report.set_outcome(DecideOutcome(spec, ending));
  AddLimits(spec, ending, report);
  std::vector<std::string> lines;
  for (const report::LimitHit& hit : report.limits_met()) {
    // nsjail has a line of its own for it: TimeLimitLine.
    if (report.outcome() == report::WALL_TIME &&
        hit.name() == report.limit().name()) {
      continue;
    }
    lines.push_back(absl::StrCat("pid=", ending.pid, " ",
                                 LimitText(hit, ending), " (", Who(remote),
                                 ")"));
  }
  return lines;
}

std::string ViolationLine(const Ending& ending, const std::string& remote) {
  if (!ending.violation) return "";
  return absl::StrCat("pid=", ending.pid,
                      " seccomp: ", ViolationText(*ending.violation), " (",
                      Who(remote), "). Killing it");
}

std::vector<std::string> DeniedCallLines(const Ending& ending,
                                         const std::string& remote) {
  std::vector<std::string> lines =
      DeniedCallTexts(ending.denied_calls, ending.denied_calls_not_recorded,
                      kMaxDeniedCallLines);
  for (std::string& line : lines) {
    line = absl::StrCat("pid=", ending.pid, " seccomp: ", line, " (",
                        Who(remote), ")");
  }
  return lines;
}

std::vector<std::string> OutputWarnings(const Ending& ending) {
  std::vector<std::string> warnings;
  // EPIPE: the reader had enough, as head(1) has.
  if (ending.output.error != 0 && ending.output.error != EPIPE) {
    warnings.push_back(absl::StrCat("stdout_limit: write to stdout or stderr: ",
                                    DescribeErrno(ending.output.error)));
  }
  if (ending.output.undelivered > 0) {
    warnings.push_back(absl::StrCat(
        "stdout_limit: ", ending.output.undelivered,
        " bytes of output were dropped: nobody took them in time"));
  }
  return warnings;
}

}  // namespace jail
