// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/cgroup_limits.h"

#include <chrono>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"

namespace jail {
namespace {

// Limits of CPU time are enforced a tenth of a second at a time: a whole
// second would let a jail run freely for most of it, and then stall.
constexpr int64_t kCpuPeriodUs = 100'000;
// What a cgroup of v1 has that says nothing; v2's weight of 100 is the same.
constexpr uint64_t kDefaultShares = 1024, kDefaultWeight = 100;
constexpr uint64_t kMinShares = 2;

// v1 counts memory and swap together, v2 swap alone.  Memory that is limited
// while swap is not is not limited at all, so swap is 0 unless told.
uint64_t SwapMax(const Cgroup& spec) {
  if (spec.memory_swap_max) return spec.memory_swap_max->value.value;
  const uint64_t memory = spec.memory_max->value.value;
  if (!spec.memory_memsw_max) return 0;
  const uint64_t both = spec.memory_memsw_max->value.value;
  return both > memory ? both - memory : 0;
}

class LimitPlanner {
 public:
  LimitPlanner(const Cgroup& spec, const CgroupFacts& facts)
      : spec_(spec), facts_(facts) {}

  std::vector<PlannedLimit> Run() {
    Memory();
    if (spec_.pids_max) {
      PlannedLimit& limit =
          Add("cgroup_pids_max", spec_.pids_max->origin, spec_.pids_max->value,
              "processes", "pids", "pids");
      const std::string max = absl::StrCat(spec_.pids_max->value);
      V1(limit, "pids.max", max);
      V2(limit, "pids.max", max);
    }
    Cpu();
    Cpuset("cgroup_cpuset_cpus", spec_.cpuset_cpus, "cpuset.cpus");
    Cpuset("cgroup_cpuset_mems", spec_.cpuset_mems, "cpuset.mems");
    for (const CgroupIo& io : spec_.io) Io(io);
    if (spec_.net_cls_classid) {
      PlannedLimit& limit =
          Add("cgroup_net_cls_classid", spec_.net_cls_classid->origin,
              spec_.net_cls_classid->value, "class", "net_cls", "");
      V1(limit, "net_cls.classid", absl::StrCat(spec_.net_cls_classid->value));
      limit.v2.missing =
          "cgroup v2 has no net_cls controller: use a v1 hierarchy "
          "(cgroup_net_cls_mount)";
    }
    if (spec_.pressure) {
      PlannedLimit& limit =
          Add("cgroup_pressure", *spec_.pressure, 1, "", "", "");
      limit.v1.missing = "cgroup v1 does not count pressure: it takes v2";
      V2(limit, "cpu.pressure", "");
      V2(limit, "memory.pressure", "");
      V2(limit, "io.pressure", "");
    }
    return std::move(limits_);
  }

 private:
  PlannedLimit& Add(const char* field, const Origin& origin, uint64_t value,
                    const char* unit, const char* v1, const char* v2) {
    PlannedLimit limit;
    limit.limit = {field, origin, value, unit, ""};
    limit.best_effort =
        spec_.all_best_effort || spec_.best_effort.contains(field);
    limit.v1.controller = v1;
    limit.v2.controller = v2;
    limits_.push_back(std::move(limit));
    return limits_.back();
  }

  static void V1(PlannedLimit& limit, const char* file, std::string value) {
    limit.v1.settings.push_back(
        {file, std::move(value), limit.limit.origin, limit.best_effort});
  }
  static void V2(PlannedLimit& limit, const char* file, std::string value) {
    limit.v2.settings.push_back(
        {file, std::move(value), limit.limit.origin, limit.best_effort});
  }

  void Memory() {
    if (spec_.memory_max) {
      const uint64_t max = spec_.memory_max->value.value;
      PlannedLimit& limit = Add("cgroup_mem_max", spec_.memory_max->origin, max,
                                "bytes", "memory", "memory");
      V1(limit, "memory.limit_in_bytes", absl::StrCat(max));
      const bool asked = spec_.memory_swap_max || spec_.memory_memsw_max;
      if (asked || facts_.v1_has_memsw) {
        V1(limit, "memory.memsw.limit_in_bytes",
           absl::StrCat(max + SwapMax(spec_)));
      }
      // Not a part of the memory above; without a limit of its own, one jail
      // could have all that the host gives to TCP (tcp(7), tcp_mem).
      if (facts_.v1_has_tcp) {
        V1(limit, "memory.kmem.tcp.limit_in_bytes", absl::StrCat(max));
      }
      V2(limit, "memory.max", absl::StrCat(max));
      V2(limit, "memory.swap.max", absl::StrCat(SwapMax(spec_)));
      V2(limit, "memory.oom.group", "1");
    } else if (spec_.memory_swap_max || spec_.memory_memsw_max) {
      const auto& swap = spec_.memory_swap_max ? *spec_.memory_swap_max
                                               : *spec_.memory_memsw_max;
      PlannedLimit& limit =
          Add(spec_.memory_swap_max ? "cgroup_mem_swap_max"
                                    : "cgroup_mem_memsw_max",
              swap.origin, swap.value.value, "bytes", "memory", "memory");
      if (spec_.memory_memsw_max) {
        V1(limit, "memory.memsw.limit_in_bytes",
           absl::StrCat(swap.value.value));
      } else {
        limit.v1.missing =
            "cgroup v1 limits swap together with memory: set cgroup_mem_max, "
            "too";
      }
      V2(limit, "memory.swap.max", absl::StrCat(swap.value.value));
    }
    if (spec_.memory_high) {
      const uint64_t high = spec_.memory_high->value.value;
      PlannedLimit& limit = Add("cgroup_mem_high", spec_.memory_high->origin,
                                high, "bytes", "memory", "memory");
      limit.v1.missing =
          "cgroup v1 has no limit that slows down and does not kill: it takes "
          "v2";
      V2(limit, "memory.high", absl::StrCat(high));
    }
  }

  void Cpu() {
    if (spec_.cpu_per_second) {
      const std::chrono::milliseconds each = spec_.cpu_per_second->value;
      PlannedLimit& limit =
          Add("cgroup_cpu_ms_per_sec", spec_.cpu_per_second->origin,
              static_cast<uint64_t>(each.count()), "ms/s", "cpu", "cpu");
      const std::string quota =
          absl::StrCat(each.count() * 1000 * kCpuPeriodUs / 1'000'000);
      V1(limit, "cpu.cfs_period_us", absl::StrCat(kCpuPeriodUs));
      V1(limit, "cpu.cfs_quota_us", quota);
      V2(limit, "cpu.max", absl::StrCat(quota, " ", kCpuPeriodUs));
    }
    if (spec_.cpu_weight) {
      const uint64_t weight = spec_.cpu_weight->value;
      PlannedLimit& limit = Add("cgroup_cpu_weight", spec_.cpu_weight->origin,
                                weight, "weight", "cpu", "cpu");
      const uint64_t shares = weight * kDefaultShares / kDefaultWeight;
      V1(limit, "cpu.shares",
         absl::StrCat(shares < kMinShares ? kMinShares : shares));
      V2(limit, "cpu.weight", absl::StrCat(weight));
    }
  }

  void Cpuset(const char* field,
              const std::optional<Located<std::string>>& list,
              const char* file) {
    if (!list) return;
    PlannedLimit& limit = Add(field, list->origin, 0, "", "cpuset", "cpuset");
    limit.limit.text = list->value;
    V1(limit, file, list->value);
    V2(limit, file, list->value);
  }

  void Io(const CgroupIo& io) {
    PlannedLimit& limit = Add("cgroup_io", io.origin, 0, "", "blkio", "io");
    std::string device = io.device;
    if (auto found = facts_.devices.find(io.device);
        found != facts_.devices.end()) {
      device = found->second.number;
      if (found->second.error != 0) {
        limit.v1.missing = limit.v2.missing = absl::StrCat(
            "stat ", io.device, ": ", DescribeErrno(found->second.error));
      }
    }
    std::string all = device;
    const auto add = [&](const std::optional<uint64_t>& max, const char* v1,
                         const char* v2) {
      if (!max) return;
      V1(limit, v1, absl::StrCat(device, " ", *max));
      absl::StrAppend(&all, " ", v2, "=", *max);
    };
    add(io.read_bytes, "blkio.throttle.read_bps_device", "rbps");
    add(io.write_bytes, "blkio.throttle.write_bps_device", "wbps");
    add(io.read_ops, "blkio.throttle.read_iops_device", "riops");
    add(io.write_ops, "blkio.throttle.write_iops_device", "wiops");
    limit.limit.text = all;
    V2(limit, "io.max", all);
  }

  const Cgroup& spec_;
  const CgroupFacts& facts_;
  std::vector<PlannedLimit> limits_;
};

}  // namespace

std::vector<PlannedLimit> PlanLimits(const Cgroup& spec,
                                     const CgroupFacts& facts) {
  return LimitPlanner(spec, facts).Run();
}

}  // namespace jail
