// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/validate_test_helper.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace jail {
namespace {

// A directory of this process alone, gone with it.
class TestDirectory {
 public:
  TestDirectory() : path_(testing::TempDir() + "/validate_test_XXXXXX") {
    EXPECT_NE(mkdtemp(path_.data()), nullptr);
  }
  ~TestDirectory() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string WriteTestFile(const std::string& name, const std::string& text) {
  const std::string path = absl::StrCat(TestFiles(), name);
  FILE* file = fopen(path.c_str(), "we");
  EXPECT_NE(file, nullptr) << path;
  if (file == nullptr) return path;
  EXPECT_EQ(fwrite(text.data(), 1, text.size(), file), text.size());
  EXPECT_EQ(fclose(file), 0);
  return path;
}

}  // namespace

std::string TestFiles() {
  static TestDirectory directory;
  return absl::StrCat(directory.path(), "/");
}

std::string Validated::Lines() const {
  std::string lines;
  for (const Diagnostic& diagnostic : diagnostics.Sorted()) {
    absl::StrAppend(&lines, diagnostic.ToString(), "\n");
  }
  return lines;
}

Caller RootCaller() {
  Caller caller;
  caller.environment = {"HOME=/root", "WORK=/srv/work", "EMPTY="};
  caller.working_directory = "/work";
  caller.is_open = [](int fd) { return fd <= 2 || fd == 5; };
  caller.passwd_file = WriteTestFile("passwd",
                                     "root:x:0:0:root:/root:/bin/sh\n"
                                     "ann:x:1000:1000::/home/ann:/bin/sh\n"
                                     "bob:x:1001:1001::/home/bob:/bin/sh\n"
                                     "broken\n");
  caller.group_file = WriteTestFile("group",
                                    "root:x:0:\n"
                                    "staff:x:50:ann,bob\n");
  caller.subuid_file = WriteTestFile("subuid",
                                     "ann:100000:65536\n"
                                     "1000:300000:10\n"
                                     "bob:200000:65536\n");
  caller.subgid_file = WriteTestFile("subgid", "ann:100000:65536\n");
  return caller;
}

Caller UserCaller() {
  Caller caller = RootCaller();
  caller.uid = 1000;
  caller.gid = 1000;
  return caller;
}

Validated ValidateText(const std::string& text, const Caller& caller) {
  Validated result;
  ParsedConfig config;
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(text, &config.proto))
      << text;
  result.spec = Validate(config, caller, result.diagnostics);
  return result;
}

std::string LinesOf(const std::string& text, const Caller& caller) {
  std::string whole = text;
  if (!absl::StrContains(text, "exec_bin")) {
    whole += " exec_bin { path: \"/bin/true\" }";
  }
  if (caller.uid == 0 && !absl::StrContains(text, "idmap")) {
    whole += " uidmap { outside_id: \"65534\" }";
    whole += " gidmap { outside_id: \"65534\" }";
  }
  const Validated result = ValidateText(whole, caller);
  EXPECT_EQ(result.spec.has_value(), result.diagnostics.ok());
  return result.Lines();
}

void ExpectLines(std::initializer_list<LinesCase> cases, const Caller& caller) {
  for (const LinesCase& c : cases) {
    SCOPED_TRACE(c.text);
    std::string expected;
    for (const std::string& line : c.lines)
      absl::StrAppend(&expected, line, "\n");
    EXPECT_EQ(LinesOf(c.text, caller), expected);
  }
}

}  // namespace jail
