// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "jail/seccomp/oci.h"
#include "jail/seccomp/oci_json.h"

namespace jail::seccomp {
namespace {

// All that is wrong with a profile called "p", a line each.
std::string ErrorsOf(const std::string& text) {
  PolicyErrors errors;
  ProfileHost host;
  host.arch = Arch::kX86_64;
  const auto profile = ReadOciProfile(text, "p", host, errors);
  EXPECT_EQ(profile.has_value(), errors.empty());
  return errors.ToString();
}

// With `member` beside a default action; `entry` is one of its syscalls.
std::string WithMember(const std::string& member) {
  return ErrorsOf(R"({"defaultAction": "SCMP_ACT_ERRNO", )" + member + "}");
}
std::string WithEntry(const std::string& entry) {
  return WithMember(R"("syscalls": [)" + entry + "]");
}
std::string WithArgument(const std::string& argument) {
  return WithEntry(
      R"({"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [)" +
      argument + "]}");
}

struct Case {
  const char* text;
  const char* error;
};

TEST(OciErrors, OfTheText) {
  for (const Case& it : {
           Case{"", "p:1:1: is no JSON: it is empty, or ends too early\n"},
           Case{"{\n  \"a\" 1}", "p:2:7: is no JSON from here on\n"},
           Case{"{\"defaultAction\": \"\xff\"}",
                "p:1:20: is no JSON from here on\n"},
           Case{"[]", "p: the document: is no object, but array\n"},
           Case{R"({"defaultAction": "SCMP_ACT_ALLOW", "defaultAction": 1})",
                "p: /defaultAction: is given more than once\n"},
       }) {
    EXPECT_EQ(ErrorsOf(it.text), it.error) << it.text;
  }
  EXPECT_EQ(
      WithEntry(
          R"({"names": ["read"], "action": "SCMP_ACT_ALLOW", "names": []})"),
      "p: /syscalls/0/names: is given more than once\n");
}

TEST(OciErrors, OfItsSize) {
  EXPECT_EQ(ErrorsOf(std::string(kMaxProfileBytes + 1, ' ')),
            "p: is larger than 1048576 bytes, the most\n");
  std::string deep;
  for (size_t i = 0; i <= kMaxProfileDepth; ++i) deep += "[";
  std::string pointer;
  for (size_t i = 0; i < kMaxProfileDepth; ++i) pointer += "/0";
  EXPECT_EQ(ErrorsOf(deep),
            "p: " + pointer + ": is deeper than 16 levels, the most\n");
  std::string names;
  for (size_t i = 0; i <= kMaxProfileRules; ++i) {
    names += (i > 0 ? ", " : "") + std::string("\"read\"");
  }
  EXPECT_EQ(
      WithEntry("{\"names\": [" + names + R"(], "action": "SCMP_ACT_ALLOW"})"),
      "p: /syscalls/0: the profile has more than 4096 rules, the most\n");
}

TEST(OciErrors, OfTheWhole) {
  for (const Case& it : {
           Case{R"("defaultErrnoRet": 4096)",
                "p: /defaultErrnoRet: is 4096; the most is 4095\n"},
           Case{R"("defaultErrnoRet": -1)",
                "p: /defaultErrnoRet: is no whole number from 0 to 4095\n"},
           Case{R"("defaultErrno": "EPREM")",
                "p: /defaultErrno: there is no errno \"EPREM\"; did you mean "
                "EPERM?\n"},
           Case{R"("defaultErrno": "EPERM", "defaultErrnoRet": 38)",
                "p: /defaultErrno: is 1, but defaultErrnoRet is 38\n"},
           Case{R"("syscall": [])",
                "p: /syscall: unknown key; did you mean syscalls?\n"},
           Case{R"("architectures": ["SCMP_ARCH_X68"])",
                "p: /architectures/0: \"SCMP_ARCH_X68\": libseccomp does not "
                "know it\n"},
           Case{R"("architectures": ["SCMP_ARCH_S390X"])",
                "p: /architectures/0: \"SCMP_ARCH_S390X\": has the other order "
                "of bytes than the machine\n"},
           Case{R"("architectures": ["SCMP_ARCH_X86"], "archMap": [{}])",
                "p: /archMap: stands beside architectures: only one may\n"},
           Case{R"("syscalls": {})", "p: /syscalls: is no array, but object\n"},
       }) {
    EXPECT_EQ(WithMember(it.text), it.error) << it.text;
  }
  EXPECT_EQ(ErrorsOf("{}"), "p: /defaultAction: is missing\n");
  EXPECT_EQ(ErrorsOf(R"({"ociVersion": "1.0.2", "linux": {"seccomp": {}}})"),
            "p: /ociVersion: this is the config of a whole container: its "
            "profile is what stands at /linux/seccomp\n");
  EXPECT_EQ(ErrorsOf(R"({"defaultAction": "SCMP_ACT_ALOW"})"),
            "p: /defaultAction: there is no action \"SCMP_ACT_ALOW\"; did you "
            "mean SCMP_ACT_ALLOW?\n");
}

TEST(OciErrors, OfAnEntry) {
  for (const Case& it : {
           Case{"1", "p: /syscalls/0: is no object, but number\n"},
           Case{R"({"names": ["read"]})",
                "p: /syscalls/0/action: is missing\n"},
           Case{R"({"action": "SCMP_ACT_ALLOW", "names": [1]})",
                "p: /syscalls/0/names/0: is no string, but number\n"},
           Case{R"({"action": "SCMP_ACT_ALLOW", "names": ["read"],
                    "name": "read"})",
                "p: /syscalls/0/name: stands beside names: only one may\n"},
           Case{R"({"action": "SCMP_ACT_NOTIFY", "names": ["read"]})",
                "p: /syscalls/0/action: SCMP_ACT_NOTIFY asks an agent, and a "
                "jail has none\n"},
           Case{R"({"action": "SCMP_ACT_ALLOW", "names": ["read"],
                    "includes": {"minKernel": "4"}})",
                "p: /syscalls/0/includes/minKernel: is no version such as "
                "\"4.8\": \"4\"\n"},
           Case{R"({"action": "SCMP_ACT_ALLOW", "names": ["read"],
                    "excludes": {"cap": []}})",
                "p: /syscalls/0/excludes/cap: unknown key; did you mean "
                "caps?\n"},
       }) {
    EXPECT_EQ(WithEntry(it.text), it.error) << it.text;
  }
}

TEST(OciErrors, OfAnArgument) {
  for (const Case& it : {
           Case{R"({"index": 6, "value": 1, "op": "SCMP_CMP_EQ"})",
                "p: /syscalls/0/args/0/index: is 6; the most is 5\n"},
           Case{R"({"index": 0, "value": 1, "op": "SCMP_CMP_EG"})",
                "p: /syscalls/0/args/0/op: there is no operator "
                "\"SCMP_CMP_EG\"; did you mean SCMP_CMP_EQ?\n"},
           Case{R"({"index": 0, "value": 1.5, "op": "SCMP_CMP_EQ"})",
                "p: /syscalls/0/args/0/value: is no whole number from 0 to "
                "18446744073709551615\n"},
           Case{R"({"value": 1})",
                "p: /syscalls/0/args/0/index: is missing\n"
                "p: /syscalls/0/args/0/op: is missing\n"},
       }) {
    EXPECT_EQ(WithArgument(it.text), it.error) << it.text;
  }
}

// What the container runtimes take, however odd it is, is taken with a note.
TEST(OciErrors, WhatRuntimesTakeIsNone) {
  const auto notes = [](const std::string& text) {
    PolicyErrors errors;
    ProfileHost host;
    host.arch = Arch::kX86_64;
    const auto profile = ReadOciProfile(text, "p", host, errors);
    EXPECT_EQ(errors.ToString(), "") << text;
    return profile ? absl::StrJoin(profile->notes, "\n") : "";
  };
  const std::string log = R"({"defaultAction": "SCMP_ACT_LOG", )";
  const std::string entry = log + R"("syscalls": [{)";
  for (const Case& it : {
           Case{R"({"$schema": "s", "defaultAction": "SCMP_ACT_LOG"})",
                "p: /$schema: unknown key, left out as the container runtimes "
                "do"},
           Case{R"({"defaultAction": "SCMP_ACT_LOG", "defaultErrnoRet": 1})",
                "p: /defaultErrnoRet: does not count: SCMP_ACT_LOG takes no "
                "errno"},
           Case{R"({"defaultAction": "SCMP_ACT_LOG", "listenerPath": "/x"})",
                "p: /listenerPath: does not count: a jail has no agent"},
           Case{R"({"defaultAction": "SCMP_ACT_LOG", "architectures": [],
                    "archMap": [{"architecture": "SCMP_ARCH_X86_64",
                                 "subArchitectures": null}]})",
                ""},
       }) {
    EXPECT_EQ(notes(it.text), it.error) << it.text;
  }
  for (const Case& it : {
           Case{R"("action": "SCMP_ACT_ERRNO"}]})",
                "p: /syscalls/0: names no syscall"},
           Case{R"("name": "", "names": ["read"], "_comment": 7,
                   "action": "SCMP_ACT_ERRNO"}]})",
                "p: /syscalls/0/_comment: unknown key, left out as the "
                "container runtimes do"},
           Case{R"("names": ["read"], "action": "SCMP_ACT_ALLOW",
                   "errnoRet": 1}]})",
                "p: /syscalls/0/errnoRet: does not count: SCMP_ACT_ALLOW takes "
                "no errno"},
           Case{R"("names": ["read"], "action": "SCMP_ACT_ALLOW",
                   "args": [{"index": 0, "op": "SCMP_CMP_EQ"}]}]})",
                "p: /syscalls/0/args/0: value is missing, which is 0 for the "
                "container runtimes"},
       }) {
    EXPECT_EQ(notes(entry + it.text), it.error) << it.text;
  }
}

TEST(OciErrors, NotesAreFew) {
  PolicyErrors errors;
  std::string entries, many;
  for (size_t i = 0; i < 100; ++i) {
    entries += R"({"action": "SCMP_ACT_LOG", "names": ["read"], "_why": 1}, )";
    many += absl::StrCat("\"key ", i, "\": 1, ");
  }
  auto profile = ReadOciProfile(
      R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [)" + entries +
          R"({"action": "SCMP_ACT_LOG", "names": ["write"]}]})",
      "p", ProfileHost::Current(), errors);
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->notes.size(), 1u);
  profile = ReadOciProfile("{" + many + R"("defaultAction": "SCMP_ACT_LOG"})",
                           "p", ProfileHost::Current(), errors);
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->notes.size(), kMaxProfileNotes + 1);
  EXPECT_EQ(profile->notes.back(), "p: and more of such");
}

TEST(OciErrors, AreAllTold) {
  EXPECT_EQ(ErrorsOf(R"({"defaultAction": "x", "architectures": ["y"],
          "syscalls": [{"names": 1, "action": "SCMP_ACT_ALLOW"},
                       {"names": ["read"], "action": "z"}]})"),
            "p: /defaultAction: there is no action \"x\"\n"
            "p: /architectures/0: \"y\": libseccomp does not know it\n"
            "p: /syscalls/0/names: is no array, but number\n"
            "p: /syscalls/1/action: there is no action \"z\"\n");
}

}  // namespace
}  // namespace jail::seccomp
