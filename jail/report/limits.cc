// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/limits.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"
#include "jail/report/usage.h"

namespace jail {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr char kProcesses[] = "processes";

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
  return limit != nullptr &&
         static_cast<uint64_t>(CpuTime(ending).count()) / 500'000 >=
             limit->value;
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

report::LimitHit TimeHit(const Located<milliseconds>& limit,
                         const char* otherwise, const Ending& ending) {
  return MakeLimitHit(FieldName(limit.origin, otherwise),
                      static_cast<uint64_t>(limit.value.count()),
                      ending.limit_reached, "ms");
}

void SetOvershoot(microseconds used, milliseconds limit,
                  report::LimitHit& hit) {
  const microseconds beyond = std::max(used - limit, microseconds{0});
  hit.set_overshoot_us(static_cast<uint64_t>(beyond.count()));
}

report::LimitHit CpuHit(const Spec& spec, const Ending& ending) {
  const auto& limit = spec.limits.cpu_time;
  if (ending.kill_reason == KillReason::kCpuTime) {
    report::LimitHit hit = TimeHit(limit, "cpu_time_ms", ending);
    SetOvershoot(CpuTime(ending), limit.value, hit);
    return hit;
  }
  if (const Rlimit* rlimit = FindRlimit(spec, RLIMIT_CPU)) {
    return MakeLimitHit(rlimit->name, rlimit->value * 1000,
                        static_cast<uint64_t>(CpuTime(ending).count()) / 1000,
                        "ms");
  }
  return {};
}

report::LimitHit OutputHit(const Spec& spec, const Ending& ending) {
  const auto& limit = spec.limits.output;
  return MakeLimitHit(FieldName(limit.origin, "stdout_limit"),
                      limit.value.value, ending.output.largest, "bytes");
}

// The limit that ended the jail; without a name: none did, or not by a number.
report::LimitHit DecideLimit(const Spec& spec, const Ending& ending,
                             report::Outcome outcome) {
  const Limits& limits = spec.limits;
  switch (outcome) {
    case report::WALL_TIME: {
      report::LimitHit hit = TimeHit(limits.wall_time, "time_limit", ending);
      SetOvershoot(ending.wall, limits.wall_time.value, hit);
      return hit;
    }
    case report::IDLE_TIME: {
      report::LimitHit hit = TimeHit(limits.idle_time, "idle_time_ms", ending);
      SetOvershoot(ending.idle, limits.idle_time.value, hit);
      return hit;
    }
    case report::CPU_TIME:
      return CpuHit(spec, ending);
    case report::OUTPUT:
      return OutputHit(spec, ending);
    case report::FILE_SIZE:
      // A file never grows beyond the limit, so that is what was reached.
      if (const Rlimit* limit = FindRlimit(spec, RLIMIT_FSIZE)) {
        return MakeLimitHit(limit->name, limit->value, limit->value, "bytes");
      }
      return {};
    case report::MEMORY:
      return MemoryHit(spec, ending);
    default:
      return {};
  }
}

// Limits that the jail reached and survived: a process of it that was killed
// for its memory, a fork that was refused, output that was cut, a file system
// in memory that was full.
void AddLimitsSurvived(const Spec& spec, const Ending& ending,
                       report::Report& report) {
  if (report.outcome() != report::MEMORY) {
    if (ending.cgroup.oom_kills.value_or(0) > 0) {
      *report.add_limits_met() = MemoryHit(spec, ending);
    } else if (spec.cgroup.memory_max &&
               ending.cgroup.memory_tcp_peak_bytes.value_or(0) >=
                   spec.cgroup.memory_max->value.value) {
      // Nothing is killed for these: who sends has to wait.
      report::LimitHit hit = MemoryHit(spec, ending);
      hit.set_reached(*ending.cgroup.memory_tcp_peak_bytes);
      *report.add_limits_met() = hit;
    }
  }
  if (spec.cgroup.pids_max && ending.cgroup.pids_denied.value_or(0) > 0) {
    const uint64_t max = spec.cgroup.pids_max->value;
    *report.add_limits_met() =
        MakeLimitHit(FieldName(spec.cgroup.pids_max->origin, "cgroup_pids_max"),
                     max, max, kProcesses);
  }
  if (report.outcome() != report::OUTPUT && ending.output.limit_met) {
    *report.add_limits_met() = OutputHit(spec, ending);
  }
  for (const FullMount& mount : ending.full_mounts) {
    *report.add_limits_met() = MakeLimitHit(
        absl::StrCat(mount.field, mount.inodes ? " inodes" : " size"),
        mount.limit, mount.limit, mount.inodes ? "inodes" : "bytes");
  }
}

}  // namespace

report::LimitHit MemoryHit(const Spec& spec, const Ending& ending) {
  const auto& limit = spec.cgroup.memory_max ? spec.cgroup.memory_max
                                             : spec.cgroup.memory_memsw_max;
  if (!limit) return {};
  return MakeLimitHit(
      FieldName(limit->origin, "cgroup_mem_max"), limit->value.value,
      ending.cgroup.memory_peak_bytes.value_or(limit->value.value), "bytes");
}

report::Outcome DecideOutcome(const Spec& spec, const Ending& ending) {
  if (ending.setup_failure) return report::SETUP_FAILED;
  switch (ending.kill_reason) {
    case KillReason::kWallTime:
      return report::WALL_TIME;
    case KillReason::kCpuTime:
      return report::CPU_TIME;
    case KillReason::kIdleTime:
      return report::IDLE_TIME;
    case KillReason::kOutput:
      return report::OUTPUT;
    case KillReason::kViolation:
      return report::SECCOMP;
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

void AddLimits(const Spec& spec, const Ending& ending, report::Report& report) {
  report::LimitHit hit = DecideLimit(spec, ending, report.outcome());
  if (!hit.name().empty()) {
    *report.mutable_limit() = hit;
    *report.add_limits_met() = hit;
  }
  AddLimitsSurvived(spec, ending, report);
}

std::string LimitText(const report::LimitHit& hit, const Ending& ending) {
  std::string text = absl::StrCat(hit.name(), ": reached ", hit.reached());
  if (hit.reached() != hit.configured()) {
    absl::StrAppend(&text, " of ", hit.configured());
  }
  absl::StrAppend(&text, " ", hit.unit());
  if (hit.unit() == kProcesses) {
    const uint64_t refused = ending.cgroup.pids_denied.value_or(0);
    absl::StrAppend(&text, ", ", refused, refused == 1 ? " fork" : " forks",
                    " refused");
  }
  return text;
}

}  // namespace jail
