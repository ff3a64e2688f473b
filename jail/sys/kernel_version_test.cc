// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/sys/kernel_version.h"

#include <gtest/gtest.h>

namespace jail {
namespace {

TEST(ParseKernelRelease, TakesMajorAndMinor) {
  EXPECT_EQ(*ParseKernelRelease("6.1.0-49-amd64"), (KernelVersion{6, 1}));
  EXPECT_EQ(*ParseKernelRelease("5.15"), (KernelVersion{5, 15}));
  EXPECT_EQ(*ParseKernelRelease("6.18-rc2"), (KernelVersion{6, 18}));
  EXPECT_EQ(*ParseKernelRelease("6.12+deb"), (KernelVersion{6, 12}));
}

TEST(ParseKernelRelease, RefusesTheRest) {
  for (const char* release : {"", "6", "6.", ".1", "x.1", "6-1", "6.x"}) {
    EXPECT_FALSE(ParseKernelRelease(release).ok()) << release;
  }
  EXPECT_EQ(ParseKernelRelease("Linux").status().message(),
            "uname: unknown kernel release Linux");
}

TEST(KernelVersion, IsOrdered) {
  EXPECT_LT((KernelVersion{5, 19}), (KernelVersion{6, 1}));
  EXPECT_LT((KernelVersion{6, 9}), (KernelVersion{6, 10}));
}

TEST(RunningKernel, IsNewEnoughForUs) {
  EXPECT_GE(*RunningKernel(), (KernelVersion{5, 14}));
}

}  // namespace
}  // namespace jail
