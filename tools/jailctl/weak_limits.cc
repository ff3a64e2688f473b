// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>

#include "absl/strings/str_cat.h"
#include "tools/jailctl/weakness.h"

namespace jail::jailctl {
namespace {

using std::chrono::milliseconds;

// A wall time beyond which a limit hardly is one.
constexpr milliseconds kLongTime = std::chrono::hours(1);

bool IsDefault(const Origin& origin) { return origin.file.empty(); }

const Rlimit* Find(const Spec& spec, int resource) {
  for (const Rlimit& limit : spec.process.rlimits) {
    if (limit.resource == resource) return &limit;
  }
  return nullptr;
}

// Does the config itself say a number?
bool HasValue(const Rlimit* limit) {
  return limit != nullptr && limit->from == Rlimit::From::kValue;
}

void LookAtMemory(const Spec& spec, std::vector<Weakness>& found) {
  if (spec.cgroup.memory_max || spec.cgroup.memory_memsw_max) return;
  const Rlimit* limit = Find(spec, RLIMIT_DATA);
  if (!HasValue(limit)) limit = Find(spec, RLIMIT_AS);
  const Origin origin = limit ? limit->origin : Origin{"rlimit_as", "", 0, 0};
  if (!HasValue(limit)) {
    found.push_back({Severity::kMedium,
                     "No memory limit: the program can take all of the "
                     "machine's memory",
                     "cgroup_mem_max: 536870912 (bytes)", origin});
    return;
  }
  found.push_back(
      {Severity::kMedium,
       absl::StrCat("Memory is limited for each process alone (", limit->name,
                    "): many processes together can take all of "
                    "the machine's"),
       "cgroup_mem_max (bytes)", origin});
}

void LookAtProcesses(const Spec& spec, std::vector<Weakness>& found) {
  if (spec.cgroup.pids_max) return;
  const Rlimit* nproc = Find(spec, RLIMIT_NPROC);
  if (HasValue(nproc)) return;
  found.push_back({Severity::kMedium,
                   "The number of processes is the caller's limit, if any: a "
                   "fork bomb takes the machine with it",
                   "rlimit_nproc: 64 rlimit_nproc_type: VALUE",
                   nproc ? nproc->origin : Origin{"rlimit_nproc", "", 0, 0}});
}

void LookAtTime(const Spec& spec, std::vector<Weakness>& found) {
  const Located<milliseconds>& wall = spec.limits.wall_time;
  if (spec.mode == Mode::kExecve) {
    found.push_back({Severity::kMedium,
                     "Mode EXECVE has no supervisor: no limit of wall time is "
                     "kept",
                     "mode: ONCE",
                     {"mode", "", 0, 0}});
  } else if (wall.value.count() == 0) {
    found.push_back({Severity::kMedium,
                     "No limit of wall time: the program may run for ever",
                     "time_limit: 60 (seconds)", wall.origin});
  } else if (wall.value > kLongTime) {
    found.push_back({Severity::kLow,
                     absl::StrCat("The program may run for ",
                                  wall.value.count() / 1000, " s"),
                     "time_limit: 60 (seconds)", wall.origin});
  }
}

// Defaults of nsjail's schema that have surprised people.
void NoteDefaults(const Spec& spec, std::vector<Weakness>& found) {
  const Located<milliseconds>& wall = spec.limits.wall_time;
  if (IsDefault(wall.origin) && wall.value == std::chrono::seconds(600) &&
      spec.mode != Mode::kExecve) {
    found.push_back({Severity::kNote,
                     "By default the program is killed after 600 s of wall "
                     "time",
                     "time_limit (seconds; 0: none)", wall.origin});
  }
  const struct {
    int resource;
    uint64_t value;
    const char* what;
    const char* fix;
  } kDefaults[] = {
      {RLIMIT_FSIZE, 1 << 20,
       "By default no file may grow beyond 1 MiB (SIGXFSZ)",
       "rlimit_fsize (MiB)"},
      {RLIMIT_NOFILE, 32, "By default a process has at most 32 open files",
       "rlimit_nofile"},
      {RLIMIT_AS, uint64_t{4096} << 20,
       "By default a process has at most 4096 MiB of address space: Go, Java "
       "and node may not start",
       "rlimit_as (MiB)"},
      {RLIMIT_CPU, 600, "By default a process has at most 600 s of CPU time",
       "rlimit_cpu (seconds)"},
  };
  for (const auto& expected : kDefaults) {
    const Rlimit* limit = Find(spec, expected.resource);
    if (!HasValue(limit) || !IsDefault(limit->origin) ||
        limit->value != expected.value ||
        (expected.resource == RLIMIT_CPU &&
         spec.limits.cpu_time.value.count() > 0)) {
      continue;
    }
    found.push_back(
        {Severity::kNote, expected.what, expected.fix, limit->origin});
  }
  if (IsDefault(spec.process.nice.origin) && spec.process.nice.value == 19) {
    found.push_back({Severity::kNote,
                     "By default the program runs at the lowest priority "
                     "(nice 19)",
                     "nice_level", spec.process.nice.origin});
  }
}

}  // namespace

void FindWeakLimits(const Spec& spec, std::vector<Weakness>& found) {
  if (spec.process.rlimits.empty()) {
    found.push_back({Severity::kMedium,
                     "Resource limits are the caller's own",
                     "leave out disable_rl",
                     {"disable_rl", "", 0, 0}});
  }
  LookAtMemory(spec, found);
  LookAtProcesses(spec, found);
  LookAtTime(spec, found);
  for (const Rlimit& limit : spec.process.rlimits) {
    if (limit.from == Rlimit::From::kInfinity &&
        (limit.resource == RLIMIT_FSIZE || limit.resource == RLIMIT_CORE)) {
      found.push_back({Severity::kLow,
                       absl::StrCat(limit.name,
                                    " is infinite: what the program "
                                    "writes is not limited"),
                       absl::StrCat(limit.name, ": 64"), limit.origin});
    }
  }
  NoteDefaults(spec, found);
}

}  // namespace jail::jailctl
