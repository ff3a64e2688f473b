// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/cli/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_split.h"

namespace jail::eval {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(Options, ALineIsReadByTheTable) {
  CommandLine line;
  ASSERT_TRUE(ReadCommandLine(*FindCommand("batch"),
                              {"-j", "3", "in", "--resume=a=b", "--quiet"},
                              line)
                  .ok());
  EXPECT_THAT(line.options,
              ElementsAre(Pair("-j", "3"), Pair("--resume", "a=b"),
                          Pair("--quiet", "")));
  EXPECT_THAT(line.operands, ElementsAre("in"));
  EXPECT_TRUE(line.Has("--quiet"));
  EXPECT_EQ(line.Value("--resume"), "a=b");
  EXPECT_EQ(line.Value("--config", "x"), "x");
}

TEST(Options, AValueMayFollowALetterAtOnce) {
  CommandLine line;
  ASSERT_TRUE(ReadCommandLine(*FindCommand("batch"), {"-j8", "in"}, line).ok());
  EXPECT_THAT(line.options, ElementsAre(Pair("-j", "8")));
  EXPECT_THAT(line.operands, ElementsAre("in"));
  line = {};
  ASSERT_TRUE(
      ReadCommandLine(*FindCommand("run"), {"-cprint(1)", "-c"}, line).ok());
  EXPECT_THAT(line.options, ElementsAre(Pair("-c", "print(1)")));
  EXPECT_THAT(line.operands, ElementsAre("-c"));
}

TEST(Options, AScriptsArgumentsAreItsOwn) {
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"--pretty", "a.py", "--pretty", "-x"},
        {"--pretty", "--", "a.py", "--pretty", "-x"}}) {
    CommandLine line;
    ASSERT_TRUE(ReadCommandLine(*FindCommand("run"), args, line).ok());
    EXPECT_THAT(line.operands, ElementsAre("a.py", "--pretty", "-x"));
  }
  CommandLine line;
  ASSERT_TRUE(
      ReadCommandLine(*FindCommand("run"), {"-c", "--x", "--y"}, line).ok());
  EXPECT_EQ(line.Value("-c"), "--x");
  EXPECT_THAT(line.operands, ElementsAre("--y"));
}

TEST(Options, FaultsAreNamed) {
  const auto fault = [](const char* command, std::vector<std::string> args) {
    CommandLine line;
    return std::string(
        ReadCommandLine(*FindCommand(command), args, line).message());
  };
  EXPECT_EQ(fault("run", {"--nope"}), "--nope: there is no such option");
  EXPECT_EQ(fault("run", {"--nope=1"}), "--nope: there is no such option");
  EXPECT_EQ(fault("run", {"--api"}), "--api: needs a value");
  EXPECT_EQ(fault("run", {"--pretty=1"}), "--pretty: takes no value");
  EXPECT_EQ(fault("batch", {"-x1"}), "-x1: there is no such option");
  EXPECT_EQ(fault("batch", {"-qj1"}), "-qj1: there is no such option");
  EXPECT_EQ(fault("serve", {"x"}), "x: serve takes options alone");
}

TEST(Options, HelpFitsATerminal) {
  std::vector<std::string> texts = {Help()};
  for (const CommandSpec& command : AllCommands()) {
    EXPECT_THAT(texts[0], HasSubstr(command.about));
    texts.push_back(HelpOf(command));
    for (const OptionSpec& option : command.options) {
      EXPECT_THAT(texts.back(), HasSubstr(option.name));
    }
  }
  for (const std::string& text : texts) {
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      EXPECT_LE(line.size(), 79) << line;
    }
  }
}

TEST(Options, HelpWinsOverFaultsBehindIt) {
  CommandLine line;
  EXPECT_TRUE(
      ReadCommandLine(*FindCommand("run"), {"--help", "--nope"}, line).ok());
  EXPECT_TRUE(line.wants_help);
  EXPECT_THAT(line.operands, IsEmpty());
}

}  // namespace
}  // namespace jail::eval
