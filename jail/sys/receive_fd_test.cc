// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/sys/receive_fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gtest/gtest.h"

namespace jail {
namespace {

class ReceiveFdTest : public ::testing::Test {
 protected:
  void SetUp() override {
    int fds[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    ours_.Reset(fds[0]);
    theirs_.Reset(fds[1]);
  }

  Fd ours_, theirs_;
};

TEST_F(ReceiveFdTest, TakesTheDescriptorClosedAtExec) {
  const Fd sent(open("/dev/null", O_RDONLY | O_CLOEXEC));
  char byte = 'x';
  iovec data = {&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  const int fd = sent.get();
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  ASSERT_EQ(sendmsg(theirs_.get(), &message, 0), 1);

  const FdMessage got = ReceiveFd(ours_.get(), 0);
  EXPECT_EQ(got.error, 0);
  EXPECT_FALSE(got.closed);
  EXPECT_EQ(got.byte, 'x');
  ASSERT_TRUE(got.fd.valid());
  EXPECT_EQ(fcntl(got.fd.get(), F_GETFD), FD_CLOEXEC);
  struct stat a, b;
  ASSERT_EQ(fstat(sent.get(), &a), 0);
  ASSERT_EQ(fstat(got.fd.get(), &b), 0);
  EXPECT_EQ(a.st_rdev, b.st_rdev);
}

TEST_F(ReceiveFdTest, TakesAByteAlone) {
  ASSERT_EQ(write(theirs_.get(), "e", 1), 1);
  const FdMessage got = ReceiveFd(ours_.get(), 0);
  EXPECT_EQ(got.byte, 'e');
  EXPECT_FALSE(got.closed);
  EXPECT_FALSE(got.fd.valid());
}

TEST_F(ReceiveFdTest, TellsTheEndFromNothingYet) {
  EXPECT_EQ(ReceiveFd(ours_.get(), MSG_DONTWAIT).error, EAGAIN);
  theirs_.Reset();
  const FdMessage end = ReceiveFd(ours_.get(), MSG_DONTWAIT);
  EXPECT_EQ(end.error, 0);
  EXPECT_TRUE(end.closed);
}

}  // namespace
}  // namespace jail
