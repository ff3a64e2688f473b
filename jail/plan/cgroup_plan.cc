// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/cgroup_plan.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace jail {
namespace {

using Kind = CgroupFacts::Kind;

// Limits of CPU time are enforced a tenth of a second at a time: a whole
// second would let a jail run freely for most of it, and then stall.
constexpr int64_t kCpuPeriodUs = 100'000;

std::string CpuQuotaUs(std::chrono::milliseconds per_second) {
  return absl::StrCat(per_second.count() * 1000 * kCpuPeriodUs / 1'000'000);
}

// v1 counts memory and swap together, v2 swap alone.  Memory that is limited
// while swap is not is not limited at all, so swap is 0 unless told.
uint64_t SwapMax(const Cgroup& spec) {
  if (spec.memory_swap_max) return spec.memory_swap_max->value.value;
  const uint64_t memory = spec.memory_max->value.value;
  if (!spec.memory_memsw_max) return 0;
  const uint64_t both = spec.memory_memsw_max->value.value;
  return both > memory ? both - memory : 0;
}

absl::Status Missing(const std::string& controller, const std::string& mount,
                     const Origin& origin, SetupFailure& failure) {
  failure.stage = "plan";
  failure.operation = "statfs";
  failure.object = mount;
  failure.detail = absl::StrCat("holds no cgroup hierarchy with ", controller);
  failure.origin = origin;
  failure.hint =
      "name the place where the hierarchy is mounted (cgroup_*_mount, "
      "cgroupv2_mount), or mount it";
  return absl::FailedPreconditionError(failure.ToString());
}

struct V1Limit {
  const char* controller;
  std::string mount;
  std::string parent;
  Kind kind;
  std::vector<CgroupSetting> settings;
};

std::vector<V1Limit> V1Limits(const Cgroup& spec, const CgroupFacts& facts) {
  std::vector<V1Limit> limits;
  if (spec.memory_max || spec.memory_memsw_max) {
    V1Limit memory{"memory",
                   spec.memory_mount,
                   spec.memory_parent,
                   facts.memory_mount,
                   {}};
    if (spec.memory_max) {
      const Origin& origin = spec.memory_max->origin;
      const uint64_t max = spec.memory_max->value.value;
      memory.settings.push_back(
          {"memory.limit_in_bytes", absl::StrCat(max), origin});
      const bool asked = spec.memory_swap_max || spec.memory_memsw_max;
      if (asked || facts.v1_has_memsw) {
        memory.settings.push_back({"memory.memsw.limit_in_bytes",
                                   absl::StrCat(max + SwapMax(spec)), origin});
      }
    } else {
      memory.settings.push_back(
          {"memory.memsw.limit_in_bytes",
           absl::StrCat(spec.memory_memsw_max->value.value),
           spec.memory_memsw_max->origin});
    }
    limits.push_back(std::move(memory));
  }
  if (spec.pids_max) {
    limits.push_back({"pids",
                      spec.pids_mount,
                      spec.pids_parent,
                      facts.pids_mount,
                      {{"pids.max", absl::StrCat(spec.pids_max->value),
                        spec.pids_max->origin}}});
  }
  if (spec.cpu_per_second) {
    const Origin& origin = spec.cpu_per_second->origin;
    limits.push_back(
        {"cpu",
         spec.cpu_mount,
         spec.cpu_parent,
         facts.cpu_mount,
         {{"cpu.cfs_period_us", absl::StrCat(kCpuPeriodUs), origin},
          {"cpu.cfs_quota_us", CpuQuotaUs(spec.cpu_per_second->value),
           origin}}});
  }
  if (spec.net_cls_classid) {
    limits.push_back(
        {"net_cls",
         spec.net_cls_mount,
         spec.net_cls_parent,
         facts.net_cls_mount,
         {{"net_cls.classid", absl::StrCat(spec.net_cls_classid->value),
           spec.net_cls_classid->origin}}});
  }
  return limits;
}

absl::Status PlanV1(const Cgroup& spec, const CgroupFacts& facts,
                    CgroupPlan& plan, SetupFailure& failure) {
  for (V1Limit& limit : V1Limits(spec, facts)) {
    const Origin origin = limit.settings.front().origin;
    if (limit.kind != Kind::kV1) {
      return Missing(limit.controller, limit.mount, origin, failure);
    }
    plan.directories.push_back({limit.controller, limit.mount,
                                absl::StrCat(limit.mount, "/", limit.parent),
                                std::move(limit.settings), origin});
  }
  return absl::OkStatus();
}

absl::Status PlanV2(const Cgroup& spec, const CgroupFacts& facts,
                    CgroupPlan& plan, SetupFailure& failure) {
  plan.v2 = true;
  CgroupDirectory directory;
  directory.mount = directory.parent = spec.v2_mount;
  auto set = [&directory](const char* file, std::string value,
                          const Origin& origin) {
    if (directory.settings.empty()) directory.origin = origin;
    directory.settings.push_back({file, std::move(value), origin});
  };
  auto need = [&directory](const char* controller) {
    absl::StrAppend(&directory.controller,
                    directory.controller.empty() ? "" : " ", controller);
  };
  if (spec.memory_max) {
    const Origin& origin = spec.memory_max->origin;
    need("memory");
    set("memory.max", absl::StrCat(spec.memory_max->value.value), origin);
    set("memory.swap.max", absl::StrCat(SwapMax(spec)), origin);
    set("memory.oom.group", "1", origin);
  } else if (spec.memory_swap_max || spec.memory_memsw_max) {
    const auto& swap =
        spec.memory_swap_max ? *spec.memory_swap_max : *spec.memory_memsw_max;
    need("memory");
    set("memory.swap.max", absl::StrCat(swap.value.value), swap.origin);
  }
  if (spec.pids_max) {
    need("pids");
    set("pids.max", absl::StrCat(spec.pids_max->value), spec.pids_max->origin);
  }
  if (spec.cpu_per_second) {
    need("cpu");
    set("cpu.max",
        absl::StrCat(CpuQuotaUs(spec.cpu_per_second->value), " ", kCpuPeriodUs),
        spec.cpu_per_second->origin);
  }
  if (spec.net_cls_classid) {
    failure.stage = "plan";
    failure.operation = "cgroup";
    failure.detail = "cgroup v2 has no net_cls controller";
    failure.origin = spec.net_cls_classid->origin;
    failure.hint = "use a v1 hierarchy (cgroup_net_cls_mount)";
    return absl::FailedPreconditionError(failure.ToString());
  }
  if (facts.v2_mount != Kind::kV2) {
    return Missing(directory.controller, spec.v2_mount, directory.origin,
                   failure);
  }
  plan.directories.push_back(std::move(directory));
  return absl::OkStatus();
}

}  // namespace

absl::Status PlanCgroup(const Cgroup& spec, const CgroupFacts& facts,
                        std::optional<CgroupPlan>& plan,
                        SetupFailure& failure) {
  plan.reset();
  if (!spec.Any()) return absl::OkStatus();
  // A config that says neither was written for v1, nsjail's default; where
  // only v2 is mounted it means the same limits there.
  const bool no_v1 =
      facts.memory_mount != Kind::kV1 && facts.pids_mount != Kind::kV1 &&
      facts.cpu_mount != Kind::kV1 && facts.net_cls_mount != Kind::kV1;
  const bool v2 = spec.version == Cgroup::Version::kV2 ||
                  (facts.v2_mount == Kind::kV2 &&
                   (spec.version == Cgroup::Version::kDetect || no_v1));
  CgroupPlan made;
  absl::Status status = v2 ? PlanV2(spec, facts, made, failure)
                           : PlanV1(spec, facts, made, failure);
  if (status.ok()) plan = std::move(made);
  return status;
}

std::vector<CgroupLine> DescribeCgroup(const CgroupPlan& plan) {
  std::vector<CgroupLine> lines;
  for (const CgroupDirectory& directory : plan.directories) {
    const std::string path = absl::StrCat(directory.parent, "/jail.*");
    lines.push_back({absl::StrCat("mkdir(\"", path, "\")"), directory.origin});
    for (const CgroupSetting& setting : directory.settings) {
      lines.push_back({absl::StrCat("write(\"", path, "/", setting.file,
                                    "\", \"", setting.value, "\")"),
                       setting.origin});
    }
  }
  return lines;
}

}  // namespace jail
