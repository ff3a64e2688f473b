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

}  // namespace
}  // namespace jail
