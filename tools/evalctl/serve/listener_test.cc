// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/listener.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"

namespace jail::eval {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ListenerTest : public ::testing::Test {
 protected:
  ListenerTest() {
    char name[] = "/tmp/jail-test-listen-XXXXXX";
    EXPECT_NE(mkdtemp(name), nullptr);
    folder_ = name;
    path_ = folder_ + "/socket";
  }
  ~ListenerTest() override {
    unlink(path_.c_str());
    rmdir(folder_.c_str());
  }
  std::string folder_, path_;
};

TEST_F(ListenerTest, LoopbackIsNotRemote) {
  for (const char* address : {"127.0.0.1:0", "localhost:0", "127.1.2.3:0"}) {
    auto listeners = Listen(address);
    ASSERT_TRUE(listeners.ok()) << listeners.status();
    EXPECT_FALSE(listeners->at(0).is_remote()) << address;
    EXPECT_NE(fcntl(listeners->at(0).fd(), F_GETFD) & FD_CLOEXEC, 0);
  }
  auto all = Listen("0.0.0.0:0");
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_TRUE(all->at(0).is_remote());
  EXPECT_THAT(all->at(0).name(), StartsWith("0.0.0.0:"));
}

TEST_F(ListenerTest, WrongAddressesAreNamed) {
  for (const char* address :
       {"", "x", "8060", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
        "127.0.0.1:-1", "host:80", "[::1:80", "[127.0.0.1]:80", "unix:"}) {
    auto listeners = Listen(address);
    EXPECT_FALSE(listeners.ok()) << address;
    EXPECT_THAT(std::string(listeners.status().message()),
                StartsWith(absl::StrCat("listen ", address, ": ")));
  }
  EXPECT_FALSE(Listen("unix:/" + std::string(200, 'x')).ok());
}

TEST_F(ListenerTest, ATakenPortIsAnError) {
  auto first = Listen("127.0.0.1:0");
  ASSERT_TRUE(first.ok()) << first.status();
  auto second = Listen(first->at(0).name());
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("EADDRINUSE"));
}

TEST_F(ListenerTest, ASocketsFileIsOursAloneAndGoes) {
  {
    auto listeners = Listen("unix:" + path_);
    ASSERT_TRUE(listeners.ok()) << listeners.status();
    struct stat status;
    ASSERT_EQ(stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600u);
    auto second = Listen("unix:" + path_);
    ASSERT_FALSE(second.ok());
    EXPECT_THAT(std::string(second.status().message()),
                HasSubstr("another process listens"));
  }
  EXPECT_NE(access(path_.c_str(), F_OK), 0);
}

TEST_F(ListenerTest, AStaleSocketIsReplaced) {
  const pid_t pid = fork();
  if (pid == 0) {  // dies without its destructors
    auto listeners = Listen("unix:" + path_);
    _exit(listeners.ok() ? 0 : 1);
  }
  int status;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  ASSERT_EQ(status, 0);
  ASSERT_EQ(access(path_.c_str(), F_OK), 0);
  auto listeners = Listen("unix:" + path_);
  EXPECT_TRUE(listeners.ok()) << listeners.status();
}

TEST_F(ListenerTest, AnotherFileStays) {
  ASSERT_GE(Fd(open(path_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)).get(),
            0);
  EXPECT_FALSE(Listen("unix:" + path_).ok());
  EXPECT_EQ(access(path_.c_str(), F_OK), 0);
}

TEST_F(ListenerTest, ASuccessorsSocketStays) {
  auto listeners = Listen("unix:" + path_);
  ASSERT_TRUE(listeners.ok()) << listeners.status();
  // Held, so that the new file can't have the number of the old one.
  ASSERT_EQ(rename(path_.c_str(), (path_ + ".old").c_str()), 0);
  auto successor = Listen("unix:" + path_);
  ASSERT_TRUE(successor.ok()) << successor.status();
  listeners->clear();
  EXPECT_EQ(access(path_.c_str(), F_OK), 0);
  unlink((path_ + ".old").c_str());
}

TEST_F(ListenerTest, SystemdPassesSockets) {
  unsetenv("LISTEN_PID");
  EXPECT_FALSE(Listen("systemd").ok());
  const pid_t pid = fork();
  if (pid == 0) {
    auto given = Listen("127.0.0.1:0");
    if (!given.ok()) _exit(1);
    if (given->at(0).fd() != 3 && dup2(given->at(0).fd(), 3) != 3) _exit(2);
    setenv("LISTEN_PID", absl::StrCat(getpid()).c_str(), 1);
    setenv("LISTEN_FDS", "1", 1);
    auto listeners = Listen("systemd");
    if (!listeners.ok()) _exit(3);
    if (listeners->at(0).name() != given->at(0).name()) _exit(4);
    if ((fcntl(3, F_GETFD) & FD_CLOEXEC) == 0) _exit(5);
    if (getenv("LISTEN_FDS") != nullptr) _exit(6);
    _exit(0);
  }
  int status;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace jail::eval
