// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/cgroup_plan.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "jail/plan/cgroup_limits.h"

namespace jail {
namespace {

bool HasWord(const std::string& words, absl::string_view word) {
  for (absl::string_view each : absl::StrSplit(words, ' ')) {
    if (each == word) return true;
  }
  return false;
}

void AddWord(std::string& words, const std::string& word) {
  if (word.empty() || HasWord(words, word)) return;
  absl::StrAppend(&words, words.empty() ? "" : " ", word);
}

class CgroupPlanner {
 public:
  CgroupPlanner(const Cgroup& spec, const CgroupFacts& facts, CgroupPlan& plan,
                SetupFailure& failure)
      : spec_(spec),
        facts_(facts),
        plan_(plan),
        failure_(failure),
        limits_(PlanLimits(spec, facts)) {}

  bool Run() {
    plan_.pressure = spec_.pressure.has_value();
    for (const PlannedLimit& limit : limits_) {
      plan_.limits.push_back(limit.limit);
    }
    plan_.v2 = ChooseV2();
    return plan_.v2 ? PlanV2() : PlanV1();
  }

 private:
  // A config that says neither was written for v1, nsjail's default; where
  // no controller of v1 is mounted it means the same limits in v2.
  bool ChooseV2() const {
    if (spec_.version == Cgroup::Version::kV2) return true;
    const CgroupFacts::V2& v2 =
        spec_.v2_given ? facts_.v2_given : facts_.v2_root;
    if (v2.path.empty()) return false;
    const bool has_v1 = std::any_of(
        limits_.begin(), limits_.end(), [&](const PlannedLimit& limit) {
          // Without a controller it is what v1 has not: that is an error.
          return limit.v1.controller.empty() ||
                 facts_.v1.contains(limit.v1.controller);
        });
    // On a hybrid host v2 is there and has no controllers.
    const bool has_v2 = std::any_of(
        limits_.begin(), limits_.end(), [&](const PlannedLimit& limit) {
          return HasWord(v2.controllers, limit.v2.controller);
        });
    if (facts_.v1.empty() || (!has_v1 && has_v2 && !spec_.v1_given)) {
      return true;
    }
    if (spec_.version != Cgroup::Version::kDetect) return false;
    return spec_.v2_given || has_v2;
  }

  // A limit that can't be held: the end, unless it is best effort.
  bool Lose(const PlannedLimit& limit, SetupFailure failure) {
    failure.stage = "plan";
    failure.origin = limit.limit.origin;
    if (limit.best_effort) {
      failure.origin = {};
      failure.hint.clear();
      plan_.losses.push_back({limit.limit.origin, failure.ToString()});
      return true;
    }
    failure_ = std::move(failure);
    return false;
  }

  bool LoseAll(const SetupFailure& failure) {
    for (const PlannedLimit& limit : limits_) {
      if (!limit.best_effort) return Lose(limit, failure);
    }
    for (const PlannedLimit& limit : limits_) Lose(limit, failure);
    return true;
  }

  static SetupFailure Missing(const std::string& detail) {
    SetupFailure failure;
    failure.operation = "cgroup";
    failure.detail = detail;
    return failure;
  }

  static SetupFailure NoHierarchy(const std::string& controller,
                                  const std::string& mount) {
    SetupFailure failure;
    failure.operation = "statfs";
    failure.object = mount;
    failure.detail =
        absl::StrCat("holds no cgroup hierarchy with ", controller);
    failure.hint =
        "name the place where the hierarchy is mounted (cgroup_*_mount, "
        "cgroupv2_mount), or mount it";
    return failure;
  }

  // A host that has some controllers in v1, and others in v2.
  SetupFailure OfTheOther(const std::string& controller, const char* version,
                          const std::string& mount) const {
    SetupFailure failure = Missing(
        absl::StrCat(controller, " is a controller of ", version, " here (",
                     mount, "), and a jail has cgroups of one version"));
    failure.hint = absl::StrCat(
        spec_.version == Cgroup::Version::kV2 ? "take use_cgroupv2 out, or "
                                              : "",
        "leave the limits of one of them to best effort (cgroup_best_effort), "
        "or give all controllers to v2 by the kernel's parameter "
        "cgroup_no_v1=all");
    return failure;
  }

  static SetupFailure CannotMake(const std::string& parent, int error,
                                 const std::string& advice) {
    SetupFailure failure;
    failure.operation = "mkdir";
    failure.object = absl::StrCat(parent, "/jail.*");
    failure.error = error;
    failure.hint = advice;
    return failure;
  }

  bool PlanV1() {
    for (const PlannedLimit& limit : limits_) {
      if (!PlanV1Limit(limit)) return false;
    }
    if (plan_.directories.empty()) return true;
    AddHelper("cpuacct");
    AddHelper("freezer");
    plan_.source = spec_.v1_given ? CgroupSource::kGiven : CgroupSource::kV1;
    return true;
  }

  void AddHelper(const std::string& controller) {
    const auto found = facts_.v1.find(controller);
    if (found == facts_.v1.end() || found->second.error != 0) return;
    const std::string& mount = found->second.mount;
    CgroupDirectory& directory =
        Directory(mount, absl::StrCat(mount, "/", ParentInSpec(controller)),
                  plan_.directories.front().origin);
    directory.helps = directory.settings.empty();
    AddWord(directory.controller, controller);
  }

  bool PlanV1Limit(const PlannedLimit& limit) {
    if (!limit.v1.missing.empty()) {
      return Lose(limit, Missing(limit.v1.missing));
    }
    const std::string& controller = limit.v1.controller;
    const std::string mount = MountInSpec(controller);
    const auto found = facts_.v1.find(controller);
    if (found == facts_.v1.end()) {
      const CgroupFacts::V2& v2 = facts_.v2_root;
      return Lose(limit, HasWord(v2.controllers, controller)
                             ? OfTheOther(controller, "v2", v2.path)
                             : NoHierarchy(controller, mount));
    }
    const CgroupFacts::V1& v1 = found->second;
    const std::string parent = ParentInSpec(controller);
    const std::string path =
        parent.empty() ? v1.mount : absl::StrCat(v1.mount, "/", parent);
    if (v1.error != 0) {
      return Lose(limit, CannotMake(path, v1.error, facts_.advice));
    }
    CgroupDirectory& directory = Directory(v1.mount, path, limit.limit.origin);
    AddWord(directory.controller, controller);
    directory.settings.insert(directory.settings.end(),
                              limit.v1.settings.begin(),
                              limit.v1.settings.end());
    return true;
  }

  // Several controllers may share one hierarchy ("cpu,cpuacct").  A copy of the
  // origin: it may be that of a directory in the list that grows.
  CgroupDirectory& Directory(const std::string& mount, const std::string& path,
                             Origin origin) {
    for (CgroupDirectory& directory : plan_.directories) {
      if (directory.parent == path) return directory;
    }
    CgroupDirectory& made = plan_.directories.emplace_back();
    made.mount = mount;
    made.parent = path;
    made.origin = std::move(origin);
    return made;
  }

  std::string MountInSpec(const std::string& controller) const {
    if (controller == "memory") return spec_.memory_mount;
    if (controller == "pids") return spec_.pids_mount;
    if (controller == "cpu") return spec_.cpu_mount;
    if (controller == "net_cls") return spec_.net_cls_mount;
    return absl::StrCat("/sys/fs/cgroup/", controller);
  }

  std::string ParentInSpec(const std::string& controller) const {
    if (controller == "memory") return spec_.memory_parent;
    if (controller == "pids") return spec_.pids_parent;
    if (controller == "net_cls") return spec_.net_cls_parent;
    return spec_.cpu_parent;
  }

  bool PlanV2() {
    const CgroupFacts::V2& top =
        spec_.v2_given ? facts_.v2_given : facts_.v2_root;
    CgroupDirectory directory;
    for (const PlannedLimit& limit : limits_) {
      if (!limit.v2.missing.empty()) {
        if (!Lose(limit, Missing(limit.v2.missing))) return false;
        continue;
      }
      const auto v1 = facts_.v1.find(limit.v2.controller);
      if (!top.path.empty() && v1 != facts_.v1.end() &&
          !HasWord(top.controllers, limit.v2.controller)) {
        const SetupFailure failure =
            OfTheOther(limit.v2.controller, "v1", v1->second.mount);
        if (!Lose(limit, failure)) return false;
        continue;
      }
      if (directory.settings.empty()) directory.origin = limit.limit.origin;
      AddWord(directory.controller, limit.v2.controller);
      directory.settings.insert(directory.settings.end(),
                                limit.v2.settings.begin(),
                                limit.v2.settings.end());
    }
    if (directory.settings.empty()) return true;
    if (top.path.empty()) {
      return LoseAll(NoHierarchy(directory.controller, spec_.v2_mount));
    }
    directory.mount = top.path;
    if (spec_.v2_given) {
      plan_.source = CgroupSource::kGiven;
    } else if (!facts_.v2_own.path.empty()) {
      plan_.source = CgroupSource::kDelegated;
    } else if (facts_.systemd) {
      plan_.source = CgroupSource::kScope;
    } else {
      plan_.source = CgroupSource::kRoot;
    }
    const CgroupFacts::V2& place =
        plan_.source == CgroupSource::kDelegated ? facts_.v2_own : top;
    if (plan_.source != CgroupSource::kScope) {
      if (place.error != 0) {
        plan_.source = CgroupSource::kNone;
        return LoseAll(CannotMake(place.path, place.error, facts_.advice));
      }
      directory.parent = place.path;
    }
    plan_.directories.push_back(std::move(directory));
    return true;
  }

  const Cgroup& spec_;
  const CgroupFacts& facts_;
  CgroupPlan& plan_;
  SetupFailure& failure_;
  const std::vector<PlannedLimit> limits_;
};

}  // namespace

bool CgroupDirectory::IsBestEffort() const {
  return std::all_of(settings.begin(), settings.end(),
                     [](const CgroupSetting& s) { return s.best_effort; });
}

bool CgroupPlan::IsLost(absl::string_view field) const {
  return std::any_of(losses.begin(), losses.end(), [&](const CgroupLoss& loss) {
    return loss.origin.path == field;
  });
}

std::string CgroupLoss::ToString() const {
  return absl::StrCat(origin.ToString(), ": not in force: ", reason);
}

const char* CgroupSourceName(CgroupSource source) {
  switch (source) {
    case CgroupSource::kGiven:
      return "GIVEN";
    case CgroupSource::kDelegated:
      return "DELEGATED";
    case CgroupSource::kScope:
      return "SCOPE";
    case CgroupSource::kRoot:
      return "ROOT";
    case CgroupSource::kV1:
      return "V1";
    case CgroupSource::kNone:
      break;
  }
  return "NONE";
}

absl::Status PlanCgroup(const Cgroup& spec, const CgroupFacts& facts,
                        std::optional<CgroupPlan>& plan,
                        SetupFailure& failure) {
  plan.reset();
  if (!spec.Any()) return absl::OkStatus();
  CgroupPlan made;
  if (!CgroupPlanner(spec, facts, made, failure).Run()) {
    return absl::FailedPreconditionError(failure.ToString());
  }
  plan = std::move(made);
  return absl::OkStatus();
}

std::vector<CgroupLine> DescribeCgroup(const CgroupPlan& plan) {
  std::vector<CgroupLine> lines;
  for (const CgroupDirectory& directory : plan.directories) {
    std::string parent = directory.parent;
    if (plan.source == CgroupSource::kScope) {
      lines.push_back({"StartTransientUnit(\"jail-*.scope\", Delegate=true)",
                       directory.origin});
      parent = ".../jail-*.scope";
    }
    const std::string path = absl::StrCat(parent, "/jail.*");
    lines.push_back({absl::StrCat("mkdir(\"", path, "\")"), directory.origin});
    for (const CgroupSetting& setting : directory.settings) {
      const std::string file = absl::StrCat("\"", path, "/", setting.file);
      lines.push_back(
          {setting.value.empty()
               ? absl::StrCat("read(", file, "\")")
               : absl::StrCat("write(", file, "\", \"", setting.value, "\")"),
           setting.origin});
    }
    if (plan.apart) {
      lines.push_back({absl::StrCat("mkdir(\"", path, "/", kApartName, "\")"),
                       directory.origin});
    }
  }
  return lines;
}

}  // namespace jail
