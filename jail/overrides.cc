// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/overrides.h"

#include <sys/resource.h>

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace jail {
namespace {

// execve(2) takes no longer string, and no more in all (with 8 MiB of stack).
constexpr size_t kMaxArgumentBytes = (128 << 10) - 1;
constexpr size_t kMaxArgumentsBytes = 2 << 20;
constexpr uint64_t kMaxCpuWeight = 10000;  // CGROUP_WEIGHT_MAX

// PATH of `environment`, as far as it is absolute.
std::vector<std::string> SearchPath(
    const std::vector<std::string>& environment) {
  std::vector<std::string> directories;
  for (const std::string& variable : environment) {
    absl::string_view path = variable;
    if (!absl::ConsumePrefix(&path, "PATH=")) continue;
    for (absl::string_view part : absl::StrSplit(path, ':')) {
      if (absl::StartsWith(part, "/")) directories.emplace_back(part);
    }
  }
  return directories;
}

void CheckStrings(const char* what, const std::vector<std::string>& strings,
                  std::vector<std::string>& errors) {
  size_t total = 0;
  for (const std::string& text : strings) {
    total += text.size() + 1 + sizeof(char*);
    if (text.find('\0') != std::string::npos) {
      errors.push_back(absl::StrCat(what, ": holds a NUL byte"));
    } else if (text.size() > kMaxArgumentBytes) {
      errors.push_back(absl::StrCat(what, ": a string of ", text.size(),
                                    " bytes; execve(2) takes at most ",
                                    kMaxArgumentBytes));
    }
  }
  if (total > kMaxArgumentsBytes) {
    errors.push_back(absl::StrCat(what, ": ", total, " bytes in all; at most ",
                                  kMaxArgumentsBytes));
  }
}

Rlimit* FindRlimit(Process& process, int resource) {
  for (Rlimit& limit : process.rlimits) {
    if (limit.resource == resource) return &limit;
  }
  return nullptr;
}

void SetRlimit(Process& process, int resource, const char* name,
               uint64_t value) {
  Rlimit* limit = FindRlimit(process, resource);
  if (limit == nullptr) limit = &process.rlimits.emplace_back();
  *limit = {resource, name, Rlimit::From::kValue, value, OfOverride(name)};
}

bool HasRlimitValue(Process& process, int resource) {
  const Rlimit* limit = FindRlimit(process, resource);
  return limit != nullptr && limit->from == Rlimit::From::kValue;
}

void LiftRlimit(Process& process, int resource) {
  FindRlimit(process, resource)->from = Rlimit::From::kCallersHard;
}

// Whether this host holds a limit; `planned` is the plan without overrides.
template <typename Limit>
bool IsHeld(const std::optional<Located<Limit>>& limit, const Plan& planned) {
  return limit && planned.cgroup && !planned.cgroup->IsLost(limit->origin.path);
}

// By the cgroup where it is held: a limit on addresses would come before it.
void OverrideMemory(uint64_t bytes, const Plan& planned, Spec& spec,
                    std::vector<std::string>& errors) {
  Process& process = spec.process;
  Cgroup& cgroup = spec.cgroup;
  const bool has_as = HasRlimitValue(process, RLIMIT_AS);
  const bool has_data = HasRlimitValue(process, RLIMIT_DATA);
  if (!cgroup.memory_max && !has_as && !has_data) {
    errors.push_back("memory_bytes: the configuration limits no memory");
    return;
  }
  const bool is_held = IsHeld(cgroup.memory_max, planned);
  if (cgroup.memory_max) {
    cgroup.memory_max = {Bytes{bytes}, OfOverride("memory_bytes")};
  }
  if (!has_as && !has_data) return;
  if (is_held) {
    if (has_as) LiftRlimit(process, RLIMIT_AS);
    if (has_data) LiftRlimit(process, RLIMIT_DATA);
    cgroup.all_best_effort = false;
    cgroup.best_effort.erase("cgroup_mem_max");
    return;
  }
  if (has_as) SetRlimit(process, RLIMIT_AS, "rlimit_as", bytes);
  if (has_data && bytes > FindRlimit(process, RLIMIT_DATA)->value) {
    SetRlimit(process, RLIMIT_DATA, "rlimit_data", bytes);
  }
}

void OverridePids(uint64_t pids, const Plan& planned, Spec& spec,
                  std::vector<std::string>& errors) {
  const bool has_rlimit = HasRlimitValue(spec.process, RLIMIT_NPROC);
  if (!spec.cgroup.pids_max && !has_rlimit) {
    errors.push_back("pids: the configuration limits no processes");
  }
  // One more where the cgroup's is held, which then comes first: it leaves a
  // trace.
  const uint64_t more = IsHeld(spec.cgroup.pids_max, planned) ? 1 : 0;
  if (spec.cgroup.pids_max) {
    spec.cgroup.pids_max = {pids, OfOverride("pids")};
  }
  if (has_rlimit) {
    SetRlimit(spec.process, RLIMIT_NPROC, "rlimit_nproc", pids + more);
  }
}

void OverrideCpuWeight(uint64_t weight, Spec& spec,
                       std::vector<std::string>& errors) {
  if (!spec.cgroup.cpu_weight) {
    errors.push_back("cpu_weight: the configuration has no cgroup_cpu_weight");
  } else if (weight == 0 || weight > kMaxCpuWeight) {
    errors.push_back(absl::StrCat("cpu_weight: is out of range: ", weight,
                                  "; takes 1 to ", kMaxCpuWeight));
  } else {
    spec.cgroup.cpu_weight = {weight, OfOverride("cpu_weight")};
  }
}

}  // namespace

void OverrideCommand(const Launcher::Overrides& overrides, Process& process,
                     std::vector<std::string>& errors) {
  if (overrides.environment) {
    CheckStrings("environment", *overrides.environment, errors);
    process.environment = *overrides.environment;
  }
  if (overrides.command.empty()) return;
  CheckStrings("command", overrides.command, errors);
  Command& command = process.command;
  command.file = overrides.command.front();
  command.argv = overrides.command;
  command.by_fd = false;
  command.origin = OfOverride("command");
  command.search.clear();
  if (command.file.empty()) {
    errors.push_back("command: the program's name is empty");
  } else if (command.file.find('/') == std::string::npos) {
    command.search = SearchPath(process.environment);
    if (command.search.empty()) {
      errors.push_back(absl::StrCat("command: ", command.file,
                                    ": the environment has no PATH to look "
                                    "it up in"));
    }
  }
}

void OverrideLimits(const Launcher::Overrides& overrides, const Plan& planned,
                    Spec& spec, std::vector<std::string>& errors) {
  Process& process = spec.process;
  if (overrides.wall_time) {
    spec.limits.wall_time = {*overrides.wall_time, OfOverride("wall_time_ms")};
  }
  if (overrides.cpu_time) {
    spec.limits.cpu_time = {*overrides.cpu_time, OfOverride("cpu_time_ms")};
  }
  if (overrides.idle_time) {
    spec.limits.idle_time = {*overrides.idle_time, OfOverride("idle_time_ms")};
  }
  if (overrides.memory_bytes) {
    OverrideMemory(*overrides.memory_bytes, planned, spec, errors);
  }
  if (overrides.pids) OverridePids(*overrides.pids, planned, spec, errors);
  if (overrides.cpu_weight) {
    OverrideCpuWeight(*overrides.cpu_weight, spec, errors);
  }
  if (overrides.file_size_bytes) {
    SetRlimit(process, RLIMIT_FSIZE, "rlimit_fsize",
              *overrides.file_size_bytes);
  }
  if (overrides.open_files) {
    SetRlimit(process, RLIMIT_NOFILE, "rlimit_nofile", *overrides.open_files);
  }
}

}  // namespace jail
