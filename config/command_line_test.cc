// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/command_line.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "config/options.h"

namespace jail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Args = std::vector<std::string>;

std::vector<std::string> Texts(const Diagnostics& diagnostics) {
  std::vector<std::string> texts;
  for (const Diagnostic& d : diagnostics.Sorted())
    texts.push_back(d.ToString());
  return texts;
}

// What `args` make of the config that `file` is.  A command line without -C
// has no file; tests that mean "with a file" pass -C.
struct Applied {
  CommandLine line;
  ParsedConfig config;
  std::vector<std::string> errors;
};

Applied Apply(const Args& args, const std::string& file = "") {
  Applied result;
  Diagnostics diagnostics;
  result.line = ParseCommandLine(args, diagnostics);
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      file, &result.config.proto));
  ApplyCommandLine(result.line, result.config, diagnostics);
  result.errors = Texts(diagnostics);
  return result;
}

::testing::AssertionResult IsConfig(const config::JailConfig& proto,
                                    const std::string& text) {
  config::JailConfig expected;
  if (!google::protobuf::TextFormat::ParseFromString(text, &expected)) {
    return ::testing::AssertionFailure() << "no config: " << text;
  }
  if (google::protobuf::util::MessageDifferencer::Equals(proto, expected)) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "is " << proto.ShortDebugString();
}

struct Row {
  std::string name;  // long
  std::string value;
  std::string config;  // what it sets, over an empty file
};

// Every option that sets something.
const Row kRows[] = {
    {"mode", "l", "mode: LISTEN"},
    {"daemon", "", "daemon: true"},
    {"exec_file", "/bin/true", "exec_bin { path: '/bin/true' }"},
    {"cwd", "/home", "cwd: '/home'"},
    {"env", "A=b=c", "envar: 'A=b=c'"},
    {"keep_env", "", "keep_env: true"},
    {"pass_fd", "7", "pass_fd: 7"},
    {"silent", "", "silent: true"},
    {"stderr_to_null", "", "stderr_to_null: true"},
    {"skip_setsid", "", "skip_setsid: true"},
    {"forward_signals", "", "forward_signals: true"},
    {"pid1", "reaper", "pid1: REAPER"},
    {"umask", "077", "umask: '077'"},
    {"nice_level", "-5", "nice_level: -5"},
    {"oom_score_adj", "-100", "oom_score_adj: -100"},
    {"use_core_scheduling", "", "use_core_scheduling: true"},
    {"disable_tsc", "", "disable_tsc: true"},
    {"persona_addr_compat_layout", "", "persona_addr_compat_layout: true"},
    {"persona_mmap_page_zero", "", "persona_mmap_page_zero: true"},
    {"persona_read_implies_exec", "", "persona_read_implies_exec: true"},
    {"persona_addr_limit_3gb", "", "persona_addr_limit_3gb: true"},
    {"persona_addr_no_randomize", "", "persona_addr_no_randomize: true"},
    {"chroot", "/srv/root", "chroot_dir: '/srv/root'"},
    {"rw", "", "is_root_rw: true"},
    {"no_pivotroot", "", "no_pivotroot: true"},
    {"bindmount_ro", "/usr",
     "mount { src: '/usr' dst: '/usr' is_bind: true rw: false }"},
    {"bindmount_ro", "/a:/b",
     "mount { src: '/a' dst: '/b' is_bind: true rw: false }"},
    {"bindmount", "/a::noexec",
     "mount { src: '/a' dst: '/a' is_bind: true rw: true options: 'noexec' }"},
    {"bindmount", "/a:/b:noexec",
     "mount { src: '/a' dst: '/b' is_bind: true rw: true options: 'noexec' }"},
    {"tmpfsmount", "/tmp",
     "mount { dst: '/tmp' fstype: 'tmpfs' options: 'size=4194304' rw: true "
     "is_dir: true }"},
    {"mount", "none:/dev/mqueue:mqueue",
     "mount { src: 'none' dst: '/dev/mqueue' fstype: 'mqueue' rw: true }"},
    {"mount", "a:/b:overlay:lowerdir=/x:/y",
     "mount { src: 'a' dst: '/b' fstype: 'overlay' options: 'lowerdir=/x:/y' "
     "rw: true }"},
    {"mount", "/data::ext4",
     "mount { src: '/data' dst: '/data' fstype: 'ext4' rw: true }"},
    {"mount", ":/tmp:tmpfs:", "mount { dst: '/tmp' fstype: 'tmpfs' rw: true }"},
    {"symlink", "/usr/bin:/bin",
     "mount { src: '/usr/bin' dst: '/bin' is_symlink: true }"},
    {"disable_proc", "", "mount_proc: false"},
    {"proc_path", "/p", "proc_path: '/p' mount_proc: true"},
    {"proc_rw", "", "is_proc_rw: true"},
    {"proc", "subset_pid", "proc: SUBSET_PID"},
    {"proc", "FRESH", "proc: FRESH"},
    {"dev_preset", "", "dev_preset: true"},
    {"experimental_mnt", "new", ""},
    {"user", "1000",
     "uidmap { inside_id: '1000' outside_id: '' count: 1 use_newidmap: false "
     "}"},
    {"user", "",
     "uidmap { inside_id: '' outside_id: '' count: 1 use_newidmap: false }"},
    {"user", "0:alice:0x10",
     "uidmap { inside_id: '0' outside_id: 'alice' count: 16 use_newidmap: "
     "false }"},
    {"user", "99999::0",
     "uidmap { inside_id: '99999' outside_id: '' count: 1 use_newidmap: false "
     "}"},
    {"group", "1:2:3",
     "gidmap { inside_id: '1' outside_id: '2' count: 3 use_newidmap: false }"},
    {"uid_mapping", "1:100000:65536",
     "uidmap { inside_id: '1' outside_id: '100000' count: 65536 use_newidmap: "
     "true }"},
    {"gid_mapping", "1:100000:65536",
     "gidmap { inside_id: '1' outside_id: '100000' count: 65536 use_newidmap: "
     "true }"},
    {"disable_clone_newnet", "", "clone_newnet: false"},
    {"disable_clone_newuser", "", "clone_newuser: false"},
    {"disable_clone_newns", "", "clone_newns: false"},
    {"disable_clone_newpid", "", "clone_newpid: false"},
    {"disable_clone_newipc", "", "clone_newipc: false"},
    {"disable_clone_newuts", "", "clone_newuts: false"},
    {"disable_clone_newcgroup", "", "clone_newcgroup: false"},
    {"enable_clone_newtime", "", "clone_newtime: true"},
    {"hostname", "box", "hostname: 'box'"},
    {"allow_nested_userns", "", "allow_nested_userns: true"},
    {"time_limit", "6", "time_limit: 6"},
    {"wall_time_ms", "1500", "wall_time_ms: 1500"},
    {"cpu_time_ms", "900", "cpu_time_ms: 900"},
    {"kill_grace_ms", "50", "kill_grace_ms: 50"},
    {"max_cpus", "2", "max_cpus: 2"},
    {"rlimit_as", "512", "rlimit_as: 512 rlimit_as_type: VALUE"},
    {"rlimit_as", "max", "rlimit_as_type: HARD"},
    {"rlimit_core", "HARD", "rlimit_core_type: HARD"},
    {"rlimit_cpu", "inf", "rlimit_cpu_type: INF"},
    {"rlimit_fsize", "def", "rlimit_fsize_type: SOFT"},
    {"rlimit_nofile", "0x40", "rlimit_nofile: 64 rlimit_nofile_type: VALUE"},
    {"rlimit_nproc", "10", "rlimit_nproc: 10 rlimit_nproc_type: VALUE"},
    {"rlimit_stack", "16", "rlimit_stack: 16 rlimit_stack_type: VALUE"},
    {"rlimit_memlock", "soft", "rlimit_memlock_type: SOFT"},
    {"rlimit_rtprio", "1", "rlimit_rtprio: 1 rlimit_rtprio_type: VALUE"},
    {"rlimit_msgqueue", "0", "rlimit_msgqueue: 0 rlimit_msgqueue_type: VALUE"},
    {"disable_rlimits", "", "disable_rl: true"},
    {"keep_caps", "", "keep_caps: true"},
    {"cap", "CAP_CHOWN", "cap: 'CAP_CHOWN'"},
    {"disable_no_new_privs", "", "disable_no_new_privs: true"},
    {"seccomp_policy", "/p.kafel", "seccomp_policy_file: '/p.kafel'"},
    {"seccomp_string", "DEFAULT ALLOW", "seccomp_string: 'DEFAULT ALLOW'"},
    {"seccomp_log", "", "seccomp_log: true"},
    {"seccomp_unotify", "", "seccomp_unotify: true"},
    {"seccomp_unotify_report", "/r", "seccomp_unotify_report: '/r'"},
    {"port", "8080", "port: 8080 mode: LISTEN"},
    {"bindhost", "::1", "bindhost: '::1'"},
    {"max_conns", "9", "max_conns: 9"},
    {"max_conns_per_ip", "3", "max_conns_per_ip: 3"},
    {"iface_no_lo", "", "iface_no_lo: true"},
    {"iface_own", "eth1", "iface_own: 'eth1'"},
    {"macvlan_iface", "eth0", "macvlan_iface: 'eth0'"},
    {"macvlan_vs_ip", "10.0.0.2", "macvlan_vs_ip: '10.0.0.2'"},
    {"macvlan_vs_nm", "255.0.0.0", "macvlan_vs_nm: '255.0.0.0'"},
    {"macvlan_vs_gw", "10.0.0.1", "macvlan_vs_gw: '10.0.0.1'"},
    {"macvlan_vs_ma", "ba:ad:ba:be:45:00",
     "macvlan_vs_ma: 'ba:ad:ba:be:45:00'"},
    {"macvlan_vs_mo", "bridge", "macvlan_vs_mo: 'bridge'"},
    {"user_net", "", "user_net {}"},
    {"cgroup_mem_max", "1000", "cgroup_mem_max: 1000"},
    {"cgroup_mem_memsw_max", "1001", "cgroup_mem_memsw_max: 1001"},
    {"cgroup_mem_swap_max", "-1", "cgroup_mem_swap_max: -1"},
    {"cgroup_mem_mount", "/m", "cgroup_mem_mount: '/m'"},
    {"cgroup_mem_parent", "P", "cgroup_mem_parent: 'P'"},
    {"cgroup_pids_max", "5", "cgroup_pids_max: 5"},
    {"cgroup_pids_mount", "/m", "cgroup_pids_mount: '/m'"},
    {"cgroup_pids_parent", "P", "cgroup_pids_parent: 'P'"},
    {"cgroup_net_cls_classid", "0x100001", "cgroup_net_cls_classid: 1048577"},
    {"cgroup_net_cls_mount", "/m", "cgroup_net_cls_mount: '/m'"},
    {"cgroup_net_cls_parent", "P", "cgroup_net_cls_parent: 'P'"},
    {"cgroup_cpu_ms_per_sec", "500", "cgroup_cpu_ms_per_sec: 500"},
    {"cgroup_cpu_mount", "/m", "cgroup_cpu_mount: '/m'"},
    {"cgroup_cpu_parent", "P", "cgroup_cpu_parent: 'P'"},
    {"cgroupv2_mount", "/m", "cgroupv2_mount: '/m'"},
    {"use_cgroupv2", "", "use_cgroupv2: true"},
    {"detect_cgroupv2", "", "detect_cgroupv2: true"},
    {"log", "/l", "log_file: '/l'"},
    {"log_fd", "3", "log_fd: 3"},
    {"verbose", "", "log_level: DEBUG"},
    {"quiet", "", "log_level: WARNING"},
    {"really_quiet", "", "log_level: FATAL"},
};

// Each way of writing an option: long, long with "=", short, short attached.
std::vector<Args> Spellings(const OptionSpec& option,
                            const std::string& value) {
  const std::string name = std::string("--") + option.name;
  const std::string letter = std::string("-") + option.letter;
  std::vector<Args> all;
  if (option.is_flag()) {
    all = {{name}};
    if (option.letter != 0) all.push_back({letter});
  } else {
    all = {{name, value}, {name + "=" + value}};
    if (option.letter != 0) {
      all.push_back({letter, value});
      // "-u" and then nothing would take the next argument.
      if (!value.empty()) all.push_back({letter + value});
    }
  }
  return all;
}

TEST(ApplyCommandLine, EveryOptionInEverySpelling) {
  for (const Row& row : kRows) {
    const OptionSpec* option = FindOption(row.name);
    ASSERT_NE(option, nullptr) << row.name;
    for (Args args : Spellings(*option, row.value)) {
      SCOPED_TRACE(::testing::PrintToString(args));
      args.insert(args.begin(), {"-C", "file.cfg"});
      const Applied applied = Apply(args);
      EXPECT_THAT(applied.errors, IsEmpty());
      EXPECT_TRUE(IsConfig(applied.config.proto, row.config));
    }
  }
}

TEST(ApplyCommandLine, NoOptionIsUntested) {
  std::set<std::string> tested = {"execute_fd"};  // alone it is no config
  for (const Row& row : kRows) tested.insert(row.name);
  for (const OptionSpec& option : AllOptions()) {
    EXPECT_NE(tested.contains(option.name),
              std::holds_alternative<SetNothing>(option.setter))
        << option.name;
  }
}

// What is said to be set is set, and comes from the command line.
TEST(ApplyCommandLine, OriginsNameTheOption) {
  for (const Row& row : kRows) {
    const OptionSpec& option = *FindOption(row.name);
    if (*option.field == '\0') continue;
    const Applied applied = Apply(Spellings(option, row.value)[0]);
    const std::string index = option.repeat == Repeat::kAll ? "[0]" : "";
    const Origin origin = applied.config.sources.Find(option.field + index);
    EXPECT_THAT(origin.file, HasSubstr("command line: --" + row.name));
    EXPECT_EQ(origin.line, 0);
  }
  const Applied applied = Apply({"-R", "/usr", "-t5"});
  EXPECT_EQ(applied.config.sources.Find("mount[0].src").ToString(),
            "mount[0].src (command line: -R /usr)");
  EXPECT_EQ(applied.config.sources.Find("time_limit").ToString(),
            "time_limit (command line: -t 5)");
}

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
       "hexadecimal or 0 octal); max or hard, def or soft, and inf are taken "
       "too"},
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
