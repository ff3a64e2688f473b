// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The hints whose causes a test can't make on its own machine: a host's files
// are written for them.  tests/executor/hints_test.cc provokes the others.
#include "jail/parent/hints.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace jail {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr uid_t kUser = 1000;

class HintsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/jail-test-hints.XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    directory_ = name;
    Write("/proc/self/status", "Name:\tjail\nSeccomp:\t0\n");
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& path, const std::string& text) {
    const std::filesystem::path file = directory_ + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  std::string HintFor(SetupFailure failure, uid_t euid = kUser) {
    Spec spec;
    spec.namespaces.flags = CLONE_NEWUSER;
    AddHint({directory_, euid}, spec, failure);
    return failure.hint;
  }

  static SetupFailure Clone(int error) {
    SetupFailure failure;
    failure.stage = "clone";
    failure.operation = "clone3";
    failure.error = error;
    return failure;
  }
  static SetupFailure Step(const char* operation, int error) {
    SetupFailure failure;
    failure.stage = "child";
    failure.operation = operation;
    failure.error = error;
    return failure;
  }

  std::string directory_;
};

TEST_F(HintsTest, UserNamespacesForRootOnly) {
  Write("/proc/sys/kernel/unprivileged_userns_clone", "0\n");
  EXPECT_THAT(HintFor(Clone(EPERM)),
              HasSubstr("kernel.unprivileged_userns_clone=1"));
  EXPECT_THAT(HintFor(Clone(EPERM), 0), Not(HasSubstr("userns_clone")));
  Write("/proc/sys/kernel/unprivileged_userns_clone", "1\n");
  EXPECT_THAT(HintFor(Clone(EPERM)), Not(HasSubstr("userns_clone")));
}

TEST_F(HintsTest, AppArmorTakesAUsersCapabilities) {
  Write("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
  for (const SetupFailure& failure :
       {Clone(EACCES), Step("move_mount", EACCES), Step("mount", EPERM)}) {
    EXPECT_THAT(HintFor(failure),
                HasSubstr("kernel.apparmor_restrict_unprivileged_userns=0"));
    EXPECT_THAT(HintFor(failure, 0), Not(HasSubstr("AppArmor")));
  }
  Write("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "0\n");
  EXPECT_THAT(HintFor(Clone(EACCES)), Not(HasSubstr("AppArmor")));
}

TEST_F(HintsTest, SelinuxMayDenyNamespaces) {
  Write("/sys/fs/selinux/enforce", "1");
  EXPECT_THAT(HintFor(Clone(EACCES)), HasSubstr("ausearch -m avc"));
  Write("/sys/fs/selinux/enforce", "0");
  EXPECT_THAT(HintFor(Clone(EACCES)), Not(HasSubstr("SELinux")));
}

TEST_F(HintsTest, ASeccompFilterAroundUs) {
  Write("/proc/self/status", "Name:\tjail\nSeccomp:\t2\n");
  EXPECT_THAT(HintFor(Clone(EPERM)), HasSubstr("seccomp filter"));
  EXPECT_THAT(HintFor(Step("mount_setattr", ENOSYS)),
              HasSubstr("seccomp filter"));
}

TEST_F(HintsTest, ALimitOfNamespaces) {
  Write("/proc/sys/user/max_user_namespaces", "0\n");
  EXPECT_THAT(HintFor(Clone(ENOSPC)),
              HasSubstr("user.max_user_namespaces is 0"));
  Write("/proc/sys/user/max_user_namespaces", "7\n");
  EXPECT_THAT(HintFor(Clone(ENOSPC)), HasSubstr("max_user_namespaces (7)"));
}

TEST_F(HintsTest, AQuotaOfKeys) {
  EXPECT_THAT(HintFor(Step("keyctl", EDQUOT)),
              HasSubstr("sysctl kernel.keys.maxkeys"));
}

}  // namespace
}  // namespace jail
