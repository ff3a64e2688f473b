// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/cgroup_plan.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace jail {
namespace {

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
  CgroupFacts facts;
  for (const char* name :
       {"memory", "pids", "cpu", "net_cls", "cpuset", "blkio"}) {
    facts.v1[name] = {absl::StrCat("/v1/", name), 0};
  }
  facts.v1_has_memsw = true;
  return facts;
}

CgroupFacts V2Facts() {
  CgroupFacts facts;
  facts.v2_root = {"/v2", "cpuset cpu io memory pids", 0};
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

TEST(CgroupPlan, BuffersOfTcpHaveTheLimitOfMemoryWhereV1CountsThemApart) {
  Cgroup c = Limits();
  CgroupFacts facts = V1Facts();
  facts.v1_has_tcp = true;
  c.memory_max = {{73400320}, At("cgroup_mem_max")};
  EXPECT_EQ(Text(c, facts),
            "/v1/memory/NSJAIL [memory]\n"
            "  memory.limit_in_bytes=73400320\n"
            "  memory.memsw.limit_in_bytes=73400320\n"
            "  memory.kmem.tcp.limit_in_bytes=73400320\n");
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
  both.v2_root = V2Facts().v2_root;
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

// The source, or the failure.
std::string Source(const Cgroup& spec, const CgroupFacts& facts) {
  std::optional<CgroupPlan> plan;
  SetupFailure failure;
  if (!PlanCgroup(spec, facts, plan, failure).ok()) return failure.ToString();
  std::string text = CgroupSourceName(plan->source);
  for (const CgroupDirectory& d : plan->directories) {
    absl::StrAppend(&text, " ", d.parent);
  }
  return text;
}

TEST(CgroupPlan, TheFirstPlaceThatIsThere) {
  Cgroup c = Limits();
  c.pids_max = {15, At("cgroup_pids_max")};
  CgroupFacts facts = V2Facts();
  EXPECT_EQ(Source(c, facts), "ROOT /v2");
  facts.systemd = true;
  EXPECT_EQ(Source(c, facts), "SCOPE ");
  facts.v2_own = {"/v2/unit", "pids", 0};
  EXPECT_EQ(Source(c, facts), "DELEGATED /v2/unit");
  c.v2_given = true;
  facts.v2_given = {"/v2/mine", "pids", 0};
  EXPECT_EQ(Source(c, facts), "GIVEN /v2/mine");
}

TEST(CgroupPlan, HybridHostDetectsWhereTheControllersAre) {
  Cgroup c = Limits();
  c.pids_max = {15, At("cgroup_pids_max")};
  c.version = Cgroup::Version::kDetect;
  CgroupFacts facts = V1Facts();
  facts.v2_root = {"/sys/fs/cgroup/unified", "", 0};
  EXPECT_EQ(Source(c, facts), "V1 /v1/pids/NSJAIL");
}

TEST(CgroupPlan, AJailHasCgroupsOfOneVersion) {
  CgroupFacts facts = V1Facts();
  facts.v1.erase("pids");
  facts.v2_root = {"/v2", "pids", 0};
  Cgroup c = Limits();
  c.pids_max = {{5}, At("cgroup_pids_max")};
  EXPECT_EQ(Text(c, facts), "/v2 [pids]\n  pids.max=5\n");
  c.memory_max = {{73400320}, At("cgroup_mem_max")};
  EXPECT_THAT(
      Text(c, facts),
      testing::AllOf(
          testing::HasSubstr("cgroup_pids_max (a.cfg:7): cgroup: pids is a "
                             "controller of v2 here (/v2), and a jail"),
          testing::HasSubstr("hint: leave the limits of one of them")));
  c.version = Cgroup::Version::kDetect;
  EXPECT_THAT(
      Text(c, facts),
      testing::HasSubstr("cgroup_mem_max (a.cfg:7): cgroup: memory is a "
                         "controller of v1 here (/v1/memory), and a jail"));
}

// net_cls is mounted by itself on some hosts of v2.
TEST(CgroupPlan, AHierarchyThatNoLimitNeedsMakesNoHostOfV1) {
  Cgroup c = Limits();
  c.pids_max = {15, At("cgroup_pids_max")};
  CgroupFacts facts = V2Facts();
  facts.v1["net_cls"] = {"/v1/net_cls", 0};
  EXPECT_EQ(Source(c, facts), "ROOT /v2");
}

TEST(CgroupPlan, WhatHoldsNoLimitButHelpsComesAfterTheLimits) {
  Cgroup c = Limits();
  c.cpu_per_second = {std::chrono::milliseconds(250),
                      At("cgroup_cpu_ms_per_sec")};
  CgroupFacts facts = V1Facts();
  facts.v1["cpuacct"] = {"/v1/cpuacct", 0};
  facts.v1["freezer"] = {"/v1/freezer", 0};
  EXPECT_EQ(Text(c, facts),
            "/v1/cpu/NSJAIL [cpu]\n"
            "  cpu.cfs_period_us=100000\n"
            "  cpu.cfs_quota_us=25000\n"
            "/v1/cpuacct/NSJAIL [cpuacct]\n"
            "/v1/freezer/NSJAIL [freezer]\n");
  // One hierarchy, as systemd mounts it.
  facts.v1["cpu"] = facts.v1["cpuacct"] = {"/v1/cpu,cpuacct", 0};
  EXPECT_EQ(Text(c, facts),
            "/v1/cpu,cpuacct/NSJAIL [cpu cpuacct]\n"
            "  cpu.cfs_period_us=100000\n"
            "  cpu.cfs_quota_us=25000\n"
            "/v1/freezer/NSJAIL [freezer]\n");
  // They are no reason to fail, nor to make a cgroup.
  facts.v1["freezer"].error = EACCES;
  facts.v1.erase("cpuacct");
  EXPECT_EQ(Text(c, facts),
            "/v1/cpu,cpuacct/NSJAIL [cpu]\n"
            "  cpu.cfs_period_us=100000\n"
            "  cpu.cfs_quota_us=25000\n");
  EXPECT_EQ(Text(Limits(), facts), "none");
}

TEST(CgroupPlan, WhereNothingCanBeMadeTheFailureSaysWhatHelps) {
  Cgroup c = Limits();
  c.pids_max = {15, At("cgroup_pids_max")};
  CgroupFacts facts = V2Facts();
  facts.v2_root.error = EACCES;
  facts.advice = "Delegate=yes";
  EXPECT_EQ(Source(c, facts),
            "cgroup_pids_max (a.cfg:7): mkdir /v2/jail.*: EACCES (Permission "
            "denied): hint: Delegate=yes");
}

TEST(CgroupPlan, BestEffortIsLostWithAReasonAndRequiredIsNot) {
  Cgroup c = Limits();
  c.pids_max = {15, At("cgroup_pids_max")};
  c.memory_max = {{1 << 20}, At("cgroup_mem_max")};
  c.best_effort = {"cgroup_mem_max"};
  CgroupFacts facts = V1Facts();
  facts.v1["memory"].error = EACCES;
  std::optional<CgroupPlan> plan;
  SetupFailure failure;
  ASSERT_TRUE(PlanCgroup(c, facts, plan, failure).ok()) << failure.ToString();
  ASSERT_EQ(plan->losses.size(), 1u);
  EXPECT_EQ(plan->losses[0].ToString(),
            "cgroup_mem_max (a.cfg:7): not in force: mkdir "
            "/v1/memory/NSJAIL/jail.*: EACCES (Permission denied)");
  EXPECT_EQ(plan->directories.size(), 1u);
  facts.v1["pids"].error = EACCES;
  EXPECT_FALSE(PlanCgroup(c, facts, plan, failure).ok());
  c.all_best_effort = true;
  ASSERT_TRUE(PlanCgroup(c, facts, plan, failure).ok());
  EXPECT_EQ(plan->losses.size(), 2u);
  EXPECT_TRUE(plan->directories.empty());
  EXPECT_EQ(plan->source, CgroupSource::kNone);
}

TEST(CgroupPlan, OurLimitsInBothVersions) {
  Cgroup c = Limits();
  c.cpu_weight = {50, At("cgroup_cpu_weight")};
  c.cpuset_cpus = {"0-1", At("cgroup_cpuset_cpus")};
  CgroupIo io;
  io.device = "/dev/sda";
  io.write_bytes = 4096;
  io.read_ops = 7;
  io.origin = At("cgroup_io[0]");
  c.io.push_back(io);
  CgroupFacts v1 = V1Facts(), v2 = V2Facts();
  v1.devices["/dev/sda"] = v2.devices["/dev/sda"] = {"8:0", 0};
  EXPECT_EQ(Text(c, v1),
            "/v1/cpu/NSJAIL [cpu]\n"
            "  cpu.shares=512\n"
            "/v1/cpuset/NSJAIL [cpuset]\n"
            "  cpuset.cpus=0-1\n"
            "/v1/blkio/NSJAIL [blkio]\n"
            "  blkio.throttle.write_bps_device=8:0 4096\n"
            "  blkio.throttle.read_iops_device=8:0 7\n");
  EXPECT_EQ(Text(c, v2),
            "/v2 [cpu cpuset io]\n"
            "  cpu.weight=50\n"
            "  cpuset.cpus=0-1\n"
            "  io.max=8:0 wbps=4096 riops=7\n");
  v2.devices["/dev/sda"] = {"", ENOENT};
  EXPECT_THAT(Text(c, v2), testing::HasSubstr("stat /dev/sda: ENOENT"));
}

TEST(CgroupPlan, WhatV1HasNotIsRefusedWithTheReason) {
  Cgroup c = Limits();
  c.memory_high = {{1000}, At("cgroup_mem_high")};
  EXPECT_THAT(Text(c, V1Facts()), testing::HasSubstr("it takes v2"));
  EXPECT_THAT(Text(c, V2Facts()), testing::HasSubstr("memory.high=1000"));
  c = Limits();
  c.pressure = At("cgroup_pressure");
  EXPECT_THAT(Text(c, V1Facts()),
              testing::HasSubstr("v1 does not count pressure"));
  EXPECT_THAT(Text(c, V2Facts()), testing::HasSubstr("cpu.pressure="));
}

}  // namespace
}  // namespace jail
