// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <functional>

#include "jail/plan/describe.h"
#include "jail/plan/plan_test_helper.h"
#include "jail/plan/verify.h"

namespace jail {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Mount At(const std::string& target, decltype(Mount::what) what) {
  Mount mount;
  mount.target = target;
  mount.what = std::move(what);
  return mount;
}

// --------------------------------------------------------- what can't be done

struct Refusal {
  const char* what;
  std::function<void(Spec&, HostFacts&)> change;
  const char* operation;
  const char* object;
  int error;
};

const Refusal kRefusals[] = {
    {"a missing source",
     [](Spec& s, HostFacts& f) {
       s.mounts.push_back(BindOf("/nowhere", "/x", 1));
       f.paths["/nowhere"] = {ENOENT, 0};
     },
     "open_tree", "/nowhere", ENOENT},
    {"a source out of reach, even if it is not mandatory",
     [](Spec& s, HostFacts& f) {
       s.mounts.push_back(BindOf("/root/x", "/x", 1));
       s.mounts[0].mandatory = false;
       f.paths["/root/x"] = {EACCES, 0};
     },
     "open_tree", "/root/x", EACCES},
    {"a missing root directory",
     [](Spec& s, HostFacts& f) {
       s.root.directory = "/nowhere";
       f.paths["/nowhere"] = {ENOENT, 0};
     },
     "open_tree", "/nowhere", ENOENT},
    {"mounts without a mount namespace",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(BindOf("/usr", "/usr", 1));
       s.namespaces.flags &= ~uint64_t{CLONE_NEWNS};
     },
     "mount", "/usr", 0},
    {"namespaces without root or a user namespace",
     [](Spec& s, HostFacts&) {
       s.namespaces.flags &= ~uint64_t{CLONE_NEWUSER};
     },
     "clone3", "namespaces", EPERM},
    {"other ids without root",
     [](Spec& s, HostFacts&) {
       s.uid_map = {{0, 2000, 1, false, {}}};
     },
     "write", "/proc/PID/uid_map", EPERM},
    {"a range of ids without root",
     [](Spec& s, HostFacts&) {
       s.gid_map = {{0, 1000, 10, false, {}}};
     },
     "write", "/proc/PID/gid_map", EPERM},
    {"an overlay of too many layers",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(
           At("/o", OverlayMount{std::vector<std::string>(25, "/srv"), {0}}));
     },
     "fsconfig", "lowerdir", 0},
    {"the helper is not there",
     [](Spec& s, HostFacts&) {
       s.uid_map = {{0, 100000, 10, true, {}}};
     },
     "execve", "newuidmap", ENOENT},
    {"a limit above the caller's",
     [](Spec& s, HostFacts&) {
       s.process.rlimits = {{RLIMIT_NOFILE,
                             "rlimit_nofile",
                             Rlimit::From::kValue,
                             5000,
                             {"rlimit_nofile", "x.cfg", 1, 1}}};
     },
     "prlimit64", "rlimit_nofile", EPERM},
    {"a limit without end where there is one",
     [](Spec& s, HostFacts&) {
       s.process.rlimits = {
           {RLIMIT_CORE, "rlimit_core", Rlimit::From::kInfinity, 0, {}}};
     },
     "prlimit64", "rlimit_core", EPERM},
    {"pivot_root on an initramfs",
     [](Spec&, HostFacts& f) { f.root_is_rootfs = true; }, "pivot_root", "/",
     EINVAL},
    {"a reaper without a pid namespace",
     [](Spec& s, HostFacts&) {
       s.pid1 = Pid1::kReaper;
       s.namespaces.flags &= ~uint64_t{CLONE_NEWPID};
     },
     "clone", "reaper", 0},
};

TEST(PlannerTest, WhatTheHostCannotDoIsRefusedWithAHint) {
  for (const Refusal& refusal : kRefusals) {
    SCOPED_TRACE(refusal.what);
    Spec spec = MinimalSpec();
    HostFacts facts = UnprivilegedFacts();
    refusal.change(spec, facts);
    Plan plan;
    SetupFailure failure;
    const absl::Status status = MakePlan(spec, facts, plan, failure);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(status.message(), failure.ToString());
    EXPECT_EQ(failure.stage, "plan");
    EXPECT_EQ(failure.operation, refusal.operation);
    EXPECT_EQ(failure.object, refusal.object);
    EXPECT_EQ(failure.error, refusal.error);
    EXPECT_FALSE(failure.hint.empty());
  }
}

TEST(PlannerTest, AnInitramfsWorksWithoutPivot) {
  Spec spec = MinimalSpec();
  HostFacts facts = UnprivilegedFacts();
  facts.root_is_rootfs = true;
  spec.root.pivot = false;
  const Plan plan = PlanOf(spec, facts);
  EXPECT_THAT(Lines(plan), Contains("chroot(\".\")"));
  EXPECT_TRUE(Verify(plan, spec).ok()) << Verify(plan, spec);
}

// -------------------------------------------------------------------- callers

TEST(PlannerTest, RootLeavesItsGroups) {
  const Plan plan = PlanOf(MinimalSpec(), RootFacts());
  EXPECT_THAT(Lines(plan), Contains("setgroups(0)"));
  EXPECT_THAT(Lines(plan), Contains("getgroups(0) must be 0"));
  ASSERT_EQ(plan.parent.size(), 2u);
  EXPECT_EQ(plan.parent[0].kind, ParentOp::Kind::kWriteUidMap);
}

TEST(PlannerTest, AnUnprivilegedCallerDeniesSetgroupsAndIsWarned) {
  const Plan plan = PlanOf(MinimalSpec(), UnprivilegedFacts());
  ASSERT_EQ(plan.parent.size(), 3u);
  EXPECT_EQ(plan.parent[0].kind, ParentOp::Kind::kDenySetgroups);
  EXPECT_EQ(plan.parent[1].text, "1000 1000 1\n");
  EXPECT_THAT(plan.warnings, Contains(HasSubstr("supplementary groups stay")));
}

// As in `unshare -r`: all capabilities, but setgroups is denied for good.
TEST(PlannerTest, RootOfANamespaceWithoutSetgroupsDeniesIt) {
  HostFacts facts = RootFacts();
  facts.setgroups_allowed = false;
  const Plan plan = PlanOf(MinimalSpec(), facts);
  EXPECT_EQ(plan.parent[0].kind, ParentOp::Kind::kDenySetgroups);
  EXPECT_TRUE(Verify(plan, MinimalSpec()).ok());
}

TEST(PlannerTest, TheHelpersGetTheirRanges) {
  const Case c = CaseNamed("helper");
  const Plan plan = PlanOf(c.spec, c.facts);
  ASSERT_EQ(plan.parent.size(), 2u);
  EXPECT_THAT(plan.parent[0].argv,
              testing::ElementsAre("/usr/bin/newuidmap", "PID", "0", "100000",
                                   "65536"));
  EXPECT_THAT(Lines(plan), Contains("setgroups(0)"));
}

TEST(PlannerTest, OomScoreIsLoweredByAParentThatMay) {
  Spec spec = MinimalSpec();
  spec.process.oom_score_adj = Located<int>{-500, {}};
  HostFacts facts = RootFacts();
  facts.effective_caps |= uint64_t{1} << CAP_SYS_RESOURCE;
  const Plan by_parent = PlanOf(spec, facts);
  EXPECT_EQ(by_parent.parent.back().kind, ParentOp::Kind::kWriteOomScoreAdj);
  EXPECT_EQ(by_parent.parent.back().text, "-500");
  const Plan by_child = PlanOf(spec, UnprivilegedFacts());
  EXPECT_THAT(Lines(by_child), Contains(HasSubstr("\"-500\", 4) must be 4")));
}

TEST(PlannerTest, TheParentRaisesHardLimitsOfAUserNamespace) {
  Spec spec = MinimalSpec();
  HostFacts facts = RootFacts();
  facts.rlimits[RLIMIT_NOFILE] = {50, 100};
  spec.process.rlimits = {{RLIMIT_NOFILE,
                           "rlimit_nofile",
                           Rlimit::From::kValue,
                           200,
                           {"rlimit_nofile", "x.cfg", 1, 1}}};
  facts.effective_caps |= uint64_t{1} << CAP_SYS_RESOURCE;
  const Plan plan = PlanOf(spec, facts);
  EXPECT_EQ(plan.parent.back().kind, ParentOp::Kind::kRaiseHardLimit);
  EXPECT_EQ(plan.parent.back().resource, RLIMIT_NOFILE);
  EXPECT_EQ(plan.parent.back().value, 200u);
  EXPECT_THAT(Lines(plan), Contains("prlimit64(0, RLIMIT_NOFILE, {200, 200})"));
  spec.process.rlimits[0].value = 100;
  for (const ParentOp& op : PlanOf(spec, facts).parent) {
    EXPECT_NE(op.kind, ParentOp::Kind::kRaiseHardLimit);
  }
}

TEST(PlannerTest, TheParentRaisesThePriorityOfAUserNamespace) {
  const auto raises = [](const Spec& spec, const HostFacts& facts) {
    const Plan plan = PlanOf(spec, facts);
    return std::count_if(plan.parent.begin(), plan.parent.end(),
                         [](const ParentOp& op) {
                           return op.kind == ParentOp::Kind::kRaisePriority;
                         });
  };
  Spec spec = MinimalSpec();
  spec.process.nice.value = -5;
  HostFacts facts = RootFacts();
  facts.effective_caps |= uint64_t{1} << CAP_SYS_NICE;
  EXPECT_EQ(raises(spec, facts), 1);
  EXPECT_EQ(raises(spec, UnprivilegedFacts()), 0);
  // In the host's user namespace it raises its own, while it has privilege.
  spec.namespaces.flags &= ~uint64_t{CLONE_NEWUSER};
  EXPECT_EQ(raises(spec, facts), 0);
  const std::vector<std::string> lines = Lines(PlanOf(spec, facts));
  EXPECT_EQ(std::count(lines.begin(), lines.end(),
                       "setpriority(PRIO_PROCESS, 0, -5)"),
            2);
  spec.namespaces.flags |= CLONE_NEWUSER;
  spec.process.nice.value = 19;
  EXPECT_EQ(raises(spec, facts), 0);
}

// ---------------------------------------------------------------- the Plan

TEST(PlannerTest, TheSameSpecGivesTheSamePlan) {
  for (const Case& c : Cases()) {
    SCOPED_TRACE(c.name);
    const Plan one = PlanOf(c.spec, c.facts), two = PlanOf(c.spec, c.facts);
    EXPECT_EQ(DescribeJson(one), DescribeJson(two));
    ASSERT_EQ(one.child.size(), two.child.size());
    for (size_t i = 0; i < one.child.size(); ++i) {
      const Step &a = one.child[i], &b = two.child[i];
      EXPECT_EQ(a.nr, b.nr);
      EXPECT_EQ(a.result, b.result);
      EXPECT_EQ(a.skip, b.skip);
      for (int arg = 0; arg < 6; ++arg) {
        EXPECT_EQ(a.args[arg].kind, b.args[arg].kind);
        EXPECT_EQ(a.args[arg].value, b.args[arg].value);
      }
    }
    EXPECT_EQ(one.arena.size(), two.arena.size());
  }
}

TEST(PlannerTest, AnOptionalMountThatIsMissingIsLeftOutAndSaidSo) {
  const Case c = CaseNamed("overlay");
  const Plan plan = PlanOf(c.spec, c.facts);
  EXPECT_TRUE(plan.mounts.back().skipped);
  EXPECT_EQ(plan.mounts.back().first_step, -1);
  EXPECT_THAT(Lines(plan), Not(Contains(HasSubstr("/nowhere"))));
  EXPECT_THAT(DescribeText(plan),
              HasSubstr("left out: /nowhere does not exist"));
}

// What is missing only at the launch leaves its slot empty; all steps of the
// mount are skipped then, and no other.
TEST(PlannerTest, AnOptionalMountIsSkippedAsAWhole) {
  const Case c = CaseNamed("overlay");
  const Plan plan = PlanOf(c.spec, c.facts);
  const PlannedMount& mount = plan.mounts[plan.mounts.size() - 2];
  ASSERT_EQ(mount.target, "/opt/b");
  int tests = 0;
  for (int i = mount.first_step; i <= mount.last_step; ++i) {
    if (plan.child[i].skip == 0) continue;
    ++tests;
    EXPECT_EQ(i + 1 + plan.child[i].skip, mount.last_step + 1);
  }
  EXPECT_EQ(tests, 1);
}

TEST(PlannerTest, ManySourcesRaiseTheLimitOfOpenFiles) {
  Spec spec = MinimalSpec();
  for (int i = 0; i < 500; ++i) {
    spec.mounts.push_back(BindOf("/usr", "/m" + std::to_string(i), 1));
  }
  const Plan plan = PlanOf(spec, UnprivilegedFacts());
  EXPECT_THAT(Lines(plan),
              Contains("prlimit64(0, RLIMIT_NOFILE, {4096, 4096})"));
  EXPECT_THAT(Lines(plan),
              Contains("prlimit64(0, RLIMIT_NOFILE, {1024, 4096})"));
  EXPECT_TRUE(Verify(plan, spec).ok()) << Verify(plan, spec);
}

TEST(PlannerTest, TenThousandMountsArePlanned) {
  Spec spec = MinimalSpec();
  for (int i = 0; i < 10'000; ++i) {
    const std::string name = std::to_string(i);
    spec.mounts.push_back(
        i % 2 == 0 ? TmpfsAt("/m" + name, "1m", 1)
                   : BindOf("/usr", "/m" + std::to_string(i - 1) + "/x", 1));
  }
  const Plan plan = PlanOf(spec, UnprivilegedFacts());
  EXPECT_EQ(plan.mounts.size(), 10'001u);
}

TEST(PlannerTest, MoreSlotsThanThereCanBeAreRefused) {
  Spec spec = MinimalSpec();
  for (int i = 0; i < 33'000; ++i) {
    spec.mounts.push_back(BindOf("/usr", "/m" + std::to_string(i), 1));
  }
  Plan plan;
  SetupFailure failure;
  EXPECT_FALSE(MakePlan(spec, UnprivilegedFacts(), plan, failure).ok());
  EXPECT_THAT(failure.detail, HasSubstr("descriptors"));
}

TEST(PlannerTest, ExecveUnsharesAndTellsItsHelper) {
  const Case c = CaseNamed("execve");
  const Plan plan = PlanOf(c.spec, c.facts);
  EXPECT_TRUE(plan.in_place);
  EXPECT_EQ(plan.clone_flags, 0u);
  const std::vector<std::string> lines = Lines(plan);
  EXPECT_THAT(lines[0], StartsWith("unshare(CLONE_NEWUSER|"));
  EXPECT_THAT(lines[plan.sync_step - 1], StartsWith("sendto(fd 3 \"sync\""));
  EXPECT_THAT(lines, Not(Contains(StartsWith("prctl(PR_SET_PDEATHSIG"))));
}

TEST(PlannerTest, JsonEscapesWhatItMust) {
  Spec spec = MinimalSpec();
  spec.process.command.argv = {"a\"b\\c\n\xff"};
  const std::string json = DescribeJson(PlanOf(spec, UnprivilegedFacts()));
  EXPECT_THAT(json, HasSubstr("[\\\"a\\\"b"));
  EXPECT_THAT(json, Not(HasSubstr("\xff")));
}

}  // namespace
}  // namespace jail
