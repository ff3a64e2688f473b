// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/sys/capability.h"

#include <gtest/gtest.h>
#include <linux/capability.h>

namespace jail {
namespace {

TEST(Capability, NamesAndNumbersAgree) {
  EXPECT_EQ(CapabilityName(CAP_SYS_ADMIN), "CAP_SYS_ADMIN");
  for (int i = 0; i <= CAP_LAST_CAP; ++i) {
    EXPECT_EQ(CapabilityNumber(CapabilityName(i)), i);
  }
}

TEST(Capability, UnknownOnes) {
  EXPECT_EQ(CapabilityName(63), "capability 63");
  EXPECT_EQ(CapabilityNumber("CAP_NOPE"), -1);
  EXPECT_EQ(CapabilityNumber(""), -1);
}

TEST(Capability, CaseAndPrefixMayBeLeftOut) {
  EXPECT_EQ(CapabilityNumber("sys_admin"), CAP_SYS_ADMIN);
  EXPECT_EQ(CapabilityNumber("cap_Sys_Admin"), CAP_SYS_ADMIN);
}

}  // namespace
}  // namespace jail
