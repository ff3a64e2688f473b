// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/validate.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>

#include "config/validate_test_helper.h"

namespace jail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// snekbox's config without its cgroup limits, and what its wrapper adds.
constexpr char kSnekbox[] = R"(
  name: "snekbox" description: "Execute Python" hostname: "snekbox"
  mode: ONCE cwd: "/home" time_limit: 6 keep_env: false
  envar: "LANG=en_US.UTF-8" envar: "OMP_NUM_THREADS=15" envar: "HOME=/home"
  keep_caps: false rlimit_as: 700 rlimit_fsize_type: INF
  clone_newnet: true clone_newuser: true clone_newns: true clone_newpid: true
  clone_newipc: true clone_newuts: true clone_newcgroup: true
  uidmap { inside_id: "65534" outside_id: "65534" count: 1 }
  gidmap { inside_id: "65534" outside_id: "65534" count: 1 }
  mount_proc: false
  mount { src: "/etc/ld.so.cache" dst: "/etc/ld.so.cache" is_bind: true }
  mount { src: "/lib" dst: "/lib" is_bind: true rw: false }
  mount { src: "/lib64" dst: "/lib64" is_bind: true rw: false mandatory: false }
  mount { src: "/snekbox" dst: "/snekbox" is_bind: true rw: false }
  mount { dst: "/dev/shm" fstype: "tmpfs" rw: true is_bind: false options: "size=40m" }
  cgroup_mem_swap_max: -1
  cgroup_mem_mount: "/sys/fs/cgroup/memory"
  cgroup_pids_mount: "/sys/fs/cgroup/pids"
  iface_no_lo: true
  mount { src: "/memfs/x/home" dst: "home" is_bind: true rw: true }
  exec_bin { path: "/snekbin/python/default/bin/python" arg: "-c" arg: "1" }
)";

TEST(Validate, WarnsOfAbsurdUnits) {
  EXPECT_EQ(LinesOf("rlimit_as: 134217728", UserCaller()),
            "warning: rlimit_as: is 134217728 MiB (128 TiB): the unit is MiB; "
            "did you mean 128?\n");
}

TEST(Validate, WhatIsMissingIsSaidOnce) {
  Diagnostics problems;
  const ParsedConfig config =
      ParseConfig("mount { src: '/a' is_bind: true }\nexec_bin { }", "a.cfg",
                  ConfigFormat::kText, problems);
  EXPECT_FALSE(Validate(config, RootCaller(), problems));
  std::vector<std::string> errors;
  for (const Diagnostic& d : problems.Sorted()) {
    if (d.severity == Diagnostic::Severity::kError) {
      errors.push_back(d.ToString());
    }
  }
  EXPECT_THAT(
      errors,
      ElementsAre("a.cfg:1:1: mount[0].dst: is missing; it is required",
                  "a.cfg:2:1: exec_bin.path: is missing; it is required"));
}

TEST(Validate, Snekbox) {
  const Validated v = ValidateText(kSnekbox);
  ASSERT_TRUE(v.spec) << v.Lines();
  EXPECT_EQ(v.Lines(), "");
  const Spec& spec = *v.spec;
  EXPECT_EQ(spec.name, "snekbox");
  EXPECT_EQ(spec.hostname, "snekbox");
  EXPECT_EQ(spec.mode, Mode::kOnce);
  EXPECT_EQ(spec.namespaces.flags,
            uint64_t{CLONE_NEWNET | CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID |
                     CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP});
  EXPECT_EQ(spec.process.cwd, "/home");
  EXPECT_EQ(spec.limits.wall_time.value, std::chrono::seconds(6));
  EXPECT_EQ(spec.root.directory, "");
  EXPECT_FALSE(spec.root.writable);
  EXPECT_TRUE(spec.root.pivot);
  EXPECT_FALSE(spec.network.loopback_up.value);
  EXPECT_FALSE(spec.cgroup.Any());
  EXPECT_THAT(
      spec.process.environment,
      ElementsAre("LANG=en_US.UTF-8", "OMP_NUM_THREADS=15", "HOME=/home"));
  EXPECT_THAT(spec.process.command.argv,
              ElementsAre("/snekbin/python/default/bin/python", "-c", "1"));
  EXPECT_THAT(spec.process.command.search, IsEmpty());
  ASSERT_EQ(spec.uid_map.size(), 1u);
  EXPECT_EQ(spec.uid_map[0].inside, 65534u);
  EXPECT_EQ(spec.uid_map[0].outside, 65534u);
  EXPECT_FALSE(spec.uid_map[0].by_helper);
  ASSERT_EQ(spec.mounts.size(), 6u);
  EXPECT_EQ(spec.mounts[1].target, "/lib");
  EXPECT_EQ(std::get<BindMount>(spec.mounts[1].what).source, "/lib");
  EXPECT_TRUE(spec.mounts[1].flags.read_only);
  EXPECT_TRUE(spec.mounts[1].mandatory);
  EXPECT_FALSE(spec.mounts[2].mandatory);
  const auto& shm = std::get<FilesystemMount>(spec.mounts[4].what);
  EXPECT_EQ(shm.fstype, "tmpfs");
  ASSERT_EQ(shm.options.size(), 1u);
  EXPECT_EQ(shm.options[0].key, "size");
  EXPECT_EQ(shm.options[0].value, "40m");
  EXPECT_FALSE(spec.mounts[4].flags.read_only);
  EXPECT_EQ(spec.mounts[5].target, "/home");
  ASSERT_EQ(spec.process.rlimits.size(), 10u);
  EXPECT_EQ(spec.process.rlimits[0].resource, RLIMIT_AS);
  EXPECT_EQ(spec.process.rlimits[0].value, 700u << 20);
  EXPECT_EQ(spec.process.rlimits[3].name, "rlimit_fsize");
  EXPECT_EQ(spec.process.rlimits[3].from, Rlimit::From::kInfinity);
  EXPECT_EQ(spec.process.rlimits[7].from, Rlimit::From::kCallersSoft);
}

TEST(Validate, Codebox) {
  const Validated v = ValidateText(R"(
    name: "codebox" hostname: "codebox" keep_env: false
    envar: "LANG=en_US.UTF-8"
    envar: "PATH=/venv/bin:/usr/local/bin:/usr/local/sbin:/usr/local/bin:/bin"
    rlimit_as: 4096 rlimit_fsize: 5 iface_no_lo: true
    uidmap { inside_id: "65534" outside_id: "65534" }
    gidmap { inside_id: "65534" outside_id: "65534" }
    mount_proc: true
    mount { src: "/etc/" dst: "/etc/" is_bind: true }
    mount { src: "/dev/null" dst: "/dev/null" is_bind: true }
    mount { dst: "/tmp" fstype: "tmpfs" rw: true noexec: true nodev: true
            nosuid: true options: "size=10485760" }
    exec_bin { path: "python3" })");
  ASSERT_TRUE(v.spec) << v.Lines();
  EXPECT_EQ(v.Lines(), "");
  const Spec& spec = *v.spec;
  EXPECT_EQ(spec.limits.wall_time.value, std::chrono::seconds(600));
  EXPECT_EQ(spec.process.rlimits[3].value, 5u << 20);
  EXPECT_THAT(
      spec.process.command.search,
      ElementsAre("/venv/bin", "/usr/local/bin", "/usr/local/sbin", "/bin"));
  ASSERT_EQ(spec.mounts.size(), 4u);
  EXPECT_EQ(spec.mounts[0].target, "/etc");
  EXPECT_EQ(std::get<BindMount>(spec.mounts[0].what).source, "/etc");
  EXPECT_TRUE(spec.mounts[2].flags.noexec && spec.mounts[2].flags.nodev &&
              spec.mounts[2].flags.nosuid && !spec.mounts[2].flags.read_only);
  EXPECT_EQ(spec.mounts[3].target, "/proc");
  EXPECT_EQ(std::get<ProcMount>(spec.mounts[3].what).kind, ProcKind::kFresh);
  EXPECT_TRUE(spec.mounts[3].flags.read_only);
}

}  // namespace
}  // namespace jail
