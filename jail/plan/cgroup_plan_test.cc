// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/cgroup_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace jail {
namespace {

using Kind = CgroupFacts::Kind;

Cgroup Limits() {
  Cgroup c;
  c.memory_mount = "/v1/memory";
  c.pids_mount = "/v1/pids";
  c.cpu_mount = "/v1/cpu";
  c.net_cls_mount = "/v1/net_cls";
  c.memory_parent = c.pids_parent = c.cpu_parent = c.net_cls_parent = "NSJAIL";
  c.v2_mount = "/v2";
  return c;
}

CgroupFacts V1Facts() {
  return {Kind::kV1, Kind::kV1, Kind::kV1, Kind::kV1, Kind::kNone, true};
}

CgroupFacts V2Facts() {
  CgroupFacts facts;
  facts.v2_mount = Kind::kV2;
  return facts;
}

Origin At(const char* path) { return {path, "a.cfg", 7, 1}; }

// The plan as lines "parent: file=value".
std::string Text(const Cgroup& spec, const CgroupFacts& facts) {
  std::optional<CgroupPlan> plan;
  SetupFailure failure;
  absl::Status status = PlanCgroup(spec, facts, plan, failure);
  if (!status.ok()) return std::string(status.message());
  if (!plan) return "none";
  std::string text;
  for (const CgroupDirectory& d : plan->directories) {
    absl::StrAppend(&text, d.parent, " [", d.controller, "]\n");
    for (const CgroupSetting& s : d.settings) {
      absl::StrAppend(&text, "  ", s.file, "=", s.value, "\n");
    }
  }
  return text;
}

TEST(CgroupPlan, NoLimitNoCgroup) {
  EXPECT_EQ(Text(Limits(), V1Facts()), "none");
}

TEST(CgroupPlan, MemoryLimitTakesSwapAlong) {
  Cgroup c = Limits();
  c.memory_max = {{73400320}, At("cgroup_mem_max")};
  EXPECT_EQ(Text(c, V1Facts()),
            "/v1/memory/NSJAIL [memory]\n"
            "  memory.limit_in_bytes=73400320\n"
            "  memory.memsw.limit_in_bytes=73400320\n");
  EXPECT_EQ(Text(c, V2Facts()),
            "/v2 [memory]\n"
            "  memory.max=73400320\n"
            "  memory.swap.max=0\n"
            "  memory.oom.group=1\n");
}

TEST(CgroupPlan, SwapIsAddedInV1AndAloneInV2) {
  Cgroup c = Limits();
  c.memory_max = {{1000}, At("cgroup_mem_max")};
  c.memory_swap_max = {{24}, At("cgroup_mem_swap_max")};
  EXPECT_THAT(Text(c, V1Facts()),
              testing::HasSubstr("memsw.limit_in_bytes=1024"));
  EXPECT_THAT(Text(c, V2Facts()), testing::HasSubstr("memory.swap.max=24"));
  c.memory_swap_max.reset();
  c.memory_memsw_max = {{1500}, At("cgroup_mem_memsw_max")};
  EXPECT_THAT(Text(c, V1Facts()),
              testing::HasSubstr("memsw.limit_in_bytes=1500"));
  EXPECT_THAT(Text(c, V2Facts()), testing::HasSubstr("memory.swap.max=500"));
}

TEST(CgroupPlan, WithoutSwapAccountingOnlyAskedForSwapIsWritten) {
  Cgroup c = Limits();
  CgroupFacts facts = V1Facts();
  facts.v1_has_memsw = false;
  c.memory_max = {{1000}, At("cgroup_mem_max")};
  EXPECT_THAT(Text(c, facts), testing::Not(testing::HasSubstr("memsw")));
  c.memory_swap_max = {{0}, At("cgroup_mem_swap_max")};
  EXPECT_THAT(Text(c, facts), testing::HasSubstr("memsw"));
}

TEST(CgroupPlan, PidsAndCpu) {
  Cgroup c = Limits();
  c.pids_max = {15, At("cgroup_pids_max")};
  c.cpu_per_second = {std::chrono::milliseconds(250),
                      At("cgroup_cpu_ms_per_sec")};
  EXPECT_EQ(Text(c, V1Facts()),
            "/v1/pids/NSJAIL [pids]\n"
            "  pids.max=15\n"
            "/v1/cpu/NSJAIL [cpu]\n"
            "  cpu.cfs_period_us=100000\n"
            "  cpu.cfs_quota_us=25000\n");
  EXPECT_EQ(Text(c, V2Facts()),
            "/v2 [pids cpu]\n"
            "  pids.max=15\n"
            "  cpu.max=25000 100000\n");
}

TEST(CgroupPlan, MissingHierarchyNamesFieldAndMount) {
  Cgroup c = Limits();
  c.pids_max = {15, At("cgroup_pids_max")};
  EXPECT_EQ(Text(c, CgroupFacts{}),
            "cgroup_pids_max (a.cfg:7): statfs /v1/pids: holds no cgroup "
            "hierarchy with pids: hint: name the place where the hierarchy is "
            "mounted (cgroup_*_mount, cgroupv2_mount), or mount it");
}

TEST(CgroupPlan, UseV2WinsAndDetectPrefersV2) {
  Cgroup c = Limits();
  c.pids_max = {15, At("cgroup_pids_max")};
  CgroupFacts both = V1Facts();
  both.v2_mount = Kind::kV2;
  EXPECT_THAT(Text(c, both), testing::StartsWith("/v1/pids"));
  c.version = Cgroup::Version::kDetect;
  EXPECT_THAT(Text(c, both), testing::StartsWith("/v2"));
  EXPECT_THAT(Text(c, V1Facts()), testing::StartsWith("/v1/pids"));
  c.version = Cgroup::Version::kV2;
  EXPECT_THAT(Text(c, V1Facts()), testing::HasSubstr("statfs /v2"));
}

TEST(CgroupPlan, V2HasNoNetCls) {
  Cgroup c = Limits();
  c.net_cls_classid = {1, At("cgroup_net_cls_classid")};
  EXPECT_THAT(Text(c, V2Facts()), testing::HasSubstr("no net_cls"));
}

}  // namespace
}  // namespace jail
