// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// On the cgroup v1 hierarchies of this machine; the v2 half runs in the
// virtual machine.
#include "jail/parent/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "jail/parent/cgroup_facts.h"
#include "jail/parent/cgroup_files.h"
#include "jail/parent/stale_cgroups.h"

namespace jail {
namespace {

constexpr char kMount[] = "/sys/fs/cgroup/pids";

std::vector<std::string> Subdirectories(const std::string& path) {
  std::vector<std::string> names;
  DIR* dir = opendir(path.c_str());
  if (dir == nullptr) return names;
  while (dirent* entry = readdir(dir)) {
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.') {
      names.push_back(entry->d_name);
    }
  }
  closedir(dir);
  return names;
}

// As the plan's steps do it.
bool EnterAll(const CgroupOfJail& cgroup, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (write(cgroup.tasks_fd(i), "0", 1) != 1) return false;
  }
  return true;
}

int Lines(const std::string& path) {
  const std::string text = *ReadFile(path, 1 << 20);
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

class CgroupTest : public testing::Test {
 protected:
  void SetUp() override {
    parent_ = absl::StrCat(kMount, "/cgroup_test.", getpid());
    plan_.directories.push_back(
        {"pids",
         kMount,
         parent_,
         {{"pids.max", "5", {"cgroup_pids_max", "a", 3}}},
         {"cgroup_pids_max", "a", 3}});
  }
  void TearDown() override { EXPECT_EQ(rmdir(parent_.c_str()), 0) << errno; }

  std::string parent_;
  CgroupPlan plan_;
  SetupFailure failure_;
};

TEST_F(CgroupTest, HoldsAProcessAndGoesWithIt) {
  std::unique_ptr<CgroupOfJail> cgroup = CgroupOfJail::Make(plan_, failure_);
  ASSERT_NE(cgroup, nullptr) << failure_.ToString();
  ASSERT_EQ(Subdirectories(parent_).size(), 1u);
  pid_t pid = fork();
  if (pid == 0) {
    if (!EnterAll(*cgroup, 1)) _exit(8);
    pause();
    _exit(0);
  }
  const std::string directory =
      absl::StrCat(parent_, "/", Subdirectories(parent_)[0]);
  while (Lines(directory + "/cgroup.procs") == 0 &&
         waitpid(pid, nullptr, WNOHANG) == 0) {
  }
  EXPECT_EQ(*ReadFile(directory + "/cgroup.procs", 100),
            absl::StrCat(pid, "\n"));
  EXPECT_EQ(*ReadFile(directory + "/pids.max", 100), "5\n");
  cgroup->Kill();
  int status;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  cgroup.reset();
  EXPECT_TRUE(Subdirectories(parent_).empty());
}

TEST_F(CgroupTest, CountsRefusedForks) {
  std::unique_ptr<CgroupOfJail> cgroup = CgroupOfJail::Make(plan_, failure_);
  ASSERT_NE(cgroup, nullptr) << failure_.ToString();
  pid_t pid = fork();
  if (pid == 0) {
    if (!EnterAll(*cgroup, 1)) _exit(8);
    for (int i = 0; i < 4; ++i) {
      if (fork() == 0) {
        pause();
        _exit(0);
      }
    }
    _exit(fork() < 0 && errno == EAGAIN ? 0 : 1);  // the sixth process
  }
  int status;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(cgroup->Read().pids_denied, 1u);
}

TEST_F(CgroupTest, RefusedLimitNamesFileValueAndConfigAndLeavesNothing) {
  plan_.directories[0].settings.push_back(
      {"pids.nothing", "1", {"cgroup_pids_max", "a.cfg", 3}});
  EXPECT_EQ(CgroupOfJail::Make(plan_, failure_), nullptr);
  EXPECT_THAT(failure_.ToString(),
              testing::MatchesRegex("cgroup_pids_max \\(a.cfg:3\\): write .*/"
                                    "pids.nothing 1: .*"));
  EXPECT_TRUE(Subdirectories(parent_).empty());
}

TEST_F(CgroupTest, WhatADeadLauncherLeftIsRemovedAndNothingElse) {
  // A launcher that is killed: a child that makes a cgroup and dies.
  pid_t pid = fork();
  if (pid == 0) {
    SetupFailure failure;
    if (CgroupOfJail::Make(plan_, failure).release() == nullptr) _exit(1);
    kill(getpid(), SIGKILL);
  }
  int status;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  ASSERT_EQ(WTERMSIG(status), SIGKILL);
  ASSERT_EQ(Subdirectories(parent_).size(), 1u);
  const std::string other = parent_ + "/jail.1.2.3.4";  // no namespace of ours
  ASSERT_EQ(mkdir(other.c_str(), 0700), 0);
  std::unique_ptr<CgroupOfJail> live = CgroupOfJail::Make(plan_, failure_);
  ASSERT_NE(live, nullptr);
  RemoveStaleCgroups(parent_);
  EXPECT_EQ(Subdirectories(parent_).size(), 2u);  // the live one and `other`
  live.reset();
  EXPECT_EQ(rmdir(other.c_str()), 0);
}

TEST_F(CgroupTest, BestEffortThatFailsIsALossAndTheRestHolds) {
  plan_.directories[0].settings.push_back(
      {"pids.nothing", "1", {"cgroup_other", "a.cfg", 4}, true});
  std::unique_ptr<CgroupOfJail> cgroup = CgroupOfJail::Make(plan_, failure_);
  ASSERT_NE(cgroup, nullptr) << failure_.ToString();
  ASSERT_EQ(cgroup->losses().size(), 1u);
  EXPECT_THAT(cgroup->losses()[0].ToString(),
              testing::MatchesRegex("cgroup_other \\(a.cfg:4\\): not in force: "
                                    "write .*/pids.nothing 1: .*"));
  ASSERT_EQ(cgroup->paths().size(), 1u);
  EXPECT_EQ(ReadCgroupFile(cgroup->paths()[0] + "/pids.max"), "5");
}

// A process that forks as fast as it can has no chance.
TEST_F(CgroupTest, FreezesBeforeItKills) {
  const std::string freezer =
      absl::StrCat("/sys/fs/cgroup/freezer/cgroup_test.", getpid());
  CgroupDirectory helper;
  helper.controller = "freezer";
  helper.mount = "/sys/fs/cgroup/freezer";
  helper.parent = freezer;
  helper.helps = true;
  plan_.directories.push_back(helper);
  plan_.directories[0].settings[0].value = "200";
  std::unique_ptr<CgroupOfJail> cgroup = CgroupOfJail::Make(plan_, failure_);
  ASSERT_NE(cgroup, nullptr) << failure_.ToString();
  EXPECT_FALSE(cgroup->KillAtOnce()) << "nobody is inside yet";
  const pid_t pid = fork();
  if (pid == 0) {
    if (!EnterAll(*cgroup, 2)) _exit(8);
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
      if (fork() == 0) {
        fork();
        _exit(0);
      }
    }
  }
  const std::string inside = cgroup->paths()[1] + "/cgroup.procs";
  while (Lines(inside) < 2) {
  }
  for (const size_t i : {0, 1}) cgroup->Entered(i);
  EXPECT_TRUE(cgroup->KillAtOnce());
  int status;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  while (Lines(inside) > 0) {
  }
  EXPECT_EQ(ReadCgroupFile(cgroup->paths()[1] + "/freezer.state"), "THAWED");
  cgroup.reset();
  EXPECT_EQ(rmdir(freezer.c_str()), 0);
}

TEST_F(CgroupTest, WhatHelpsIsDoneWithoutWhereItCantBeMade) {
  CgroupDirectory helper;
  helper.controller = "cpuacct";
  helper.mount = "/proc";
  helper.parent = "/proc/nowhere";
  helper.helps = true;
  plan_.directories.push_back(helper);
  std::unique_ptr<CgroupOfJail> cgroup = CgroupOfJail::Make(plan_, failure_);
  ASSERT_NE(cgroup, nullptr) << failure_.ToString();
  EXPECT_EQ(cgroup->paths().size(), 1u);
  EXPECT_TRUE(cgroup->losses().empty());
}

TEST(CgroupV1, FrozenProcessesOfADeadLauncherEnd) {
  const std::string parent =
      absl::StrCat("/sys/fs/cgroup/freezer/cgroup_test.", getpid());
  const std::string stale = parent + "/jail.x";
  ASSERT_EQ(mkdir(parent.c_str(), 0700), 0);
  ASSERT_EQ(mkdir(stale.c_str(), 0700), 0);
  const pid_t pid = fork();
  if (pid == 0) {
    for (;;) pause();
  }
  ASSERT_EQ(WriteCgroupFile(stale + "/cgroup.procs", absl::StrCat(pid)), 0);
  ASSERT_EQ(WriteCgroupFile(stale + "/freezer.state", "FROZEN"), 0);
  kill(pid, SIGKILL);  // as the launcher's death does
  // Frozen, it would never end; thawed, it may be gone before the removal.
  const bool removed = RemoveCgroupTree(stale);
  int status;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(removed || RemoveCgroupTree(stale));
  EXPECT_EQ(rmdir(parent.c_str()), 0);
}

TEST(CgroupV1, CpusetWithoutProcessorsTakesNobodyAndSaysSo) {
  CgroupPlan plan;
  SetupFailure failure;
  const std::string parent =
      absl::StrCat("/sys/fs/cgroup/cpuset/cgroup_test.", getpid());
  plan.directories.push_back(
      {"cpuset",
       "/sys/fs/cgroup/cpuset",
       parent,
       {{"cpuset.cpus", "0", {"cgroup_cpuset_cpus", "a", 3}}},
       {"cgroup_cpuset_cpus", "a", 3}});
  std::unique_ptr<CgroupOfJail> cgroup = CgroupOfJail::Make(plan, failure);
  ASSERT_NE(cgroup, nullptr) << failure.ToString();
  ASSERT_EQ(WriteCgroupFile(cgroup->paths()[0] + "/cpuset.cpus", "\n"), 0);
  ASSERT_LT(write(cgroup->tasks_fd(0), "0", 1), 0);
  failure.operation = "write";
  failure.error = errno;
  cgroup->ExplainEntry(0, failure);
  EXPECT_THAT(failure.ToString(),
              testing::MatchesRegex("write .*/tasks: ENOSPC .*: hint: it has "
                                    "no processors .*"));
  cgroup.reset();
  EXPECT_EQ(rmdir(parent.c_str()), 0);
}

// A v2 tree without controllers, as hybrid hosts have it.
class UnifiedTest : public testing::Test {
 protected:
  void SetUp() override {
    parent_ = absl::StrCat(kUnified, "/cgroup_test.", getpid());
    ASSERT_EQ(mkdir(parent_.c_str(), 0700), 0);
    plan_.v2 = true;
  }
  void TearDown() override { EXPECT_EQ(rmdir(parent_.c_str()), 0) << errno; }
  void Add(const char* controller, const char* file, const char* value) {
    plan_.directories.push_back({controller,
                                 kUnified,
                                 parent_,
                                 {{file, value, {"cgroup_x", "a.cfg", 3}}},
                                 {"cgroup_x", "a.cfg", 3}});
  }

  static constexpr char kUnified[] = "/sys/fs/cgroup/unified";
  std::string parent_;
  CgroupPlan plan_;
  SetupFailure failure_;
};

TEST_F(UnifiedTest, MissingControllerNamesFileErrnoLineAndUnit) {
  Add("pids", "pids.max", "5");
  EXPECT_EQ(CgroupOfJail::Make(plan_, failure_), nullptr);
  EXPECT_THAT(failure_.ToString(),
              testing::MatchesRegex(
                  "cgroup_x \\(a.cfg:3\\): write .*/cgroup.subtree_control "
                  "\\+pids: E[A-Z]+ .*: hint: the pids controller is not "
                  "available in .*: see its cgroup.controllers; systemd passes "
                  "it on by Delegate=pids in the unit.*"));
}

TEST_F(UnifiedTest, TooManyDescendantsNameTheFileThatSaysSo) {
  Add("", "cpu.pressure", "");
  ASSERT_EQ(WriteCgroupFile(parent_ + "/cgroup.max.descendants", "0"), 0);
  EXPECT_EQ(CgroupOfJail::Make(plan_, failure_), nullptr);
  EXPECT_THAT(failure_.ToString(),
              testing::MatchesRegex("cgroup_x \\(a.cfg:3\\): mkdir .*: EAGAIN "
                                    ".*: hint: cgroup.max.descendants .*"));
}

TEST(KeepsValue, AsTheKernelWritesIt) {
  EXPECT_TRUE(KeepsValue("5", "5"));
  EXPECT_TRUE(KeepsValue("10000", "8192"));  // whole pages
  EXPECT_FALSE(KeepsValue("10000", "0"));
  EXPECT_FALSE(KeepsValue("10000", "max"));
  EXPECT_FALSE(KeepsValue("10000", "12288"));
  EXPECT_TRUE(KeepsValue("0,1,2,5", "0-2,5"));
  EXPECT_FALSE(KeepsValue("0-3", "0-1"));
  EXPECT_TRUE(KeepsValue("8:0 wbps=10", "8:0 rbps=max wbps=10 riops=max"));
  EXPECT_TRUE(KeepsValue("8:0 10", "7:0 5\n8:0 10"));
  EXPECT_FALSE(KeepsValue("8:0 wbps=10", "8:16 rbps=max wbps=10"));
  EXPECT_FALSE(KeepsValue("8:0 wbps=10", "8:0 wbps=100"));
}

TEST(ParseCgroupMount, TellsVersionsAndControllers) {
  CgroupMount mount;
  ASSERT_TRUE(ParseCgroupMount(
      "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup "
      "cgroup rw,cpu,cpuacct",
      mount));
  EXPECT_EQ(mount.path, "/sys/fs/cgroup/cpu,cpuacct");
  EXPECT_EQ(mount.options, "rw,cpu,cpuacct");
  EXPECT_FALSE(mount.v2);
  ASSERT_TRUE(ParseCgroupMount(
      "41 31 0:38 /a /with\\040space rw - cgroup2 cgroup2 rw", mount));
  EXPECT_TRUE(mount.v2);
  EXPECT_EQ(mount.root, "/a");
  EXPECT_EQ(mount.path, "/with space");
  EXPECT_FALSE(ParseCgroupMount("1 2 0:3 / / rw - ext4 /dev/x rw", mount));
  EXPECT_FALSE(ParseCgroupMount("", mount));
}

}  // namespace
}  // namespace jail
