// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <unistd.h>

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
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

void ExamineV2(const std::string& mount, const std::vector<Who>& everyone,
               Section& section) {
  const std::string own = absl::StrCat(mount, OwnCgroup(""));
  const std::string controllers =
      ReadLine(absl::StrCat(own, "/cgroup.controllers"), "");
  section.findings.push_back({Finding::State::kNote, "controllers of v2",
                              controllers.empty() ? "none here" : controllers,
                              ""});
  for (const Who& who : everyone) {
    const Attempt attempt = CanMakeCgroup(who, own);
    const std::string name = absl::StrCat("own v2 cgroup, as ", who.Name());
    if (!attempt.ok()) {
      section.findings.push_back(FromAttempt(
          name, attempt,
          "systemd-run --user --scope -p Delegate=yes jail ..., or start jail "
          "as root"));
      continue;
    }
    std::vector<std::string> missing;
    for (const char* controller : kControllers) {
      if (!absl::StrContains(absl::StrCat(" ", controllers, " "),
                             absl::StrCat(" ", controller, " "))) {
        missing.push_back(controller);
      }
    }
    if (missing.empty()) {
      section.findings.push_back(
          {Finding::State::kGood, name, absl::StrCat(own, " is ours"), ""});
    } else {
      section.findings.push_back(
          {Finding::State::kMissing, name,
           absl::StrCat("is ours, but has no ", absl::StrJoin(missing, ", ")),
           absl::StrCat("echo +", absl::StrJoin(missing, " +"),
                        " > the parent's cgroup.subtree_control; with systemd: "
                        "Delegate=",
                        absl::StrJoin(missing, " "), " in the unit")});
    }
  }
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
    ExamineV2(found.v2, everyone, section);
  } else {
    ExamineV1(found.v1, everyone, section);
  }
  return section;
}

}  // namespace jail::jailctl
