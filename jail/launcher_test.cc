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
