// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "jail/parent/host.h"
#include "jail/plan/cgroup_plan.h"
#include "jail/spec/spec.h"
#include "jail/sys/fd.h"
#include "tools/jailctl/doctor.h"

namespace jail::jailctl {
namespace {

constexpr size_t kMaxFile = 1 << 20;

// Those that jail has limits for.
const char* const kControllers[] = {"memory", "pids", "cpu"};

struct Hierarchies {
  std::string v2;                         // mount point, or empty
  std::map<std::string, std::string> v1;  // controller to mount point
};

Hierarchies FindHierarchies() {
  Hierarchies found;
  absl::StatusOr<std::string> mounts =
      ReadFile("/proc/self/mountinfo", kMaxFile);
  if (!mounts.ok()) return found;
  for (absl::string_view line : absl::StrSplit(*mounts, '\n')) {
    // "ID PARENT DEVICE ROOT TARGET OPTIONS [TAGS] - TYPE SOURCE SUPEROPTIONS"
    const std::vector<absl::string_view> halves =
        absl::StrSplit(line, absl::MaxSplits(" - ", 1));
    if (halves.size() != 2) continue;
    const std::vector<absl::string_view> left = absl::StrSplit(halves[0], ' ');
    const std::vector<absl::string_view> right = absl::StrSplit(halves[1], ' ');
    if (left.size() < 6 || right.size() < 3) continue;
    const std::string target(left[4]);
    if (right[0] == "cgroup2" && found.v2.empty()) found.v2 = target;
    if (right[0] != "cgroup") continue;
    for (absl::string_view option : absl::StrSplit(right[2], ',')) {
      for (const char* controller : kControllers) {
        if (option == controller) found.v1[controller] = target;
      }
    }
  }
  return found;
}

// This process's cgroup in a hierarchy: of `controller`, or of v2 ("").
std::string OwnCgroup(const std::string& controller) {
  absl::StatusOr<std::string> text = ReadFile("/proc/self/cgroup", kMaxFile);
  if (!text.ok()) return "";
  for (absl::string_view line : absl::StrSplit(*text, '\n')) {
    const std::vector<std::string> parts =
        absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (parts.size() != 3) continue;
    for (absl::string_view name : absl::StrSplit(parts[1], ',')) {
      if (name == controller) return parts[2];
    }
  }
  return "";
}

Attempt CanMakeCgroup(const Who& who, const std::string& directory) {
  return Try(who, 0, [&directory] {
    return From(access(directory.c_str(), W_OK | X_OK), directory);
  });
}

void ExamineV2(const std::string& mount, Section& section) {
  const std::string own = absl::StrCat(mount, OwnCgroup(""));
  const std::string controllers =
      ReadLine(absl::StrCat(own, "/cgroup.controllers"), "");
  section.findings.push_back({Finding::State::kNote, "controllers of v2",
                              controllers.empty() ? "none here" : controllers,
                              ""});
}

// The whole way of a launch, but for making anything: the facts as `jail` would
// collect them, and what its planner makes of a limit of each kind.
void ExamineLimits(const Who& who, Section& section) {
  Spec spec;
  Cgroup& cgroup = spec.cgroup;
  cgroup.memory_mount = "/sys/fs/cgroup/memory";
  cgroup.pids_mount = "/sys/fs/cgroup/pids";
  cgroup.cpu_mount = "/sys/fs/cgroup/cpu";
  cgroup.memory_parent = cgroup.pids_parent = cgroup.cpu_parent = "NSJAIL";
  cgroup.v2_mount = "/sys/fs/cgroup";
  cgroup.version = Cgroup::Version::kDetect;
  cgroup.memory_max = {{1 << 30}, {}};
  cgroup.pids_max = {100, {}};
  cgroup.cpu_per_second = {std::chrono::milliseconds(1000), {}};
  const Attempt attempt = Try(who, 0, [&spec]() -> Attempt {
    absl::StatusOr<HostFacts> facts = CollectHostFacts(spec);
    if (!facts.ok()) return {EIO, "the host's facts"};
    std::optional<CgroupPlan> plan;
    SetupFailure failure;
    if (!PlanCgroup(spec.cgroup, facts->cgroup, plan, failure).ok()) {
      return {failure.error != 0 ? failure.error : ENOENT,
              absl::StrCat(failure.operation, " ", failure.object)};
    }
    return {0, CgroupSourceName(plan->source)};
  });
  section.findings.push_back(
      {attempt.ok() ? Finding::State::kGood : Finding::State::kMissing,
       absl::StrCat("limits of a jail, as ", who.Name()),
       attempt.ok() ? absl::StrCat("can be set; source ", attempt.operation)
                    : attempt.ToString(),
       attempt.ok() ? "" : "docs/cgroups.md: what to write where"});
}

void ExamineV1(const std::map<std::string, std::string>& mounts,
               const std::vector<Who>& everyone, Section& section) {
  for (const char* controller : kControllers) {
    auto mount = mounts.find(controller);
    if (mount == mounts.end()) {
      section.findings.push_back(
          {Finding::State::kMissing, absl::StrCat("v1 ", controller),
           "not mounted",
           absl::StrCat("mkdir -p /sys/fs/cgroup/", controller,
                        " && mount -t cgroup -o ", controller,
                        " cgroup /sys/fs/cgroup/", controller)});
      continue;
    }
    // Where the default of cgroup_*_parent exists, jail works beneath it.
    const std::string parent = mount->second + "/NSJAIL";
    const std::string& directory =
        access(parent.c_str(), F_OK) == 0 ? parent : mount->second;
    for (const Who& who : everyone) {
      const Attempt attempt = CanMakeCgroup(who, directory);
      const std::string name =
          absl::StrCat("v1 ", controller, ", as ", who.Name());
      if (attempt.ok()) {
        section.findings.push_back(
            {Finding::State::kGood, name, directory + " can be written", ""});
        continue;
      }
      section.findings.push_back(
          FromAttempt(name, attempt,
                      absl::StrCat("as root: mkdir -p ", parent, " && chown ",
                                   who.uid, " ", parent)));
    }
  }
}

}  // namespace

Section ExamineCgroups(const std::vector<Who>& everyone) {
  Section section{"Cgroups (for limits of memory, processes and CPU)", {}};
  const Hierarchies found = FindHierarchies();
  std::string mode = "none";
  if (!found.v2.empty()) mode = "v2";
  if (!found.v1.empty()) mode = found.v2.empty() ? "v1" : "v1, and v2 (hybrid)";
  std::string where;
  for (const auto& [controller, mount] : found.v1) {
    absl::StrAppend(&where, where.empty() ? ": " : ", ", mount);
  }
  if (!found.v2.empty()) {
    absl::StrAppend(&where, where.empty() ? ": " : ", ", found.v2);
  }
  if (mode == "none") {
    section.findings.push_back({Finding::State::kMissing, "mode",
                                "no cgroup file system is mounted",
                                "mount -t cgroup2 none /sys/fs/cgroup"});
    return section;
  }
  section.findings.push_back(
      {Finding::State::kNote, "mode", absl::StrCat(mode, where), ""});
  // A hybrid host has the controllers at v1.
  if (found.v1.empty()) {
    ExamineV2(found.v2, section);
  } else {
    ExamineV1(found.v1, everyone, section);
  }
  for (const Who& who : everyone) ExamineLimits(who, section);
  return section;
}

}  // namespace jail::jailctl
