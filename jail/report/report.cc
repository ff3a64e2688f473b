// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/report.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"
#include "jail/report/isolation.h"
#include "jail/report/json.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

constexpr int kExitSetupFailed = 255;

uint64_t Microseconds(const struct timeval& time) {
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000 +
         static_cast<uint64_t>(time.tv_usec);
}

uint64_t CpuMicroseconds(const Ending& ending) {
  return Microseconds(ending.usage.ru_utime) +
         Microseconds(ending.usage.ru_stime);
}

const Rlimit* FindRlimit(const Spec& spec, int resource) {
  for (const Rlimit& limit : spec.process.rlimits) {
    if (limit.resource == resource && limit.from == Rlimit::From::kValue) {
      return &limit;
    }
  }
  return nullptr;
}

// With soft = hard the kernel sends SIGKILL at once, not SIGXCPU.  It goes by
// whole ticks, stolen time included, and so may be far ahead of what
// getrusage(2) tells: up to a quarter was measured.  Who else could kill the
// jail sits outside, so half of the limit is taken for all of it.
bool CpuRlimitReached(const Spec& spec, const Ending& ending) {
  const Rlimit* limit = FindRlimit(spec, RLIMIT_CPU);
  return limit != nullptr && CpuMicroseconds(ending) / 500'000 >= limit->value;
}

std::string FieldName(const Origin& origin, const char* otherwise) {
  return origin.path.empty() ? otherwise : origin.path;
}

report::LimitHit MakeLimitHit(const std::string& name, uint64_t configured,
                              uint64_t reached, const char* unit) {
  report::LimitHit hit;
  hit.set_name(name);
  hit.set_configured(configured);
  hit.set_reached(reached);
  hit.set_unit(unit);
  return hit;
}

report::LimitHit MemoryHit(const Spec& spec, const Ending& ending) {
  const auto& limit = spec.cgroup.memory_max ? spec.cgroup.memory_max
                                             : spec.cgroup.memory_memsw_max;
  if (!limit) return {};
  return MakeLimitHit(
      FieldName(limit->origin, "cgroup_mem_max"), limit->value.value,
      ending.cgroup.memory_peak_bytes.value_or(limit->value.value), "bytes");
}

std::optional<report::LimitHit> DecideLimit(const Spec& spec,
                                            const Ending& ending,
                                            report::Outcome outcome) {
  const Limits& limits = spec.limits;
  switch (outcome) {
    case report::WALL_TIME:
      return MakeLimitHit(FieldName(limits.wall_time.origin, "time_limit"),
                          static_cast<uint64_t>(limits.wall_time.value.count()),
                          ending.limit_reached, "ms");
    case report::CPU_TIME:
      if (ending.kill_reason == KillReason::kCpuTime) {
        return MakeLimitHit(
            FieldName(limits.cpu_time.origin, "cpu_time_ms"),
            static_cast<uint64_t>(limits.cpu_time.value.count()),
            ending.limit_reached, "ms");
      }
      if (const Rlimit* limit = FindRlimit(spec, RLIMIT_CPU)) {
        return MakeLimitHit(limit->name, limit->value * 1000,
                            CpuMicroseconds(ending) / 1000, "ms");
      }
      return std::nullopt;
    case report::FILE_SIZE:
      // A file never grows beyond the limit, so that is what was reached.
      if (const Rlimit* limit = FindRlimit(spec, RLIMIT_FSIZE)) {
        return MakeLimitHit(limit->name, limit->value, limit->value, "bytes");
      }
      return std::nullopt;
    case report::MEMORY:
      return MemoryHit(spec, ending);
    default:
      return std::nullopt;
  }
}

// Limits that the jail reached and survived: a process of it that was killed
// for its memory, a fork that was refused.
void AddLimitsSurvived(const Spec& spec, const Ending& ending,
                       report::Outcome outcome, report::Report& report) {
  if (outcome != report::MEMORY && ending.cgroup.oom_kills.value_or(0) > 0) {
    *report.add_limits_met() = MemoryHit(spec, ending);
  }
  if (spec.cgroup.pids_max && ending.cgroup.pids_denied.value_or(0) > 0) {
    const uint64_t max = spec.cgroup.pids_max->value;
    *report.add_limits_met() =
        MakeLimitHit(FieldName(spec.cgroup.pids_max->origin, "cgroup_pids_max"),
                     max, max, "processes");
  }
}

report::Usage MakeUsage(const Ending& ending) {
  const struct rusage& used = ending.usage;
  report::Usage usage;
  usage.set_wall_time_us(static_cast<uint64_t>(ending.wall.count()));
  usage.set_cpu_user_us(Microseconds(used.ru_utime));
  usage.set_cpu_system_us(Microseconds(used.ru_stime));
  usage.set_max_rss_bytes(static_cast<uint64_t>(used.ru_maxrss) * 1024);
  usage.set_minor_faults(static_cast<uint64_t>(used.ru_minflt));
  usage.set_major_faults(static_cast<uint64_t>(used.ru_majflt));
  usage.set_voluntary_switches(static_cast<uint64_t>(used.ru_nvcsw));
  usage.set_involuntary_switches(static_cast<uint64_t>(used.ru_nivcsw));
  usage.set_block_reads(static_cast<uint64_t>(used.ru_inblock));
  usage.set_block_writes(static_cast<uint64_t>(used.ru_oublock));
  if (const auto& peak = ending.cgroup.memory_peak_bytes) {
    usage.set_memory_peak_bytes(*peak);
  }
  return usage;
}

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

report::Outcome DecideOutcome(const Spec& spec, const Ending& ending) {
  if (ending.setup_failure) return report::SETUP_FAILED;
  switch (ending.kill_reason) {
    case KillReason::kWallTime:
      return report::WALL_TIME;
    case KillReason::kCpuTime:
      return report::CPU_TIME;
    case KillReason::kOutput:
      return report::OUTPUT;
    case KillReason::kCancelled:
      return report::CANCELLED;
    case KillReason::kNone:
      break;
  }
  if (WIFEXITED(ending.wait_status)) return report::EXITED;
  switch (WTERMSIG(ending.wait_status)) {
    case SIGXFSZ:
      return report::FILE_SIZE;
    case SIGXCPU:
      return report::CPU_TIME;
    case SIGKILL:
      if (ending.cgroup.oom_kills.value_or(0) > 0) return report::MEMORY;
      return CpuRlimitReached(spec, ending) ? report::CPU_TIME
                                            : report::SIGNALED;
    case SIGSYS:
      return spec.seccomp ? report::SECCOMP : report::SIGNALED;
    default:
      return report::SIGNALED;
  }
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
  if (auto limit = DecideLimit(spec, ending, outcome)) {
    *report.mutable_limit() = *limit;
    *report.add_limits_met() = *limit;
  }
  AddLimitsSurvived(spec, ending, outcome, report);
  *report.mutable_usage() = MakeUsage(ending);
  if (plan != nullptr) {
    *report.mutable_isolation() = IsolationInForce(spec, *plan, ending);
  }
  report.set_pid(ending.pid);
  report.mutable_timing()->set_clone_us(
      static_cast<uint64_t>(ending.clone.count()));
  report.mutable_timing()->set_setup_us(
      static_cast<uint64_t>(ending.setup.count()));
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

std::string TimeLimitLine(const Spec& spec, const Ending& ending,
                          const std::string& remote) {
  if (ending.kill_reason != KillReason::kWallTime) return "";
  return absl::StrCat("pid=", ending.pid, " run time >= time limit (",
                      ending.limit_reached / 1000,
                      " >= ", spec.limits.wall_time.value.count() / 1000, ") (",
                      Who(remote), "). Killing it");
}

}  // namespace jail
