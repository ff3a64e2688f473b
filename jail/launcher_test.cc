// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What needs no kernel; tests/blackbox/embed.py starts jails.
#include "jail/launcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Launcher, EveryFaultOfTheConfigHasALine) {
  std::vector<std::string> errors;
  EXPECT_EQ(Launcher::Make({.text = "umask: \"9\"\nnice_level: 99\n",
                            .name = "a.cfg",
                            .command = {"/bin/true"}},
                           errors),
            nullptr);
  EXPECT_THAT(errors, ElementsAre(HasSubstr("a.cfg:1:1: umask: "),
                                  HasSubstr("a.cfg:2:1: nice_level: ")));
}

TEST(Launcher, OtherModesAreTheProgramsAlone) {
  std::vector<std::string> errors;
  EXPECT_EQ(
      Launcher::Make(
          {.text = "mode: RERUN", .name = "a.cfg", .command = {"/bin/true"}},
          errors),
      nullptr);
  EXPECT_THAT(errors,
              ElementsAre("a.cfg:1:1: mode: the library starts one jail at a "
                          "time: only the program jail has other modes and a "
                          "daemon"));
}

TEST(Launcher, TheRecordOfAccessesIsTheProgramsAlone) {
  std::vector<std::string> errors;
  EXPECT_EQ(Launcher::Make({.text = "seccomp_unotify: true",
                            .name = "a.cfg",
                            .command = {"/bin/true"}},
                           errors),
            nullptr);
  EXPECT_THAT(errors, ElementsAre("a.cfg:1:1: seccomp_unotify: the record is "
                                  "told by the program jail alone"));
}

TEST(Launcher, IsPlannedBeforeAnythingIsStarted) {
  std::vector<std::string> errors;
  auto launcher = Launcher::Make(
      {.text = "hostname: \"x\"", .command = {"/bin/true", "an argument"}},
      errors);
  ASSERT_NE(launcher, nullptr) << errors[0];
  EXPECT_THAT(errors, IsEmpty());
  EXPECT_THAT(launcher->Explain(), HasSubstr("/bin/true"));
}

TEST(Launcher, ALaunchIsDerivedFromAnother) {
  std::vector<std::string> errors;
  const auto base = Launcher::Make(
      {.text = "time_limit: 5", .command = {"/bin/true"}}, errors);
  ASSERT_NE(base, nullptr) << errors[0];
  Launcher::Overrides overrides;
  overrides.command = {"id", "-u"};
  overrides.environment = {{"PATH=/usr/bin:relative:/bin"}};
  overrides.cwd = "/tmp";
  overrides.file_size_bytes = 12345;
  overrides.channel = true;
  const auto other = base->With(overrides, errors);
  ASSERT_NE(other, nullptr) << errors[0];
  const std::string plan = other->Explain();
  EXPECT_THAT(plan, HasSubstr("/usr/bin/id"));
  EXPECT_THAT(plan, HasSubstr("12345"));
  EXPECT_THAT(plan, HasSubstr("\"channel\""));
  EXPECT_THAT(plan, testing::Not(HasSubstr("relative/id")));
  EXPECT_EQ(other->cwd(), "/tmp");
  EXPECT_THAT(base->Explain(), testing::Not(HasSubstr("\"channel\"")));
}

// As on a machine that gives no cgroup.
TEST(Launcher, RlimitsStandInForACgroup) {
  std::vector<std::string> errors;
  const auto base =
      Launcher::Make({.text = R"(cgroup_mem_max: 1048576 cgroup_pids_max: 7
                  cgroup_cpu_weight: 50 cgroup_best_effort: "all"
                  cgroup_mem_mount: "/no/such" cgroup_pids_mount: "/no/such"
                  cgroup_cpu_mount: "/no/such" use_cgroupv2: false
                  rlimit_as: 64 rlimit_nproc: 9 rlimit_nproc_type: VALUE)",
                      .command = {"/bin/true"}},
                     errors);
  ASSERT_NE(base, nullptr) << errors[0];
  std::vector<std::string> lost;
  for (const LimitNotInForce& limit : base->limits_not_in_force()) {
    EXPECT_THAT(limit.reason, HasSubstr("/no/such"));
    lost.push_back(limit.name);
  }
  EXPECT_THAT(lost, ElementsAre("cgroup_mem_max", "cgroup_pids_max",
                                "cgroup_cpu_weight"));
  Launcher::Overrides overrides;
  overrides.memory_bytes = 76543210;
  overrides.pids = 4321;
  overrides.cpu_weight = 200;
  const auto other = base->With(overrides, errors);
  ASSERT_NE(other, nullptr) << errors[0];
  EXPECT_THAT(other->Explain(), HasSubstr("76543210"));
  EXPECT_THAT(other->Explain(), HasSubstr("4321"));
  EXPECT_EQ(other->limits_not_in_force().front().name, "memory_bytes");
}

// What a program reserves counts: the configuration's is the least.
TEST(Launcher, DataIsNeverLowered) {
  std::vector<std::string> errors;
  const auto base = Launcher::Make({.text = R"(cgroup_mem_max: 1048576
                  cgroup_best_effort: "all" cgroup_mem_mount: "/no/such"
                  use_cgroupv2: false rlimit_as_type: INF rlimit_data: 64)",
                                    .command = {"/bin/true"}},
                                   errors);
  ASSERT_NE(base, nullptr) << errors[0];
  const auto explain = [&](uint64_t bytes) {
    Launcher::Overrides overrides;
    overrides.memory_bytes = bytes;
    const auto other = base->With(overrides, errors);
    return other ? other->Explain() : errors.at(0);
  };
  EXPECT_THAT(explain(1 << 20), HasSubstr("{67108864, 67108864}"));
  EXPECT_THAT(explain(76543210), HasSubstr("{76543210, 76543210}"));
}

TEST(Launcher, ALimitThatNobodyHoldsIsAnError) {
  std::vector<std::string> errors;
  const auto base = Launcher::Make(
      {.text = "rlimit_as_type: INF", .command = {"/bin/true"}}, errors);
  ASSERT_NE(base, nullptr) << errors[0];
  Launcher::Overrides overrides;
  overrides.memory_bytes = 1 << 20;
  overrides.pids = 4;
  overrides.cpu_weight = 100;
  EXPECT_EQ(base->With(overrides, errors), nullptr);
  EXPECT_THAT(
      errors,
      ElementsAre("memory_bytes: the configuration limits no memory",
                  "pids: the configuration limits no processes",
                  "cpu_weight: the configuration has no cgroup_cpu_weight"));
}

TEST(Launcher, OverridesAreChecked) {
  std::vector<std::string> errors;
  const auto base =
      Launcher::Make({.text = "", .command = {"/bin/true"}}, errors);
  ASSERT_NE(base, nullptr) << errors[0];
  Launcher::Overrides overrides;
  overrides.command = {"id", std::string("a\0b", 3)};
  overrides.environment = {{"X=" + std::string(128 << 10, 'x')}};
  overrides.cwd = "/a/../b";
  EXPECT_EQ(base->With(overrides, errors), nullptr);
  EXPECT_THAT(errors,
              ElementsAre(HasSubstr("environment: a string of 131074 bytes"),
                          HasSubstr("command: holds a NUL byte"),
                          HasSubstr("the environment has no PATH"),
                          HasSubstr("cwd: ")));
}

TEST(Launcher, MountsOfTheProgramsOwnComeBeforeThoseBeneathThem) {
  std::vector<std::string> errors;
  const auto launcher =
      Launcher::Make({.text = "mount { dst: \"/home/x\" fstype: \"tmpfs\" "
                              "options: \"size=4k\" }",
                      .command = {"/bin/true"},
                      .provided_mounts = {{.target = "/home"}}},
                     errors);
  ASSERT_NE(launcher, nullptr) << errors[0];
  const std::string plan = launcher->Explain();
  EXPECT_THAT(plan, HasSubstr("\"provided for /home\""));
  EXPECT_LT(plan.find("\"provided for /home\""), plan.find("tree /home/x"));
  EXPECT_EQ(Launcher::Make({.text = "",
                            .command = {"/bin/true"},
                            .provided_mounts = {{.target = "/"}}},
                           errors),
            nullptr);
  EXPECT_THAT(errors, ElementsAre("provided_mounts[0]: cannot be the jail's "
                                  "root"));
}

}  // namespace
}  // namespace jail
