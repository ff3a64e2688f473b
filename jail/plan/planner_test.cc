// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <functional>

#include "absl/strings/ascii.h"
#include "jail/plan/describe.h"
#include "jail/plan/plan_test_helper.h"
#include "jail/plan/verify.h"

namespace jail {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// ------------------------------------------------- from the Spec to the steps

struct Row {
  const char* what;
  std::function<void(Spec&, HostFacts&)> change;  // of the minimal Spec
  std::vector<std::string> has;                   // the start of a line
  std::vector<std::string> has_not;
};

Mount At(const std::string& target, decltype(Mount::what) what) {
  Mount mount;
  mount.target = target;
  mount.what = std::move(what);
  return mount;
}

const Row kRows[] = {
    {"nothing asked for",
     [](Spec&, HostFacts&) {},
     {"setsid()", "prctl(PR_SET_NO_NEW_PRIVS, 1)", "keyctl(", "ioctl(fd ",
      "execveat(AT_FDCWD, \"/bin/true\", [\"/bin/true\"], 0)"},
     {"sethostname", "setgroups", "unshare", "chroot"}},
    {"host name",
     [](Spec& s, HostFacts&) { s.hostname = "box"; },
     {"sethostname(\"box\", 3)"},
     {}},
    {"host name without a namespace for it",
     [](Spec& s, HostFacts&) {
       s.hostname = "box";
       s.namespaces.flags &= ~uint64_t{CLONE_NEWUTS};
     },
     {},
     {"sethostname"}},
    {"no network namespace",
     [](Spec& s, HostFacts&) { s.namespaces.flags &= ~uint64_t{CLONE_NEWNET}; },
     {},
     {"socket", "ioctl"}},
    {"lo stays down",
     [](Spec& s, HostFacts&) { s.network.loopback_up.value = false; },
     {},
     {"socket"}},
    {"working directory",
     [](Spec& s, HostFacts&) { s.process.cwd = "/home"; },
     {"chdir(\"/home\")"},
     {}},
    {"session kept",
     [](Spec& s, HostFacts&) { s.process.new_session = false; },
     {},
     {"setsid"}},
    {"silent",
     [](Spec& s, HostFacts&) { s.process.stdio.silent = true; },
     {"openat(AT_FDCWD, \"/dev/null\", O_RDWR|O_NOCTTY|O_CLOEXEC) = fd "
      "\"/dev/null\""},
     {"fcntl(fd \"stdin\"", "fcntl(fd \"stderr\""}},
    {"silent stderr",
     [](Spec& s, HostFacts&) { s.process.stdio.stderr_to_null = true; },
     {"fcntl(fd \"stdin\"", "fcntl(fd \"/dev/null\""},
     {"fcntl(fd \"stderr\""}},
    {"new privileges",
     [](Spec& s, HostFacts&) { s.process.no_new_privs.value = false; },
     {},
     {"prctl(PR_SET_NO_NEW_PRIVS"}},
    {"nested user namespaces",
     [](Spec& s, HostFacts&) { s.allow_nested_userns = true; },
     {},
     {"fstatfs", "openat(AT_FDCWD, \"/proc/sys/user"}},
    {"kept capability",
     [](Spec& s, HostFacts&) {
       s.process.capabilities.keep = uint64_t{1} << CAP_NET_RAW;
     },
     {"capset(CAP_NET_RAW)",
      "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW)",
      "prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN)", "prctl(PR_SET_SECUREBITS, 0)"},
     {"prctl(PR_CAPBSET_DROP, CAP_NET_RAW)"}},
    {"all capabilities kept",
     [](Spec& s, HostFacts&) { s.process.capabilities.keep_all = true; },
     {"prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN)"},
     {"prctl(PR_CAPBSET_DROP"}},
    {"fewer processors",
     [](Spec& s, HostFacts&) { s.process.max_cpus.value = 2; },
     {"sched_setaffinity(0, 8)"},
     {}},
    {"more processors than there are",
     [](Spec& s, HostFacts&) { s.process.max_cpus.value = 64; },
     {},
     {"sched_setaffinity"}},
    {"core scheduling",
     [](Spec& s, HostFacts&) { s.process.core_scheduling.value = true; },
     {"prctl(PR_SCHED_CORE, PR_SCHED_CORE_CREATE, 0, PIDTYPE_TGID)"},
     {}},
    {"umask as during the set-up",
     [](Spec& s, HostFacts&) { s.process.umask = 022; },
     {"umask(0022)"},
     {"umask(0000)"}},
    {"ignored signals",
     [](Spec&, HostFacts& f) {
       f.ignored_signals = {1, 13};
     },
     {"rt_sigaction(SIGHUP)", "rt_sigaction(SIGPIPE)"},
     {}},
    {"path search",
     [](Spec& s, HostFacts&) {
       s.process.command.file = "sh";
       s.process.command.search = {"/a", "/b"};
     },
     {"execveat(AT_FDCWD, \"/a/sh\", [\"/bin/true\"], 0); ENOENT, ENOTDIR, "
      "EACCES is fine",
      "execveat(AT_FDCWD, \"/b/sh\", [\"/bin/true\"], 0)"},
     {"execveat(AT_FDCWD, \"/b/sh\", [\"/bin/true\"], 0);"}},
    {"by descriptor",
     [](Spec& s, HostFacts&) { s.process.command.by_fd = true; },
     {"execveat(fd \"program\", \"\", [\"/bin/true\"], AT_EMPTY_PATH)"},
     {}},
    {"limits by their sources",
     [](Spec& s, HostFacts& f) {
       f.rlimits[RLIMIT_CPU] = {10, RLIM_INFINITY};
       f.rlimits[RLIMIT_CORE] = {1, 2};
       s.process.rlimits = {
           {RLIMIT_AS, "rlimit_as", Rlimit::From::kInfinity, 0, {}},
           {RLIMIT_CPU, "rlimit_cpu", Rlimit::From::kCallersSoft, 0, {}},
           {RLIMIT_CORE, "rlimit_core", Rlimit::From::kCallersHard, 0, {}},
           {RLIMIT_NOFILE, "rlimit_nofile", Rlimit::From::kValue, 32, {}},
           // A default above the hard limit takes what there is.
           {RLIMIT_NPROC, "rlimit_nproc", Rlimit::From::kValue, 9999, {}}};
     },
     {"prlimit64(0, RLIMIT_AS, {infinity, infinity})",
      "prlimit64(0, RLIMIT_CPU, {10, 10})", "prlimit64(0, RLIMIT_CORE, {2, 2})",
      "prlimit64(0, RLIMIT_NOFILE, {32, 32})",
      "prlimit64(0, RLIMIT_NPROC, {4096, 4096})"},
     {}},
    {"tmpfs with its own number of files",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(
           At("/tmp", FilesystemMount{
                          "tmpfs", "", {{"nr_inodes", "10"}, {"noswap", {}}}}));
     },
     {"fsconfig(fd \"tmpfs\", FSCONFIG_SET_STRING, \"nr_inodes\", \"10\")",
      "fsconfig(fd \"tmpfs\", FSCONFIG_SET_FLAG, \"noswap\")"},
     {"fsconfig(fd \"tmpfs\", FSCONFIG_SET_STRING, \"nr_inodes\", "
      "\"65536\")"}},
    {"procfs of processes only",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(At("/proc", ProcMount{ProcKind::kSubsetPid, {}}));
     },
     {"fsconfig(fd \"proc\", FSCONFIG_SET_STRING, \"subset\", \"pid\")",
      "fsconfig(fd \"proc\", FSCONFIG_SET_STRING, \"hidepid\", "
      "\"invisible\")",
      "fsmount(fd \"proc\", CLOEXEC, rdonly|nosuid|nodev|noexec)"},
     {}},
    {"the host's procfs",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(At("/proc", ProcMount{ProcKind::kBind, {}}));
     },
     {"open_tree(AT_FDCWD, \"/proc\", OPEN_TREE_CLONE|AT_RECURSIVE",
      "mount_setattr(fd \"tree /proc\", \"\", AT_EMPTY_PATH|AT_RECURSIVE, "
      "rdonly|nosuid|nodev|noexec)"},
     {"fsopen(\"proc\""}},
    {"devpts has devices",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(At("/pts", FilesystemMount{"devpts", "", {}}));
     },
     {"fsmount(fd \"devpts\", CLOEXEC, rdonly|nosuid)"},
     {}},
    {"a file is bound onto a file",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(BindOf("/etc/passwd", "/etc/passwd", 1));
     },
     {"mkdirat(fd \"root\", \"etc\", 0755)",
      "mknodat(fd \"root\", \"etc/passwd\", S_IFREG|0644)"},
     {}},
    {"is_dir wins over what the source is",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(BindOf("/etc/passwd", "/x", 1));
       s.mounts[0].is_dir = true;
     },
     {"mkdirat(fd \"root\", \"x\", 0755)"},
     {"mknodat"}},
    {"a mount inside a read-only tmpfs is made before it is read-only",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(At("/t", FilesystemMount{"tmpfs", "", {}}));
       s.mounts.push_back(BindOf("/usr", "/t/usr", 1));
     },
     {"fsmount(fd \"tmpfs\", CLOEXEC, nosuid|nodev) = fd \"tree /t\"",
      "mkdirat(fd \"tree /t\", \"usr\", 0755)",
      "mount_setattr(fd \"tree /t\", \"\", AT_EMPTY_PATH, rdonly)"},
     {}},
    {"a mount inside a bind is looked up beneath the root",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(BindOf("/usr", "/usr", 1));
       s.mounts.push_back(BindOf("/usr", "/usr/share/x", 2));
     },
     {"openat2(fd \"root\", \"usr\", O_PATH|O_DIRECTORY|O_CLOEXEC, "
      "IN_ROOT|NO_MAGICLINKS)",
      "mkdirat(fd \"parent\", \"share\", 0755); EEXIST is fine",
      "openat2(fd \"root\", \"usr/share\"",
      "openat2(fd \"root\", \"usr/share/x\", O_PATH|O_CLOEXEC"},
     {"mkdirat(fd \"root\", \"usr/share"}},
    {"a mount beneath a symbolic link of ours is looked up, too",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(At("/a", Symlink{"/b"}));
       s.mounts.push_back(BindOf("/usr", "/a/x", 2));
     },
     {"symlinkat(\"/b\", fd \"root\", \"a\")", "openat2(fd \"root\", \"a/x\""},
     {}},
};

// Slots are numbered as they come; the rows name them only.
std::string WithoutNumbers(std::string line) {
  for (size_t at = line.find("fd "); at != std::string::npos;
       at = line.find("fd ", at + 1)) {
    const size_t number = at + 3;
    size_t end = number;
    while (end < line.size() && absl::ascii_isdigit(line[end])) ++end;
    if (end > number) line.erase(number, end + 1 - number);
  }
  return line;
}

TEST(PlannerTest, StepsFollowFromTheSpec) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.what);
    Spec spec = MinimalSpec();
    HostFacts facts = UnprivilegedFacts();
    row.change(spec, facts);
    const Plan plan = PlanOf(spec, facts);
    std::string lines = "\n";
    for (const std::string& line : Lines(plan)) {
      lines += WithoutNumbers(line) + "\n";
    }
    for (const std::string& line : row.has) {
      EXPECT_THAT(lines, HasSubstr("\n" + line));
    }
    for (const std::string& line : row.has_not) {
      EXPECT_THAT(lines, Not(HasSubstr("\n" + line)));
    }
    EXPECT_TRUE(Verify(plan, spec).ok()) << Verify(plan, spec);
  }
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
