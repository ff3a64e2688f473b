// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/batch/resume.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace jail::eval {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ResumeTest : public ::testing::Test {
 protected:
  ResumeTest() {
    char name[] = "/tmp/jail-test-resume-XXXXXX";
    EXPECT_NE(mkdtemp(name), nullptr);
    folder_ = name;
    path_ = folder_ + "/out";
  }
  ~ResumeTest() override {
    unlink(path_.c_str());
    rmdir(folder_.c_str());
  }
  void Put(const std::string& text) const {
    const Fd fd(
        open(path_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600));
    ASSERT_EQ(write(fd.get(), text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
  }
  std::string folder_, path_;
};

TEST_F(ResumeTest, ANewFile) {
  auto resumed = OpenForResume(path_);
  ASSERT_TRUE(resumed.ok()) << resumed.status();
  EXPECT_TRUE(resumed->ids.empty());
  struct stat status;
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(ResumeTest, HalfALineIsCutOff) {
  const std::string whole =
      "{\"id\":\"a\",\"commands\":[{\"id\":\"inner\"}],\"timing\":{}}\n"
      "{\"files\":[{\"path\":\"id\",\"text\":\"\\\"id\\\":\"}],\"id\":\"b\","
      "\"timing\":{}}\n"
      "{\"error\":{\"message\":\"line 3\"}}\n";
  Put(whole + "{\"id\":\"c\",\"comm");
  auto resumed = OpenForResume(path_);
  ASSERT_TRUE(resumed.ok()) << resumed.status();
  EXPECT_THAT(resumed->ids, ElementsAre("a", "b"));
  ASSERT_EQ(write(resumed->fd.get(), "x", 1), 1);
  EXPECT_EQ(*ReadFile(path_, 1000), whole + "x");
}

TEST_F(ResumeTest, AnotherFileStaysAsItIs) {
  for (const char* text :
       {"no json\n", "{\"a\":1}\n", "[1]\n", "\n", "{\"id\":5}\n",
        "{\"id\":\"\"}\nrest",
        // Requests, taken for answers by mistake.
        "{\"id\":\"a\",\"code\":\"1\"}\n", "{\"id\":\"a\",\"code\":\"1\"}",
        "a line without an end"}) {
    Put(text);
    auto resumed = OpenForResume(path_);
    ASSERT_FALSE(resumed.ok()) << text;
    EXPECT_THAT(std::string(resumed.status().message()), HasSubstr(":1: "));
    EXPECT_EQ(*ReadFile(path_, 1000), text);
  }
}

TEST_F(ResumeTest, OneBatchAtATime) {
  auto first = OpenForResume(path_);
  ASSERT_TRUE(first.ok()) << first.status();
  const pid_t pid = fork();
  if (pid == 0) {
    auto second = OpenForResume(path_);
    _exit(second.ok() || second.status().message().find("another batch") ==
                             absl::string_view::npos
              ? 1
              : 0);
  }
  int status;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
}

TEST_F(ResumeTest, OnlyFiles) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_FALSE(OpenForResume(path_).ok());
  EXPECT_FALSE(OpenForResume(folder_).ok());
  EXPECT_FALSE(OpenForResume("/dev/null").ok());
}

}  // namespace
}  // namespace jail::eval
