// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "config/apply_for_test.h"
#include "config/options.h"

namespace jail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Args = std::vector<std::string>;

TEST(ApplyCommandLine, CommandLineWinsWhereverTheFileIsNamed) {
  const std::string file =
      "hostname: 'file' time_limit: 1 wall_time_ms: 5 log_fd: 4 rlimit_as: 1 "
      "rlimit_as_type: INF clone_newnet: true proc: NONE";
  const std::string expected =
      "hostname: 'line' time_limit: 2 log_file: '/l' rlimit_as: 3 "
      "rlimit_as_type: VALUE clone_newnet: false proc_path: '/p' "
      "mount_proc: true";
  const Args options = {"-H", "line",        "-t", "2",           "-l", "/l",
                        "-N", "--rlimit_as", "3",  "--proc_path", "/p"};
  Args before = {"-C", "f"}, after = options;
  before.insert(before.end(), options.begin(), options.end());
  after.insert(after.end(), {"--config", "f"});
  EXPECT_TRUE(IsConfig(Apply(before, file).config.proto, expected));
  EXPECT_TRUE(IsConfig(Apply(after, file).config.proto, expected));
}

TEST(ApplyCommandLine, DisableProcWinsOverTheFilesProc) {
  EXPECT_TRUE(IsConfig(
      Apply({"-C", "f", "--disable_proc"}, "proc: FRESH mount_proc: true")
          .config.proto,
      "mount_proc: false"));
  EXPECT_TRUE(IsConfig(Apply({"-C", "f", "-L3"}, "log_file: '/l'").config.proto,
                       "log_fd: 3"));
}

TEST(ApplyCommandLine, WithoutAFileThereIsAProc) {
  EXPECT_TRUE(IsConfig(Apply({}).config.proto, "mount_proc: true"));
  EXPECT_TRUE(IsConfig(Apply({"-C", "f"}).config.proto, ""));
  EXPECT_TRUE(
      IsConfig(Apply({"--disable_proc"}).config.proto, "mount_proc: false"));
}

TEST(ApplyCommandLine, LastOneHolds) {
  EXPECT_TRUE(IsConfig(
      Apply({"-C", "f", "-Mo", "-p", "1", "-Me", "-v", "-q", "-t1", "-t2"})
          .config.proto,
      "mode: EXECVE port: 1 log_level: WARNING time_limit: 2"));
  EXPECT_TRUE(
      IsConfig(Apply({"-C", "f", "-t9", "--wall_time_ms", "7"}).config.proto,
               "time_limit: 9 wall_time_ms: 7"));
}

TEST(ApplyCommandLine, RepeatedOnesComeAfterTheFiles) {
  const Applied applied = Apply(
      {"-C", "f", "-T", "/tmp", "-R/usr:/u", "-s", "a:/b", "-E", "B=2", "-E",
       "C", "-u", "0", "--cap", "CAP_KILL", "-U", "1:100000:9"},
      "mount { dst: '/f' fstype: 'tmpfs' } envar: 'A=1' uidmap { inside_id: "
      "'7' }");
  EXPECT_TRUE(IsConfig(
      applied.config.proto,
      "mount { dst: '/f' fstype: 'tmpfs' }"
      "mount { dst: '/tmp' fstype: 'tmpfs' options: 'size=4194304' rw: true"
      "        is_dir: true }"
      "mount { src: '/usr' dst: '/u' is_bind: true rw: false }"
      "mount { src: 'a' dst: '/b' is_symlink: true }"
      "envar: 'A=1' envar: 'B=2' envar: 'C' cap: 'CAP_KILL'"
      "uidmap { inside_id: '7' }"
      "uidmap { inside_id: '0' outside_id: '' count: 1 use_newidmap: false }"
      "uidmap { inside_id: '1' outside_id: '100000' count: 9"
      "         use_newidmap: true }"));
  EXPECT_EQ(applied.config.sources.Find("mount[3]").ToString(),
            "mount[3] (command line: -s a:/b)");
  EXPECT_EQ(applied.config.sources.Find("envar[2]").ToString(),
            "envar[2] (command line: -E C)");
}

TEST(ApplyCommandLine, CommandReplacesTheFiles) {
  const std::string file =
      "exec_bin { path: '/old' arg: 'a' arg: 'b' arg0: 'zero' exec_fd: true }";
  const Applied both = Apply({"-C", "f", "--", "/bin/ls", "-l"}, file);
  EXPECT_TRUE(IsConfig(
      both.config.proto,
      "exec_bin { path: '/bin/ls' arg: '-l' arg0: '/bin/ls' exec_fd: true }"));
  EXPECT_EQ(both.config.sources.Find("exec_bin.arg[0]").ToString(),
            "exec_bin.arg[0] (command line)");
  EXPECT_TRUE(IsConfig(Apply({"-C", "f", "-x", "/new"}, file).config.proto,
                       "exec_bin { path: '/new' arg: 'a' arg: 'b' arg0: 'zero' "
                       "exec_fd: true }"));
  EXPECT_TRUE(
      IsConfig(Apply({"-C", "f", "-x", "/busybox", "--execute_fd", "--", "ls",
                      "-l", "--", "x"})
                   .config.proto,
               "exec_bin { path: '/busybox' arg0: 'ls' arg: '-l' arg: '--' "
               "arg: 'x' exec_fd: true }"));
}

TEST(ParseCommandLine, OursAreNotForTheConfig) {
  using Action = CommandLine::Action;
  Applied a = Apply({"--check"});
  EXPECT_EQ(a.line.action, Action::kCheck);
  EXPECT_EQ(Apply({"--explain"}).line.action, Action::kExplainText);
  EXPECT_EQ(Apply({"--explain=text"}).line.action, Action::kExplainText);
  EXPECT_EQ(Apply({"--explain=json"}).line.action, Action::kExplainJson);
  EXPECT_EQ(Apply({"--version"}).line.action, Action::kVersion);
  EXPECT_EQ(Apply({"-h", "--check"}).line.action, Action::kHelp);
  EXPECT_EQ(Apply({}).line.action, Action::kRun);
  a = Apply({"--report", "r.json", "--report_fd=5", "--config_format", "json",
             "-C", "x.cfg"});
  EXPECT_THAT(a.errors, IsEmpty());
  EXPECT_EQ(a.line.report_file, "r.json");
  EXPECT_EQ(a.line.report_fd, 5);
  EXPECT_EQ(a.line.config_file, "x.cfg");
  EXPECT_EQ(a.line.config_format, ConfigFormat::kJson);
  EXPECT_THAT(a.line.options, IsEmpty());
}

TEST(ParseCommandLine, EndsAtTheFirstArgumentThatIsNoOption) {
  EXPECT_THAT(
      Apply({"-Mo", "--chroot", "/", "--", "/bin/ls", "-l"}).line.command,
      ElementsAre("/bin/ls", "-l"));
  EXPECT_THAT(Apply({"-c", "/", "/bin/ls", "-l", "--", "-Mo"}).line.command,
              ElementsAre("/bin/ls", "-l", "--", "-Mo"));
  // "-" and "" are no options.
  EXPECT_THAT(Apply({"-", "-N"}).line.command, ElementsAre("-", "-N"));
  EXPECT_THAT(Apply({"", "-N"}).line.command, ElementsAre("", "-N"));
  EXPECT_THAT(Apply({"--"}).line.command, IsEmpty());
}

TEST(ParseCommandLine, FlagsInOneWord) {
  EXPECT_TRUE(IsConfig(Apply({"-C", "f", "-Nveu0"}).config.proto,
                       "clone_newnet: false log_level: DEBUG keep_env: true "
                       "uidmap { inside_id: '0' outside_id: '' count: 1 "
                       "use_newidmap: false }"));
}

TEST(ParseCommandLine, Abbreviations) {
  EXPECT_TRUE(IsConfig(
      Apply({"-C", "f", "--disable_clone_newne", "--rlimit_a=1"}).config.proto,
      "clone_newnet: false rlimit_as: 1 rlimit_as_type: VALUE"));
  // Whatever nsjail takes keeps its meaning beside our own options.
  EXPECT_EQ(Apply({"--conf", "f.cfg"}).line.config_file, "f.cfg");
  EXPECT_EQ(Apply({"--conf=f.cfg"}).line.config_file, "f.cfg");
  EXPECT_TRUE(
      IsConfig(Apply({"-C", "f", "--ver"}).config.proto, "log_level: DEBUG"));
  EXPECT_EQ(Apply({"--vers"}).line.action, CommandLine::Action::kVersion);
  // One whole name is none of the longer ones.
  EXPECT_TRUE(IsConfig(Apply({"-C", "f", "--mount", "a:/b:c"}).config.proto,
                       "mount { src: 'a' dst: '/b' fstype: 'c' rw: true }"));
}

// For each name, the shortest abbreviation that only one nsjail option has.
TEST(ParseCommandLine, OursNeverTakeAnAbbreviationOfNsjails) {
  for (const OptionSpec& option : AllOptions()) {
    if (option.whose != Whose::kNsjail || !option.is_flag()) continue;
    const std::string name = option.name;
    for (size_t length = 1; length < name.size(); ++length) {
      const std::string prefix = name.substr(0, length);
      int fits = 0;
      bool is_other_whole = false;
      for (const OptionSpec& other : AllOptions()) {
        const std::string other_name = other.name;
        if (other.whose == Whose::kNsjail && other_name.starts_with(prefix)) {
          ++fits;
        }
        is_other_whole = is_other_whole || other_name == prefix;
      }
      if (fits != 1 || is_other_whole) continue;
      const Applied short_form = Apply({"--" + prefix});
      const Applied long_form = Apply({"--" + name});
      EXPECT_THAT(short_form.errors, IsEmpty()) << prefix;
      EXPECT_EQ(short_form.line.action, long_form.line.action) << prefix;
      EXPECT_EQ(short_form.config.proto.ShortDebugString(),
                long_form.config.proto.ShortDebugString())
          << prefix;
    }
  }
}

TEST(ParseCommandLine, Refuses) {
  const std::map<Args, std::string> expected = {
      {{"--rw_root"}, "--rw_root: no such option; see --help"},
      {{"--rlimit-as", "5"},
       "--rlimit-as: no such option; did you mean --rlimit_as?"},
      {{"--bindmuont=/usr"},
       "--bindmuont: no such option; did you mean --bindmount?"},
      {{"-Z"}, "-Z: no such option; see --help"},
      {{"-NZ"}, "-Z: no such option; see --help"},
      {{"--rw=1"}, "--rw takes no value"},
      {{"--cwd"}, "--cwd needs a value: --cwd DIR"},
      {{"-M"}, "-M needs a value: --mode o|l|r|e"},
      {{"--max"},
       "--max could be any of --max_cpus, --max_conns, --max_conns_per_ip"},
  };
  for (const auto& [args, error] : expected) {
    EXPECT_THAT(Apply(args).errors, ElementsAre("command line: " + error));
  }
}

TEST(ParseCommandLine, RefusesValues) {
  const std::map<Args, std::string> expected = {
      {{"--explain=yaml"}, "--explain=yaml: is neither text nor json"},
      {{"--config_format", "x"}, "--config_format x: is neither text nor json"},
      {{"--report_fd", "-1"}, "--report_fd -1: a descriptor is 0 or more"},
      {{"-M", "x"},
       "-M x: \"x\" is no mode: o (once), l (listen), r (rerun) or e "
       "(execve)"},
      {{"--rlimit_as", "12x"},
       "--rlimit_as 12x: \"12x\" is no number of 0 or more (decimal, 0x "
       "hexadecimal or 0 octal), nor hard (max), soft (def) or inf"},
      {{"-t", "-1"},
       "-t -1: \"-1\" is no number of 0 or more (decimal, 0x hexadecimal or 0 "
       "octal)"},
      {{"-t", "4294967296"},
       "-t 4294967296: 4294967296 is out of range: 0 to 4294967295"},
      {{"--pass_fd", "a"},
       "--pass_fd a: \"a\" is no whole number (decimal, 0x hexadecimal or 0 "
       "octal)"},
      {{"-u", "0:0:x"},
       "-u 0:0:x: count: \"x\" is no number of 0 or more (decimal, 0x "
       "hexadecimal or 0 octal); the form is inside[:outside[:count]]"},
      {{"-R", ":/b"}, "-R :/b: needs a source: src[:dst[:options]]"},
      {{"-T", ""}, "-T : needs a directory"},
      {{"-m", "a:/b"}, "-m a:/b: needs a type: src:dst:fstype[:options]"},
      {{"-m", "::tmpfs"},
       "-m ::tmpfs: needs a place: src:dst:fstype[:options]"},
      {{"-s", "a"}, "-s a: needs a target and a place: target:dst"},
      {{"--proc", "x"},
       "--proc x: \"x\" is none of fresh, subset_pid, bind, none"},
      {{"--pid1", "x"}, "--pid1 x: \"x\" is neither target nor reaper"},
      {{"--experimental_mnt", "x"},
       "--experimental_mnt x: \"x\" is none of new, old, auto"},
  };
  for (const auto& [args, error] : expected) {
    EXPECT_THAT(Apply(args).errors, ElementsAre("command line: " + error));
  }
}

TEST(ParseCommandLine, TellsAllErrorsAtOnce) {
  EXPECT_EQ(Apply({"--nonsense", "-t", "x", "--rw=1", "--max_cpus", "y", "-Z"})
                .errors.size(),
            5u);
}

TEST(ParseCommandLine, ErrorsAreFitForATerminal) {
  const Applied applied = Apply({"-t", "\x1b[31m\n" + std::string(5000, 'x')});
  ASSERT_EQ(applied.errors.size(), 1u);
  EXPECT_THAT(applied.errors[0], ::testing::Not(HasSubstr("\x1b")));
  EXPECT_LT(applied.errors[0].size(), 1000u);
}

// getopt_long keeps global state: each run starts anew, also after errors.
TEST(ParseCommandLine, Twice) {
  Apply({"-NZ", "--", "x"});
  Apply({"-N"});
  const Applied applied = Apply({"-C", "f", "-N", "a"});
  EXPECT_THAT(applied.line.command, ElementsAre("a"));
  EXPECT_FALSE(applied.config.proto.clone_newnet());
}

}  // namespace
}  // namespace jail
