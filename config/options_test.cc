// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/options.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "config/command_line.h"

namespace jail {
namespace {

std::vector<std::string> HelpLines() {
  return absl::StrSplit(HelpText(), '\n');
}

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Options, NamesAndLettersAreUnique) {
  std::set<std::string> names;
  std::set<char> letters;
  for (const OptionSpec& option : AllOptions()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    if (option.letter != 0) {
      EXPECT_TRUE(letters.insert(option.letter).second) << option.name;
    }
  }
}

TEST(Options, FieldsExist) {
  for (const OptionSpec& option : AllOptions()) {
    const google::protobuf::Descriptor* message =
        config::JailConfig::descriptor();
    if (*option.field == '\0') continue;
    const std::vector<std::string> path = absl::StrSplit(option.field, '.');
    for (const std::string& part : path) {
      ASSERT_NE(message, nullptr) << option.field;
      const auto* field = message->FindFieldByName(part);
      ASSERT_NE(field, nullptr) << option.name << ": " << option.field;
      message = field->message_type();
    }
  }
}

// What can be written in a file and means one thing can be asked for without
// one.
TEST(Options, EveryFieldHasOneOrAReason) {
  const std::set<std::string> only_in_files = {
      "name", "description",  // for people
      "traffic_rule",         // messages with a dozen fields
      "cgroup_io",            // messages
  };
  std::set<std::string> with_option;
  for (const OptionSpec& option : AllOptions()) {
    const std::vector<std::string> path = absl::StrSplit(option.field, '.');
    with_option.insert(path[0]);
    if (std::holds_alternative<SetRlimit>(option.setter)) {
      with_option.insert(absl::StrCat(option.field, "_type"));
    }
  }
  const auto* message = config::JailConfig::descriptor();
  for (int i = 0; i < message->field_count(); ++i) {
    const std::string& name = message->field(i)->name();
    EXPECT_NE(with_option.contains(name), only_in_files.contains(name)) << name;
  }
}

TEST(Options, Choices) {
  EXPECT_THAT(FindOption("mode")->Choices(), ElementsAre("o", "l", "r", "e"));
  EXPECT_THAT(FindOption("explain")->Choices(), ElementsAre("text", "json"));
  EXPECT_THAT(FindOption("rlimit_as")->Choices(),
              ElementsAre("hard", "soft", "inf"));
  EXPECT_THAT(FindOption("cwd")->Choices(), IsEmpty());
  EXPECT_THAT(FindOption("rw")->Choices(), IsEmpty());
}

TEST(Options, FindOption) {
  EXPECT_STREQ(FindOption("rw")->name, "rw");
  EXPECT_EQ(FindOption("r"), nullptr);
  EXPECT_EQ(FindOption(""), nullptr);
}

TEST(Help, FitsEightyColumns) {
  for (const std::string& line : HelpLines()) {
    EXPECT_LE(line.size(), 80u) << line;
    EXPECT_FALSE(line.ends_with(' ')) << line;
  }
}

TEST(Help, NamesEveryOptionOnce) {
  std::vector<std::string> told;
  for (const std::string& line : HelpLines()) {
    const size_t dashes = line.find("--");
    if (dashes != 6) continue;
    const size_t end = line.find_first_of(" [", dashes);
    const std::string name = line.substr(dashes + 2, end - dashes - 2);
    told.push_back(name);
    const OptionSpec* option = FindOption(name);
    ASSERT_NE(option, nullptr) << line;
    const std::string letter =
        option->letter == 0
            ? "      "
            : absl::StrCat("  -", std::string(1, option->letter), ", ");
    EXPECT_EQ(line.substr(0, 6), letter);
  }
  std::vector<std::string> all;
  for (const OptionSpec& option : AllOptions()) all.push_back(option.name);
  EXPECT_THAT(told, ::testing::UnorderedElementsAreArray(all));
}

TEST(Help, HasEveryGroup) {
  for (int group = 0; group < kOptionGroups; ++group) {
    const std::string title = GroupTitle(static_cast<OptionGroup>(group));
    EXPECT_THAT(HelpText(), ::testing::HasSubstr("\n" + title + ":\n"));
  }
}

}  // namespace
}  // namespace jail
