// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/personality.h>
#include <sys/resource.h>

#include "absl/strings/str_cat.h"
#include "config/validate_test_helper.h"

namespace jail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Process ProcessOf(const std::string& text) {
  const Validated v = ValidateText(text);
  EXPECT_TRUE(v.spec.has_value()) << v.Lines();
  return v.spec ? v.spec->process : Process();
}

TEST(ValidateProcess, Numbers) {
  ExpectLines({
      {"nice_level: 20", {"nice_level: is out of range: 20; from -20 to 19"}},
      {"nice_level: -21", {"nice_level: is out of range: -21; from -20 to 19"}},
      {"oom_score_adj: 1001",
       {"oom_score_adj: is out of range: 1001; from -1000 to 1000"}},
      {"max_cpus: 8193", {"max_cpus: is out of range: 8193; from 0 to 8192"}},
      {"nice_level: -20 oom_score_adj: -1000 max_cpus: 8192", {}},
  });
}

TEST(ValidateProcess, Umask) {
  for (const char* wrong : {"", "8", "022x", "1000", "00022", "-1"}) {
    EXPECT_EQ(LinesOf(absl::StrCat("umask: '", wrong, "'")),
              absl::StrCat("umask: is not an octal number from 000 to 777: \"",
                           wrong, "\"\n"));
  }
  EXPECT_EQ(ProcessOf("umask: '0077' exec_bin { path: '/x' }").umask, 077u);
  EXPECT_EQ(ProcessOf("exec_bin { path: '/x' }").umask, 022u);
}

TEST(ValidateProcess, WeakButValid) {
  ExpectLines({
      {"keep_caps: true",
       {"warning: keep_caps: the program keeps every capability: it is root of "
        "the jail, and reaches more of the kernel"}},
      {"disable_no_new_privs: true seccomp_default: NONE",
       {"warning: disable_no_new_privs: set-user-id programs in the jail take "
        "effect"}},
      {"skip_setsid: true",
       {"warning: skip_setsid: the program stays in your session: it can type "
        "into your terminal, and signal what runs in its foreground"}},
  });
}

TEST(ValidateProcess, Capabilities) {
  ExpectLines({
      {"cap: 'CAP_SYS_PTRAC'",
       {"cap[0]: no capability \"CAP_SYS_PTRAC\"; did you mean "
        "\"CAP_SYS_PTRACE\"?"}},
      {"cap: 'chown' cap: ''", {"cap[1]: no capability \"\""}},
  });
  EXPECT_EQ(ProcessOf("cap: 'chown' cap: 'CAP_BPF' exec_bin { path: '/x' }")
                .capabilities.keep,
            1u | uint64_t{1} << 39);
}

TEST(ValidateProcess, PassFd) {
  ExpectLines({
      {"pass_fd: -1", {"pass_fd[0]: is negative: -1"}},
      {"pass_fd: 7",
       {"warning: pass_fd[0]: is left out: descriptor 7 is not open"}},
      {"pass_fd: 5 pass_fd: 5", {"pass_fd[1]: names descriptor 5 again"}},
  });
  const Process process = ProcessOf(
      "pass_fd: 1 pass_fd: 5 pass_fd: 7 silent: true "
      "exec_bin { path: '/x' }");
  ASSERT_EQ(process.stdio.pass_fd.size(), 1u);
  EXPECT_EQ(process.stdio.pass_fd[0].value, 5);
  EXPECT_TRUE(process.stdio.silent);
}

TEST(ValidateProcess, Personality) {
  EXPECT_EQ(ProcessOf("persona_addr_no_randomize: true "
                      "persona_read_implies_exec: true exec_bin { path: '/x' }")
                .personality.value,
            uint64_t{ADDR_NO_RANDOMIZE | READ_IMPLIES_EXEC});
}

TEST(ValidateRlimits, Errors) {
  ExpectLines({
      {"rlimit_as: 17592186044416",
       {"warning: rlimit_as: is no limit: 17592186044416 MiB are more than 64 "
        "bits of bytes",
        "warning: rlimit_as: is 17592186044416 MiB (16 EiB): the unit is MiB; "
        "did you mean 16777216?"}},
      {"rlimit_memlock: 18446744073709551615 rlimit_memlock_type: VALUE",
       {"warning: rlimit_memlock: is no limit: 18446744073709551615 KiB are "
        "more than 64 bits of bytes",
        "warning: rlimit_memlock: is 18446744073709551615 KiB (16 ZiB): the "
        "unit is KiB; did you mean 18014398509481983?"}},
      {"rlimit_rtprio: 100 rlimit_rtprio_type: VALUE",
       {"rlimit_rtprio: is out of range: 100; from 0 to 99"}},
      {"rlimit_nproc: 64",
       {"warning: rlimit_nproc: is not used: rlimit_nproc_type is SOFT; set it "
        "to VALUE"}},
      {"rlimit_nproc: 64 disable_rl: true", {}},
      {"rlimit_data_type: VALUE",
       {"rlimit_data_type: is VALUE, and rlimit_data has none"}},
  });
}

TEST(ValidateRlimits, UnitsAndTypes) {
  const Process process = ProcessOf(
      "rlimit_as_type: INF rlimit_core: 1 rlimit_cpu: 3 rlimit_fsize: 2 "
      "rlimit_memlock: 5 rlimit_memlock_type: VALUE rlimit_nofile: 7 "
      "rlimit_stack_type: HARD exec_bin { path: '/x' }");
  std::vector<std::string> limits;
  for (const Rlimit& limit : process.rlimits) {
    limits.push_back(absl::StrCat(limit.name, " ", limit.resource, " ",
                                  static_cast<int>(limit.from), " ",
                                  limit.value));
  }
  constexpr int kValue = 0, kSoft = 1, kHard = 2, kInf = 3;
  const auto line = [](const char* name, int resource, int from,
                       uint64_t value) {
    return absl::StrCat("rlimit_", name, " ", resource, " ", from, " ", value);
  };
  EXPECT_THAT(limits,
              ElementsAre(line("as", RLIMIT_AS, kInf, 0),
                          line("core", RLIMIT_CORE, kValue, 1 << 20),
                          line("cpu", RLIMIT_CPU, kValue, 3),
                          line("fsize", RLIMIT_FSIZE, kValue, 2 << 20),
                          line("memlock", RLIMIT_MEMLOCK, kValue, 5 << 10),
                          line("msgqueue", RLIMIT_MSGQUEUE, kSoft, 0),
                          line("nofile", RLIMIT_NOFILE, kValue, 7),
                          line("nproc", RLIMIT_NPROC, kSoft, 0),
                          line("rtprio", RLIMIT_RTPRIO, kSoft, 0),
                          line("stack", RLIMIT_STACK, kHard, 0)));
  // Only where it is asked for.
  const auto data_of = [](const std::string& more) -> std::string {
    for (const Rlimit& limit :
         ProcessOf(more + " exec_bin { path: '/x' }").rlimits) {
      if (limit.resource != RLIMIT_DATA) continue;
      return absl::StrCat(limit.name, " ", static_cast<int>(limit.from), " ",
                          limit.value);
    }
    return "";
  };
  EXPECT_EQ(data_of(""), "");
  EXPECT_EQ(data_of("rlimit_data: 2"), "rlimit_data 0 2097152");
  EXPECT_EQ(data_of("rlimit_data_type: HARD"), "rlimit_data 2 0");
  EXPECT_THAT(ProcessOf("disable_rl: true exec_bin { path: '/x' }").rlimits,
              IsEmpty());
}

TEST(ValidateCommand, Errors) {
  const std::string long_text(128 * 1024, 'x');
  EXPECT_EQ(ValidateText("clone_newuser: true", UserCaller()).Lines(),
            "exec_bin: no program to run: write it after \"--\" on the command "
            "line, or set exec_bin { path: \"...\" }\n");
  ExpectLines({
      {"exec_bin { path: '/a\\000' }",
       {"exec_bin.path: holds a NUL byte: \"/a\\x00\""}},
      {absl::StrCat("exec_bin { path: '/", std::string(4095, 'x'), "' }"),
       {"exec_bin.path: is 4096 bytes long; the most is 4095"}},
      {absl::StrCat("exec_bin { path: '/x' arg: 'y' arg: '", long_text, "' }"),
       {"exec_bin.arg[1]: is 131072 bytes long; the kernel takes at most "
        "131071"}},
      {"exec_bin { path: '/x' arg0: 'a\\000' }",
       {"exec_bin.arg0: holds a NUL byte: \"a\\x00\""}},
      {"exec_bin { path: 'sh' } envar: 'PATH='",
       {"warning: envar: PATH: \"\" is not searched: it is not absolute",
        "exec_bin.path: cannot be looked up: the jail's PATH has no directory: "
        "\"sh\""}},
      {"exec_bin { path: 'sh' } envar: 'PATH=/a:bin:/b'",
       {"warning: envar: PATH: \"bin\" is not searched: it is not absolute"}},
      {"exec_bin { path: 'sh' } envar: 'PATH=/a" + std::string(256, 'd') +
           ":/bin'",
       {"envar: PATH: \"/a" + std::string(254, 'd') +
        "... (2 bytes more)\" has a name of 257 bytes in it; the most is 255"}},
  });
  std::string many = "exec_bin { path: '/x' ";
  for (int i = 0; i < 17; ++i) {
    absl::StrAppend(&many, "arg: '", std::string(128 * 1024 - 1, 'x'), "' ");
  }
  ExpectLines({{many + "}",
                {"exec_bin: arguments and environment are 2228371 bytes; the "
                 "most is 2097152"}}});
}

TEST(ValidateCommand, ArgumentsAndSearch) {
  Process process =
      ProcessOf("exec_bin { path: 'python3' arg: '-c' arg: '' arg0: 'py' }");
  EXPECT_EQ(process.command.file, "python3");
  EXPECT_THAT(process.command.argv, ElementsAre("py", "-c", ""));
  EXPECT_THAT(process.command.search,
              ElementsAre("/usr/local/bin", "/usr/bin", "/bin"));
  EXPECT_FALSE(process.command.by_fd);
  // Opened outside, so from where the caller is; argv[0] as written.
  process = ProcessOf("exec_bin { path: 'bin/x' exec_fd: true }");
  EXPECT_EQ(process.command.file, "/work/bin/x");
  EXPECT_THAT(process.command.argv, ElementsAre("bin/x"));
  EXPECT_TRUE(process.command.by_fd);
  EXPECT_THAT(process.command.search, IsEmpty());
}

TEST(ValidateCommand, Environment) {
  ExpectLines({
      {"envar: ''", {"envar[0]: has no name: \"\""}},
      {"envar: '=x'", {"envar[0]: has no name: \"=x\""}},
      {"envar: 'A=\\000'", {"envar[0]: holds a NUL byte: \"A=\\x00\""}},
      {"envar: 'NOPE'",
       {"warning: envar[0]: is left out: no variable \"NOPE\" in your "
        "environment"}},
  });
  EXPECT_THAT(ProcessOf("exec_bin { path: '/x' }").environment, IsEmpty());
  EXPECT_THAT(ProcessOf("envar: 'A=1' envar: 'HOME' envar: 'EMPTY' "
                        "envar: 'A=2=3' exec_bin { path: '/x' }")
                  .environment,
              ElementsAre("A=2=3", "HOME=/root", "EMPTY="));
  EXPECT_THAT(ProcessOf("keep_env: true envar: 'HOME=/h' envar: 'B=' "
                        "exec_bin { path: '/x' }")
                  .environment,
              ElementsAre("HOME=/h", "WORK=/srv/work", "EMPTY=", "B="));
}

}  // namespace
}  // namespace jail
