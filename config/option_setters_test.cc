// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/option_setters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "config/apply_for_test.h"
#include "config/options.h"

namespace jail {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Args = std::vector<std::string>;

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
    {"idle_time_ms", "500", "idle_time_ms: 500"},
    {"stdout_limit", "65536", "stdout_limit: 65536"},
    {"stdout_limit_action", "kill", "stdout_limit_action: KILL"},
    {"stdout_limit_action", "Truncate", "stdout_limit_action: TRUNCATE"},
    {"max_cpus", "2", "max_cpus: 2"},
    {"rlimit_as", "512", "rlimit_as: 512 rlimit_as_type: VALUE"},
    {"rlimit_as", "max", "rlimit_as_type: HARD"},
    {"rlimit_core", "HARD", "rlimit_core_type: HARD"},
    {"rlimit_cpu", "inf", "rlimit_cpu_type: INF"},
    {"rlimit_data", "256", "rlimit_data: 256 rlimit_data_type: VALUE"},
    {"rlimit_data", "soft", "rlimit_data_type: SOFT"},
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
    {"seccomp_oci", "/p.json", "seccomp_oci_file: '/p.json'"},
    {"seccomp_log", "", "seccomp_log: true"},
    {"seccomp_default", "none", "seccomp_default: NONE"},
    {"report_violations", "", "report_violations: true"},
    {"seccomp_arch", "i386", "seccomp_arch: 'i386'"},
    {"seccomp_unotify", "", "seccomp_unotify: true"},
    {"seccomp_unotify_report", "/r", "seccomp_unotify_report: '/r'"},
    {"port", "8080", "port: 8080 mode: LISTEN"},
    {"bindhost", "::1", "bindhost: '::1'"},
    {"max_conns", "9", "max_conns: 9"},
    {"half_close_ms", "20", "half_close_ms: 20"},
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
    {"cgroup_mem_high", "1000", "cgroup_mem_high: 1000"},
    {"cgroup_cpu_weight", "50", "cgroup_cpu_weight: 50"},
    {"cgroup_cpuset_cpus", "0-3", "cgroup_cpuset_cpus: '0-3'"},
    {"cgroup_cpuset_mems", "0", "cgroup_cpuset_mems: '0'"},
    {"cgroup_pressure", "", "cgroup_pressure: true"},
    {"cgroup_best_effort", "all", "cgroup_best_effort: 'all'"},
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

}  // namespace
}  // namespace jail
