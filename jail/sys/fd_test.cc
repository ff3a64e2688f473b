// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jail/sys/errno_name.h"

namespace jail {
namespace {

TEST(Fd, ClosesOnDestruction) {
  int number;
  {
    absl::StatusOr<Fd> fd = Open("/dev/null", O_RDONLY);
    ASSERT_TRUE(fd.ok()) << fd.status();
    number = fd->get();
    EXPECT_EQ(fcntl(number, F_GETFD), FD_CLOEXEC);
  }
  EXPECT_EQ(fcntl(number, F_GETFD), -1);
  EXPECT_EQ(errno, EBADF);
}

TEST(Fd, OpenNamesPathAndErrno) {
  absl::StatusOr<Fd> fd = Open("/nonexistent", O_RDONLY);
  EXPECT_EQ(fd.status().message(),
            "open /nonexistent: ENOENT (No such file or directory)");
}

TEST(Fd, ReadFileStopsAtLimit) {
  EXPECT_EQ(ReadFile("/dev/zero", 100).status().message(),
            "read /dev/zero: more than 100 bytes");
}

TEST(ErrnoName, UnknownNumberIsShown) {
  EXPECT_EQ(ErrnoName(1), "EPERM");
  EXPECT_EQ(ErrnoName(4095), "errno 4095");
}

}  // namespace
}  // namespace jail
