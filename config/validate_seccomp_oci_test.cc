// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include <cstring>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "config/validate_test_helper.h"
#include "jail/seccomp/bpf.h"

namespace jail {
namespace {

constexpr char kRest[] =
    "exec_bin { path: \"/bin/true\" } uidmap { outside_id: \"65534\" } "
    "gidmap { outside_id: \"65534\" } ";

Validated Read(const std::string& text) {
  Validated result;
  const ParsedConfig config =
      ParseConfig(absl::StrCat(kRest, text), "a.cfg", ConfigFormat::kText,
                  result.diagnostics);
  result.spec = Validate(config, RootCaller(), result.diagnostics);
  return result;
}

std::string ProfileFile(const std::string& text) {
  const std::string path = absl::StrCat(TestFiles(), "profile.json");
  std::ofstream(path) << text;
  return path;
}

// What the filter of a valid config does with a call.
std::string DecisionOf(const Validated& config, int number) {
  if (!config.spec || !config.spec->seccomp) return "no filter";
  const std::string& bytes = config.spec->seccomp->program;
  seccomp::Program program(bytes.size() / sizeof(sock_filter));
  std::memcpy(program.data(), bytes.data(), bytes.size());
  seccomp_data call{};
  call.arch = seccomp::AuditArch(seccomp::NativeArch());
  call.nr = number;
  const auto outcome = seccomp::Run(program, call);
  return outcome ? seccomp::ReturnName(outcome->value) : "invalid";
}

TEST(ValidateSeccompOci, MakesAFilter) {
  const std::string path = ProfileFile(
      R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
          {"names": ["execve"], "action": "SCMP_ACT_ALLOW"}]})");
  const Validated result =
      Read(absl::StrCat("seccomp_log: true seccomp_oci_file: '", path, "'"));
  EXPECT_EQ(result.Lines(), "");
  ASSERT_TRUE(result.spec && result.spec->seccomp);
  EXPECT_EQ(result.spec->seccomp->name, path);
  EXPECT_TRUE(result.spec->seccomp->log);
  EXPECT_EQ(result.spec->seccomp->origin.ToString(),
            "seccomp_oci_file (a.cfg:1)");
  EXPECT_EQ(DecisionOf(result, SYS_execve), "ALLOW");
  EXPECT_EQ(DecisionOf(result, SYS_mount), "ERRNO(EPERM)");
}

TEST(ValidateSeccompOci, CapabilitiesAreThoseThatTheJailKeeps) {
  const std::string path = ProfileFile(
      R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
          {"names": ["execve"], "action": "SCMP_ACT_ALLOW"},
          {"names": ["chroot"], "action": "SCMP_ACT_ALLOW",
           "includes": {"caps": ["CAP_SYS_CHROOT"]}}]})");
  const std::string field = absl::StrCat("seccomp_oci_file: '", path, "' ");
  EXPECT_EQ(DecisionOf(Read(field), SYS_chroot), "ERRNO(EPERM)");
  EXPECT_EQ(DecisionOf(Read(field + "cap: 'CAP_SYS_CHROOT'"), SYS_chroot),
            "ALLOW");
  EXPECT_EQ(DecisionOf(Read(field + "keep_caps: true"), SYS_chroot), "ALLOW");
}

TEST(ValidateSeccompOci, TellsFaultsAtTheirPointers) {
  const std::string path = ProfileFile(
      R"({"defaultAction": "SCMP_ACT_ERNO", "syscalls": [{"names": 1}]})");
  EXPECT_EQ(
      Read(absl::StrCat("seccomp_oci_file: '", path, "'")).Lines(),
      absl::StrCat(path,
                   ": /defaultAction: there is no action \"SCMP_ACT_ERNO\"; "
                   "did you mean SCMP_ACT_ERRNO?\n",
                   path, ": /syscalls/0/action: is missing\n", path,
                   ": /syscalls/0/names: is no array, but number\n"));
}

TEST(ValidateSeccompOci, WarnsOfUnknownNames) {
  const std::string path = ProfileFile(
      R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
          {"names": ["mountt"], "action": "SCMP_ACT_ERRNO"}]})");
  const Validated result = Read(absl::StrCat("seccomp_oci_file: '", path, "'"));
  EXPECT_TRUE(result.spec && result.spec->seccomp);
  EXPECT_NE(result.Lines().find("mountt"), std::string::npos);
}

TEST(ValidateSeccompOci, WhatIsRefused) {
  const std::string path =
      ProfileFile(R"({"defaultAction": "SCMP_ACT_ERRNO"})");
  const std::string field = absl::StrCat("seccomp_oci_file: '", path, "' ");
  EXPECT_EQ(Read(field).Lines(),
            "a.cfg:1:94: seccomp_oci_file: the profile answers execve with "
            "ERRNO(EPERM), so that the program could not start: add execve to "
            "the names of an entry that allows\n");
  EXPECT_EQ(Read(field + "seccomp_string: 'DEFAULT ALLOW'").Lines(),
            "a.cfg:1:94: seccomp_oci_file: contradicts seccomp_string[0] "
            "(a.cfg:1): one filter is installed, not two\n");
  EXPECT_NE(Read("seccomp_oci_file: '/nowhere'").Lines().find("ENOENT"),
            std::string::npos);
}

}  // namespace
}  // namespace jail
