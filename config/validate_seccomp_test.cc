// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "config/validate_test_helper.h"
#include "jail/seccomp/arch.h"
#include "jail/seccomp/bpf.h"
#include "jail/seccomp/lexer.h"

namespace jail {
namespace {

constexpr char kRest[] =
    "exec_bin { path: \"/bin/true\" } uidmap { outside_id: \"65534\" } "
    "gidmap { outside_id: \"65534\" } ";

Validated Read(const std::string& text,
               ConfigFormat format = ConfigFormat::kText) {
  Validated result;
  const ParsedConfig config =
      ParseConfig(text, "a.cfg", format, result.diagnostics);
  result.spec = Validate(config, RootCaller(), result.diagnostics);
  EXPECT_EQ(result.spec.has_value(), result.diagnostics.ok());
  return result;
}

std::string Lines(const std::string& text) {
  return Read(absl::StrCat(kRest, text)).Lines();
}

// A file of a policy, in a folder of its own; its path.
std::string PolicyFile(const std::string& name, const std::string& text) {
  const std::string folder = absl::StrCat(TestFiles(), "policies");
  std::filesystem::create_directories(
      std::filesystem::path(absl::StrCat(folder, "/", name)).parent_path());
  std::ofstream(absl::StrCat(folder, "/", name)) << text;
  return absl::StrCat(folder, "/", name);
}

TEST(ValidateSeccomp, MakesAFilter) {
  const Validated result = Read(absl::StrCat(
      kRest,
      "seccomp_log: true seccomp_string: 'POLICY mine { KILL { ptrace } }'\n"
      "seccomp_string: 'USE mine DEFAULT ALLOW'"));
  EXPECT_EQ(result.Lines(), "");
  ASSERT_TRUE(result.spec && result.spec->seccomp);
  const Seccomp& seccomp = *result.spec->seccomp;
  EXPECT_EQ(seccomp.name, "mine");
  EXPECT_TRUE(seccomp.log);
  EXPECT_GT(seccomp.program.size(), sizeof(sock_filter));
  EXPECT_EQ(seccomp.program.size() % sizeof(sock_filter), 0u);
  EXPECT_EQ(seccomp.origin.ToString(), "seccomp_string[0] (a.cfg:1)");
}

TEST(ValidateSeccomp, NamesAPolicyWithoutAName) {
  const Validated text =
      Read(absl::StrCat(kRest, "seccomp_string: 'DEFAULT ALLOW'"));
  ASSERT_TRUE(text.spec && text.spec->seccomp);
  EXPECT_EQ(text.spec->seccomp->name, "seccomp_string");
  const std::string path = PolicyFile("allow.kafel", "DEFAULT ALLOW");
  const Validated file =
      Read(absl::StrCat(kRest, "seccomp_policy_file: '", path, "'"));
  ASSERT_TRUE(file.spec && file.spec->seccomp) << file.Lines();
  EXPECT_EQ(file.spec->seccomp->name, path);
}

// Each fault stands at the byte of the config that it is about.
TEST(ValidateSeccomp, FaultsHavePlacesInTheConfig) {
  constexpr char kUnknown[] =
      "seccomp_string[0]: there is no syscall wriet; did you mean write?\n";
  EXPECT_EQ(Read(absl::StrCat("seccomp_string: 'ALLOW { wriet } DEFAULT LOG'\n",
                              kRest))
                .Lines(),
            absl::StrCat("a.cfg:1:26: ", kUnknown));
  // Literals side by side, escapes before the place.
  EXPECT_EQ(
      Read(absl::StrCat("seccomp_string: 'ALLOW '\n  \"\\x7b\\t\" '\\n wriet }"
                        " DEFAULT LOG'\n",
                        kRest))
          .Lines(),
      absl::StrCat("a.cfg:2:16: ", kUnknown));
  // A literal over several lines.
  EXPECT_EQ(
      Read(absl::StrCat("seccomp_string: 'ALLOW {\n\n  wriet }\n'\n", kRest))
          .Lines(),
      absl::StrCat("a.cfg:3:3: ", kUnknown));
  // Strings of their own, all faults at once.
  EXPECT_EQ(
      Read(absl::StrCat("seccomp_string: 'ALLOW {'\n"
                        "seccomp_string: '  write, wriet,'\n"
                        "seccomp_string: [ '  read }', 'DEFAULT DENYY' ]\n",
                        kRest))
          .Lines(),
      "a.cfg:2:27: seccomp_string[1]: there is no syscall wriet; did you mean "
      "write?\n"
      "a.cfg:3:40: seccomp_string[3]: is not an action: \"DENYY\"; did you "
      "mean DENY?\n");
}

TEST(ValidateSeccomp, FaultsHavePlacesInJson) {
  EXPECT_EQ(Read("{\"exec_bin\": {\"path\": \"/bin/true\"},\n"
                 "\"uidmap\": [{\"outside_id\": \"65534\"}],\n"
                 "\"gidmap\": [{\"outside_id\": \"65534\"}],\n"
                 "\"seccomp_string\": [\"ALLOW {\\n\\u0020wriet }\"]}",
                 ConfigFormat::kJson)
                .Lines(),
            "a.cfg:4:36: seccomp_string[0]: there is no syscall wriet; did you "
            "mean write?\n");
}

TEST(ValidateSeccomp, FaultsOfTheCommandLinesPolicy) {
  ParsedConfig config;
  config.proto.mutable_exec_bin()->set_path("/bin/true");
  config.proto.add_uidmap()->set_outside_id("65534");
  config.proto.add_gidmap()->set_outside_id("65534");
  config.proto.add_seccomp_string("ALLOW {\n wriet }");
  config.sources.Set("seccomp_string[0]",
                     {"seccomp_string[0]", "command line: --seccomp_string x"});
  Diagnostics diagnostics;
  EXPECT_FALSE(Validate(config, RootCaller(), diagnostics));
  ASSERT_EQ(diagnostics.Sorted().size(), 1u);
  EXPECT_EQ(diagnostics.Sorted()[0].ToString(),
            "command line: --seccomp_string x: policy:2:2: there is no syscall "
            "wriet; did you mean write?");
}

TEST(ValidateSeccomp, TheProgramMustBeAbleToStart) {
  constexpr char kSo[] = ", so that the program could not start: ALLOW { ";
  const struct {
    std::string policy, line;
  } kRows[] = {
      {"KILL { execve } DEFAULT ALLOW",
       "a.cfg:2:25: seccomp_string[0]: answers execve with KILL"},
      {"ERRNO(EPERM) { execve } DEFAULT ALLOW",
       "a.cfg:2:33: seccomp_string[0]: answers execve with ERRNO(EPERM)"},
      {"ALLOW { read } DEFAULT TRAP(1)",
       "a.cfg:2:33: seccomp_string[0]: DEFAULT answers execve with TRAP(1)"},
      {"ALLOW { read }",
       "a.cfg:2:1: seccomp_string[0]: without a DEFAULT, which means KILL, the "
       "policy answers execve with KILL"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Lines(absl::StrCat("\nseccomp_string: '", row.policy, "'")),
              absl::StrCat(row.line, kSo, "execve }\n"));
  }
  EXPECT_EQ(Lines("seccomp_string: 'LOG { execve }'"), "");
  EXPECT_EQ(Lines("seccomp_string: 'ALLOW { execve } DEFAULT KILL'"), "");
  // By descriptor it is another call.
  EXPECT_EQ(Read("exec_bin { path: '/bin/true' exec_fd: true } "
                 "uidmap { outside_id: '65534' } "
                 "gidmap { outside_id: '65534' }\n"
                 "seccomp_string: 'ALLOW { execve }'")
                .Lines(),
            absl::StrCat("a.cfg:2:1: seccomp_string[0]: without a DEFAULT, "
                         "which means KILL, the policy answers execveat with "
                         "KILL",
                         kSo, "execveat }\n"));
}

TEST(ValidateSeccomp, NobodyListens) {
  EXPECT_EQ(
      Lines("\nseccomp_string: 'TRACE(1) { ptrace } DEFAULT USER_NOTIF'"),
      "a.cfg:2:29: seccomp_string[0]: TRACE needs a tracer, and a jail has "
      "none: write ERRNO(ENOSYS), which is what the call would get\n"
      "a.cfg:2:38: seccomp_string[0]: USER_NOTIF needs a program that listens, "
      "and a jail has none: write ERRNO(ENOSYS), which is what the call would "
      "get\n");
}

TEST(ValidateSeccomp, OnePolicy) {
  EXPECT_EQ(Lines("\nseccomp_policy_file: 'p'\nseccomp_string: 'x'"),
            "a.cfg:2:1: seccomp_policy_file: contradicts seccomp_string[0] "
            "(a.cfg:3): give the policy in one of them\n");
  EXPECT_EQ(Lines("\nseccomp_string: ''"),
            "a.cfg:2:1: seccomp_string[0]: the policy is empty\n");
  EXPECT_EQ(Lines("\nseccomp_log: true"), "");
  EXPECT_EQ(Lines("\nseccomp_log: true\nseccomp_default: NONE"),
            "a.cfg:2:1: warning: seccomp_log: has no effect: there is no "
            "filter\n");
  EXPECT_EQ(Lines("\nseccomp_default: NONE seccomp_string: 'DEFAULT ALLOW'"),
            "a.cfg:2:1: warning: seccomp_default: has no effect: the config "
            "has a policy of its own\n");
}

std::string FilterOf(const std::string& text) {
  const Validated result = Read(absl::StrCat(kRest, text));
  if (!result.spec) return result.Lines();
  return result.spec->seccomp ? result.spec->seccomp->name : "none";
}

TEST(ValidateSeccomp, Default) {
  constexpr char kDefault[] = "default_deny_dangerous";
  EXPECT_EQ(FilterOf(""), kDefault);
  EXPECT_EQ(FilterOf("seccomp_default: DENY_DANGEROUS"), kDefault);
  EXPECT_EQ(FilterOf("cap: 'CAP_NET_RAW'"), kDefault);
  EXPECT_EQ(FilterOf("mode: EXECVE"), kDefault);
  EXPECT_EQ(FilterOf("seccomp_default: NONE"), "none");
  // What the config asks for, it would deny.
  EXPECT_EQ(FilterOf("allow_nested_userns: true"), "none");
  EXPECT_EQ(FilterOf("keep_caps: true"), "none");
  EXPECT_EQ(FilterOf("cap: 'CAP_SYS_ADMIN'"), "none");
  EXPECT_EQ(FilterOf("disable_no_new_privs: true"), "none");
  const Validated logged = Read(absl::StrCat(kRest, "seccomp_log: true"));
  ASSERT_TRUE(logged.spec && logged.spec->seccomp);
  EXPECT_TRUE(logged.spec->seccomp->log);
  EXPECT_GT(logged.spec->seccomp->Instructions(), 50u);
}

TEST(ValidateSeccomp, ACapabilityThatTheDefaultMakesPointless) {
  constexpr char kWarning[] =
      "a.cfg:2:1: warning: cap[0]: its calls are denied by the "
      "seccomp policy default_deny_dangerous: give one of your own, or "
      "seccomp_default: NONE\n";
  EXPECT_EQ(Lines("\ncap: 'CAP_SYS_TIME'"), kWarning);
  EXPECT_EQ(Lines("\ncap: 'CAP_SYS_TIME' seccomp_default: NONE"), "");
  EXPECT_EQ(Lines("\ncap: 'CAP_NET_RAW'"), "");
}

TEST(ValidateSeccomp, TheLackOfADefaultIsTold) {
  constexpr char kSetUid[] =
      "a.cfg:2:1: warning: disable_no_new_privs: set-user-id programs in the "
      "jail take effect\n";
  EXPECT_EQ(Lines("\ndisable_no_new_privs: true"),
            absl::StrCat(kSetUid,
                         "a.cfg:2:1: warning: disable_no_new_privs: there is "
                         "no seccomp filter: the kernel takes one only with "
                         "no_new_privs; seccomp_default: NONE if that is "
                         "meant\n"));
  EXPECT_EQ(Lines("\ndisable_no_new_privs: true seccomp_default: NONE"),
            kSetUid);
}

TEST(ValidateSeccomp, NeedsNoNewPrivs) {
  const std::string config =
      "\ndisable_no_new_privs: true seccomp_string: 'DEFAULT ALLOW' ";
  constexpr char kWarning[] =
      "a.cfg:2:1: warning: disable_no_new_privs: set-user-id programs in the "
      "jail take effect\n";
  EXPECT_EQ(Lines(config),
            absl::StrCat(kWarning,
                         "a.cfg:2:1: disable_no_new_privs: the kernel takes a "
                         "seccomp policy only with no_new_privs, or from a "
                         "program that keeps CAP_SYS_ADMIN\n"));
  EXPECT_EQ(Lines(config + "cap: 'CAP_SYS_ADMIN'"), kWarning);
}

TEST(ValidateSeccomp, Files) {
  const auto lines = [](const std::string& path) {
    return Lines(absl::StrCat("\nseccomp_policy_file: '", path, "'"));
  };
  const std::string path =
      PolicyFile("p.kafel", "#include \"parts/a.kafel\"\nDEFAULT ALLOW\n");
  const std::string part = PolicyFile("parts/a.kafel", "\nKILL { ptrase }\n");
  EXPECT_EQ(lines(path),
            absl::StrCat(part,
                         ":2:8: there is no syscall ptrase; did you mean "
                         "ptrace?\n"));
  PolicyFile("parts/a.kafel", "KILL { ptrace }");
  EXPECT_EQ(lines(path), "");

  const std::string folder = absl::StrCat(TestFiles(), "policies");
  EXPECT_EQ(lines(folder),
            absl::StrCat("a.cfg:2:1: seccomp_policy_file: ", folder,
                         ": is a directory; a policy is read from a regular "
                         "file only\n"));
  EXPECT_EQ(lines("/no/such"),
            "a.cfg:2:1: seccomp_policy_file: open /no/such: ENOENT (No such "
            "file or directory)\n");
  EXPECT_EQ(lines("python"),
            "a.cfg:2:1: seccomp_policy_file: open python: ENOENT (No such file "
            "or directory): hint: a policy that comes with jail is used by its "
            "name: seccomp_string: \"USE python DEFAULT KILL\"\n");
  const std::string fifo = absl::StrCat(folder, "/fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(lines(fifo), absl::StrCat("a.cfg:2:1: seccomp_policy_file: ", fifo,
                                      ": is a FIFO or pipe; a policy is read "
                                      "from a regular file only\n"));
  EXPECT_EQ(lines(PolicyFile("long.kafel",
                             std::string(seccomp::kMaxPolicyBytes + 1, ' '))),
            absl::StrCat("a.cfg:2:1: seccomp_policy_file: ", folder,
                         "/long.kafel: is larger than 1048576 bytes, the most "
                         "that a policy may have\n"));
}

TEST(ValidateSeccomp, IncludesLieBeneathThePolicy) {
  const std::string outside = PolicyFile("outside.kafel", "DEFAULT ALLOW");
  const std::string folder = absl::StrCat(TestFiles(), "policies");
  const auto lines = [](const std::string& include) {
    return Lines(absl::StrCat(
        "seccomp_policy_file: '",
        PolicyFile("in/p.kafel",
                   absl::StrCat("#include \"", include, "\"\nDEFAULT ALLOW")),
        "'"));
  };
  const std::string start =
      absl::StrCat(folder, "/in/p.kafel:1:10: #include \"");
  constexpr char kLeads[] = "\": leads out of the policy's own folder\n";
  EXPECT_EQ(lines("../outside.kafel"),
            absl::StrCat(start, "../outside.kafel", kLeads));
  EXPECT_EQ(lines(outside),
            absl::StrCat(start, outside,
                         "\": is absolute: a policy includes what is beneath "
                         "its own folder\n"));
  ASSERT_EQ(symlink(outside.c_str(), absl::StrCat(folder, "/in/link").c_str()),
            0);
  EXPECT_EQ(lines("link"), absl::StrCat(start, "link", kLeads));
  EXPECT_EQ(lines("none"),
            absl::StrCat(start, "none\": open ", folder,
                         "/in/none: ENOENT (No such file or directory)\n"));
}

seccomp_data CallOf(int number) {
  seccomp_data call{};
  call.arch = seccomp::AuditArch(seccomp::NativeArch());
  call.nr = number;
  return call;
}

TEST(ValidateSeccomp, OtherArchitectures) {
  constexpr char kPolicy[] =
      "seccomp_string: 'ERRNO(1) { getpid } DEFAULT "
      "ALLOW' ";
  const auto result = [&](const std::string& text, uint32_t number) {
    const Validated read = Read(absl::StrCat(kRest, text));
    EXPECT_EQ(read.Lines(), "");
    if (!read.spec) return std::string();
    const std::string& bytes = read.spec->seccomp->program;
    const auto* first = reinterpret_cast<const sock_filter*>(bytes.data());
    seccomp_data call = CallOf(static_cast<int>(number));
    call.arch = seccomp::AuditArch(seccomp::Arch::kX86);
    const auto outcome =
        seccomp::Run({first, first + bytes.size() / sizeof(sock_filter)}, call);
    return outcome ? seccomp::ReturnName(outcome->value) : "";
  };
  if (seccomp::NativeArch() == seccomp::Arch::kX86_64) {
    const std::string asked = "seccomp_arch: 'i386' ";
    EXPECT_EQ(result(kPolicy, 20), "KILL_PROCESS");  // getpid
    EXPECT_EQ(result(kPolicy + asked, 20), "ERRNO(EPERM)");
    EXPECT_EQ(result(kPolicy + asked, 64), "ALLOW");
    // The default one, too.
    EXPECT_EQ(result(asked, 64), "ALLOW");
    EXPECT_EQ(result(asked, 21), "ERRNO(EPERM)");  // mount
    EXPECT_THAT(Lines("seccomp_arch: 'arm'"),
                testing::HasSubstr("seccomp_arch[0]: this machine, which is "
                                   "x86_64, takes no calls of arm"));
    EXPECT_THAT(Lines("seccomp_arch: 'amd64'"),
                testing::HasSubstr("warning: seccomp_arch[0]: has no effect: "
                                   "amd64 is filtered already"));
  }
  EXPECT_THAT(Lines("seccomp_arch: 'i368'"),
              testing::HasSubstr("seccomp_arch[0]: there is no architecture "
                                 "\"i368\"; did you mean"));
  EXPECT_THAT(Lines("seccomp_arch: 'i386' seccomp_default: NONE"),
              testing::HasSubstr("warning: seccomp_arch[0]: has no effect: "
                                 "there is no filter"));
}

TEST(ValidateSeccomp, NamesOfLibcAreRemarked) {
  EXPECT_THAT(Lines("seccomp_string: 'ERRNO(1) { uname } DEFAULT ALLOW'"),
              testing::HasSubstr("warning: seccomp_string[0]: "));
  EXPECT_EQ(Lines("seccomp_string: 'ERRNO(1) { newuname } DEFAULT ALLOW'"), "");
}

}  // namespace
}  // namespace jail
