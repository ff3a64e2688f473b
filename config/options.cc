// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/options.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "config/option_setters.h"

namespace jail {
namespace {

using J = config::JailConfig;
using G = OptionGroup;
constexpr Repeat kLast = Repeat::kLast;
constexpr Repeat kAll = Repeat::kAll;
constexpr Whose kOurs = Whose::kOurs;
constexpr const char* kFlag = nullptr;
constexpr const char* kLimit = "N|hard|soft|inf";

constexpr OptionSpec kOptions[] = {
    // --- General ---------------------------------------------------------
    {"help", 'h', kFlag, G::kGeneral, "Show this text", "", SetNothing{}},
    {"version", 0, kFlag, G::kGeneral, "Show the version", "", SetNothing{},
     kLast, kOurs},
    {"config", 'C', "FILE", G::kGeneral,
     "Read the jail from FILE; other options win over it, wherever they stand",
     "", SetNothing{}},
    {"config_format", 0, "text|json", G::kGeneral,
     "How FILE is written (found out: JSON begins with a brace)", "",
     SetNothing{}, kLast, kOurs},
    {"mode", 'M', "o|l|r|e", G::kGeneral,
     "Run once (o, the default), listen on a TCP port (l), rerun for ever (r), "
     "or become the program without a supervisor (e)",
     "mode", &SetMode},
    {"check", 0, kFlag, G::kGeneral,
     "Check the config and the plan, start nothing", "", SetNothing{}, kLast,
     kOurs},
    {"explain", 0, "[=text|json]", G::kGeneral,
     "Show each operation that would make the jail, start nothing", "",
     SetNothing{}, kLast, kOurs},
    {"report", 0, "FILE", G::kGeneral,
     "Write how it ended to FILE, as JSON; modes r and l add a line for each "
     "jail",
     "", SetNothing{}, kLast, kOurs},
    {"report_fd", 0, "FD", G::kGeneral,
     "Write how it ended to the open descriptor FD", "", SetNothing{}, kLast,
     kOurs},
    {"stats", 0, kFlag, G::kGeneral,
     "Show on stderr, at the end, what the jail has used", "", SetNothing{},
     kLast, kOurs},
    {"daemon", 'd', kFlag, G::kGeneral, "Go to the background", "daemon",
     &J::set_daemon},

    // --- Program ---------------------------------------------------------
    {"exec_file", 'x', "FILE", G::kProgram,
     "Execute FILE; the command still gives argv", "exec_bin.path",
     &SetExecFile},
    {"execute_fd", 0, kFlag, G::kProgram,
     "Open the program outside, execute it by descriptor", "exec_bin.exec_fd",
     &SetExecFd},
    {"cwd", 'D', "DIR", G::kProgram, "Working directory inside (/)", "cwd",
     &J::mutable_cwd},
    {"env", 'E', "NAME[=VALUE]", G::kProgram,
     "Set a variable; NAME alone takes the caller's value", "envar",
     AddString{&J::add_envar, &J::envar_size}, kAll},
    {"keep_env", 'e', kFlag, G::kProgram, "Keep the caller's environment",
     "keep_env", &J::set_keep_env},
    {"pass_fd", 0, "FD", G::kProgram, "Let the program inherit FD", "pass_fd",
     AddInt32{&J::add_pass_fd, &J::pass_fd_size}, kAll},
    {"silent", 0, kFlag, G::kProgram, "stdin, stdout and stderr are /dev/null",
     "silent", &J::set_silent},
    {"stderr_to_null", 0, kFlag, G::kProgram, "stderr is /dev/null",
     "stderr_to_null", &J::set_stderr_to_null},
    {"skip_setsid", 0, kFlag, G::kProgram,
     "Stay in the caller's session (for job control)", "skip_setsid",
     &J::set_skip_setsid},
    {"forward_signals", 0, kFlag, G::kProgram,
     "Pass INT, TERM, HUP and QUIT on, instead of ending the jail",
     "forward_signals", &J::set_forward_signals},
    {"pid1", 0, "target|reaper", G::kProgram,
     "Process 1 of the jail: the program itself (default) or a tiny init",
     "pid1", &SetPid1, kLast, kOurs},
    {"umask", 0, "OCTAL", G::kProgram, "File mode creation mask (022)", "umask",
     &J::mutable_umask, kLast, kOurs},
    {"nice_level", 0, "N", G::kProgram, "Niceness, -20 to 19 (19)",
     "nice_level", &J::set_nice_level},
    {"oom_score_adj", 0, "N", G::kProgram,
     "Who is killed first when memory is short, -1000 to 1000", "oom_score_adj",
     &J::set_oom_score_adj},
    {"use_core_scheduling", 0, kFlag, G::kProgram,
     "Share no core's threads with other jails", "use_core_scheduling",
     &J::set_use_core_scheduling},
    {"disable_tsc", 0, kFlag, G::kProgram,
     "rdtsc and rdtscp raise SIGSEGV (x86)", "disable_tsc",
     &J::set_disable_tsc},
    {"persona_addr_compat_layout", 0, kFlag, G::kProgram,
     "Personality ADDR_COMPAT_LAYOUT", "persona_addr_compat_layout",
     &J::set_persona_addr_compat_layout},
    {"persona_mmap_page_zero", 0, kFlag, G::kProgram,
     "Personality MMAP_PAGE_ZERO", "persona_mmap_page_zero",
     &J::set_persona_mmap_page_zero},
    {"persona_read_implies_exec", 0, kFlag, G::kProgram,
     "Personality READ_IMPLIES_EXEC", "persona_read_implies_exec",
     &J::set_persona_read_implies_exec},
    {"persona_addr_limit_3gb", 0, kFlag, G::kProgram,
     "Personality ADDR_LIMIT_3GB", "persona_addr_limit_3gb",
     &J::set_persona_addr_limit_3gb},
    {"persona_addr_no_randomize", 0, kFlag, G::kProgram,
     "Personality ADDR_NO_RANDOMIZE: no ASLR", "persona_addr_no_randomize",
     &J::set_persona_addr_no_randomize},

    // --- File system -----------------------------------------------------
    {"chroot", 'c', "DIR", G::kFileSystem,
     "Directory that becomes the root (a fresh tmpfs)", "chroot_dir",
     &J::mutable_chroot_dir},
    {"rw", 0, kFlag, G::kFileSystem, "The root is writable", "is_root_rw",
     &J::set_is_root_rw},
    {"no_pivotroot", 0, kFlag, G::kFileSystem,
     "Enter the root by chroot(2), where pivot_root(2) is refused",
     "no_pivotroot", &J::set_no_pivotroot},
    {"bindmount_ro", 'R', "SRC[:DST[:OPTIONS]]", G::kFileSystem,
     "Bind SRC read-only", "mount", &AddReadOnlyBind, kAll},
    {"bindmount", 'B', "SRC[:DST[:OPTIONS]]", G::kFileSystem,
     "Bind SRC writable", "mount", &AddBind, kAll},
    {"tmpfsmount", 'T', "DIR", G::kFileSystem,
     "Mount a writable tmpfs of 4 MiB", "mount", &AddTmpfs, kAll},
    {"mount", 'm', "SRC:DST:FSTYPE[:OPTIONS]", G::kFileSystem,
     "Mount a file system, writable; SRC may be none", "mount", &AddMount,
     kAll},
    {"symlink", 's', "TARGET:DST", G::kFileSystem,
     "Make DST a symbolic link to TARGET", "mount", &AddSymlink, kAll},
    {"disable_proc", 0, kFlag, G::kFileSystem,
     "No procfs (without -C there is one)", "mount_proc", &DisableProc},
    {"proc_path", 0, "DIR", G::kFileSystem, "Mount a procfs at DIR (/proc)",
     "proc_path", &SetProcPath},
    {"proc_rw", 0, kFlag, G::kFileSystem, "The procfs is writable",
     "is_proc_rw", &J::set_is_proc_rw},
    {"proc", 0, "fresh|subset_pid|bind|none", G::kFileSystem,
     "Which procfs: a new one, processes only, the host's, or none", "proc",
     &SetProc, kLast, kOurs},
    {"dev_preset", 0, kFlag, G::kFileSystem,
     "A small /dev: null, zero, random, tty, shm, pts and the like",
     "dev_preset", &J::set_dev_preset, kLast, kOurs},
    {"experimental_mnt", 0, "new|old|auto", G::kFileSystem,
     "Taken for nsjail's sake, without effect", "", &CheckMountApi},

    // --- Ids -------------------------------------------------------------
    {"user", 'u', "INSIDE[:OUTSIDE[:COUNT]]", G::kIds,
     "Map user ids, numbers or names (the caller's own); the program runs as "
     "the first INSIDE",
     "uidmap", &AddUser, kAll},
    {"group", 'g', "INSIDE[:OUTSIDE[:COUNT]]", G::kIds,
     "The same for group ids", "gidmap", &AddGroup, kAll},
    {"uid_mapping", 'U', "INSIDE:OUTSIDE[:COUNT]", G::kIds,
     "Map user ids by newuidmap(1)", "uidmap", &AddUidMapping, kAll},
    {"gid_mapping", 'G', "INSIDE:OUTSIDE[:COUNT]", G::kIds,
     "Map group ids by newgidmap(1)", "gidmap", &AddGidMapping, kAll},

    // --- Namespaces ------------------------------------------------------
    {"disable_clone_newnet", 'N', kFlag, G::kNamespaces,
     "Keep the host's network", "clone_newnet", SetFalse{&J::set_clone_newnet}},
    {"disable_clone_newuser", 0, kFlag, G::kNamespaces,
     "No user namespace (needs root)", "clone_newuser",
     SetFalse{&J::set_clone_newuser}},
    {"disable_clone_newns", 0, kFlag, G::kNamespaces, "No mount namespace",
     "clone_newns", SetFalse{&J::set_clone_newns}},
    {"disable_clone_newpid", 0, kFlag, G::kNamespaces, "No pid namespace",
     "clone_newpid", SetFalse{&J::set_clone_newpid}},
    {"disable_clone_newipc", 0, kFlag, G::kNamespaces, "No IPC namespace",
     "clone_newipc", SetFalse{&J::set_clone_newipc}},
    {"disable_clone_newuts", 0, kFlag, G::kNamespaces, "No UTS namespace",
     "clone_newuts", SetFalse{&J::set_clone_newuts}},
    {"disable_clone_newcgroup", 0, kFlag, G::kNamespaces, "No cgroup namespace",
     "clone_newcgroup", SetFalse{&J::set_clone_newcgroup}},
    {"enable_clone_newtime", 0, kFlag, G::kNamespaces,
     "A time namespace (kernel 5.6)", "clone_newtime", &J::set_clone_newtime},
    {"hostname", 'H', "NAME", G::kNamespaces, "Host name inside (NSJAIL)",
     "hostname", &J::mutable_hostname},
    {"allow_nested_userns", 0, kFlag, G::kNamespaces,
     "Let the program make user namespaces of its own", "allow_nested_userns",
     &J::set_allow_nested_userns, kLast, kOurs},

    // --- Limits ----------------------------------------------------------
    {"time_limit", 't', "SECONDS", G::kLimits, "Wall time; 0 is no limit (600)",
     "time_limit", &SetTimeLimit},
    {"wall_time_ms", 0, "MS", G::kLimits, "The same in milliseconds",
     "wall_time_ms", &J::set_wall_time_ms, kLast, kOurs},
    {"cpu_time_ms", 0, "MS", G::kLimits,
     "CPU time of the whole jail, in milliseconds", "cpu_time_ms",
     &J::set_cpu_time_ms, kLast, kOurs},
    {"kill_grace_ms", 0, "MS", G::kLimits,
     "Time between SIGTERM and SIGKILL (0: SIGKILL at once)", "kill_grace_ms",
     &J::set_kill_grace_ms, kLast, kOurs},
    {"idle_time_ms", 0, "MS", G::kLimits,
     "How long the jail may neither work nor write", "idle_time_ms",
     &J::set_idle_time_ms, kLast, kOurs},
    {"stdout_limit", 0, "BYTES", G::kLimits,
     "Most bytes of stdout, and as many of stderr", "stdout_limit",
     &J::set_stdout_limit, kLast, kOurs},
    {"stdout_limit_action", 0, "truncate|kill", G::kLimits,
     "What happens beyond: drop the rest (default) or end the jail",
     "stdout_limit_action", &SetOutputAction, kLast, kOurs},
    {"max_cpus", 0, "N", G::kLimits, "Processors; 0 is no limit (0)",
     "max_cpus", &J::set_max_cpus},
    {"rlimit_as", 0, kLimit, G::kLimits, "Address space, MiB (4096)",
     "rlimit_as", SetRlimit{&J::set_rlimit_as, &J::set_rlimit_as_type}},
    {"rlimit_core", 0, kLimit, G::kLimits, "Core file, MiB (0)", "rlimit_core",
     SetRlimit{&J::set_rlimit_core, &J::set_rlimit_core_type}},
    {"rlimit_cpu", 0, kLimit, G::kLimits,
     "CPU time of each process, seconds (600)", "rlimit_cpu",
     SetRlimit{&J::set_rlimit_cpu, &J::set_rlimit_cpu_type}},
    {"rlimit_data", 0, kLimit, G::kLimits,
     "Private writable memory of each process, MiB", "rlimit_data",
     SetRlimit{&J::set_rlimit_data, &J::set_rlimit_data_type}, kLast, kOurs},
    {"rlimit_fsize", 0, kLimit, G::kLimits, "Size of a written file, MiB (1)",
     "rlimit_fsize",
     SetRlimit{&J::set_rlimit_fsize, &J::set_rlimit_fsize_type}},
    {"rlimit_nofile", 0, kLimit, G::kLimits, "Open files of each process (32)",
     "rlimit_nofile",
     SetRlimit{&J::set_rlimit_nofile, &J::set_rlimit_nofile_type}},
    {"rlimit_nproc", 0, kLimit, G::kLimits,
     "Processes and threads of the user (soft)", "rlimit_nproc",
     SetRlimit{&J::set_rlimit_nproc, &J::set_rlimit_nproc_type}},
    {"rlimit_stack", 0, kLimit, G::kLimits, "Stack, MiB (soft)", "rlimit_stack",
     SetRlimit{&J::set_rlimit_stack, &J::set_rlimit_stack_type}},
    {"rlimit_memlock", 0, kLimit, G::kLimits, "Locked memory, KiB (soft)",
     "rlimit_memlock",
     SetRlimit{&J::set_rlimit_memlock, &J::set_rlimit_memlock_type}},
    {"rlimit_rtprio", 0, kLimit, G::kLimits, "Real-time priority (soft)",
     "rlimit_rtprio",
     SetRlimit{&J::set_rlimit_rtprio, &J::set_rlimit_rtprio_type}},
    {"rlimit_msgqueue", 0, kLimit, G::kLimits, "Message queues, bytes (soft)",
     "rlimit_msgqueue",
     SetRlimit{&J::set_rlimit_msgqueue, &J::set_rlimit_msgqueue_type}},
    {"disable_rlimits", 0, kFlag, G::kLimits,
     "Set no rlimit: the caller's stay", "disable_rl", &J::set_disable_rl},

    // --- Privileges ------------------------------------------------------
    {"keep_caps", 0, kFlag, G::kPrivileges, "Keep all capabilities",
     "keep_caps", &J::set_keep_caps},
    {"cap", 0, "CAP", G::kPrivileges, "Keep one, like CAP_NET_BIND_SERVICE",
     "cap", AddString{&J::add_cap, &J::cap_size}, kAll},
    {"disable_no_new_privs", 0, kFlag, G::kPrivileges,
     "Let set-user-id programs take effect", "disable_no_new_privs",
     &J::set_disable_no_new_privs},
    {"seccomp_policy", 'P', "FILE", G::kPrivileges, "Kafel policy in FILE",
     "seccomp_policy_file", &J::mutable_seccomp_policy_file},
    {"seccomp_string", 0, "POLICY", G::kPrivileges, "Kafel policy",
     "seccomp_string",
     AddString{&J::add_seccomp_string, &J::seccomp_string_size}, kAll},
    {"seccomp_oci", 0, "FILE", G::kPrivileges,
     "Seccomp profile of Docker or podman in FILE", "seccomp_oci_file",
     &J::mutable_seccomp_oci_file, kLast, kOurs},
    {"seccomp_default", 0, "deny_dangerous|none", G::kPrivileges,
     "Without a policy: deny what no sandboxed program needs (default), or not",
     "seccomp_default", &SetSeccompDefault, kLast, kOurs},
    {"seccomp_log", 0, kFlag, G::kPrivileges,
     "Log what the filter does to the audit log", "seccomp_log",
     &J::set_seccomp_log},
    {"report_violations", 0, kFlag, G::kPrivileges,
     "Tell which calls the filter denied", "report_violations",
     &J::set_report_violations, kLast, kOurs},
    {"seccomp_arch", 0, "ARCH", G::kPrivileges,
     "Allow calls of ARCH too: i386, arm", "seccomp_arch",
     AddString{&J::add_seccomp_arch, &J::seccomp_arch_size}, kAll, kOurs},
    {"seccomp_unotify", 0, kFlag, G::kPrivileges,
     "Record files and sockets that the program names, in the log",
     "seccomp_unotify", &J::set_seccomp_unotify},
    {"seccomp_unotify_report", 0, "FILE", G::kPrivileges,
     "Write that record to FILE, as JSON, too", "seccomp_unotify_report",
     &J::mutable_seccomp_unotify_report},

    // --- Network ---------------------------------------------------------
    {"port", 'p', "PORT", G::kNetwork, "TCP port; sets mode l too", "port",
     &SetPort},
    {"bindhost", 0, "ADDRESS", G::kNetwork, "Address to listen on (::)",
     "bindhost", &J::mutable_bindhost},
    {"max_conns", 0, "N", G::kNetwork, "Connections at once (0: no limit)",
     "max_conns", &J::set_max_conns},
    {"max_conns_per_ip", 'i', "N", G::kNetwork,
     "Connections at once from one address (0: no limit)", "max_conns_per_ip",
     &J::set_max_conns_per_ip},
    {"half_close_ms", 0, "MS", G::kNetwork,
     "How long a jail may be silent after its client's end of input (3000)",
     "half_close_ms", &J::set_half_close_ms, kLast, kOurs},
    {"iface_no_lo", 0, kFlag, G::kNetwork, "Leave lo down", "iface_no_lo",
     &J::set_iface_no_lo},
    {"iface_own", 0, "IFACE", G::kNetwork, "Move IFACE into the jail",
     "iface_own", AddString{&J::add_iface_own, &J::iface_own_size}, kAll},
    {"macvlan_iface", 'I', "IFACE", G::kNetwork,
     "Make a macvlan named vs upon IFACE", "macvlan_iface",
     &J::mutable_macvlan_iface},
    {"macvlan_vs_ip", 0, "ADDRESS", G::kNetwork, "Its address (192.168.0.2)",
     "macvlan_vs_ip", &J::mutable_macvlan_vs_ip},
    {"macvlan_vs_nm", 0, "MASK", G::kNetwork, "Its netmask (255.255.255.0)",
     "macvlan_vs_nm", &J::mutable_macvlan_vs_nm},
    {"macvlan_vs_gw", 0, "ADDRESS", G::kNetwork, "Its gateway (192.168.0.1)",
     "macvlan_vs_gw", &J::mutable_macvlan_vs_gw},
    {"macvlan_vs_ma", 0, "MAC", G::kNetwork, "Its MAC address", "macvlan_vs_ma",
     &J::mutable_macvlan_vs_ma},
    {"macvlan_vs_mo", 0, "private|vepa|bridge|passthru", G::kNetwork,
     "Its mode (private)", "macvlan_vs_mo", &J::mutable_macvlan_vs_mo},
    {"user_net", 0, kFlag, G::kNetwork, "User-mode networking", "user_net",
     &SetUserNet},

    // --- Control groups --------------------------------------------------
    {"cgroup_mem_max", 0, "BYTES", G::kCgroup, "Memory", "cgroup_mem_max",
     &J::set_cgroup_mem_max},
    {"cgroup_mem_memsw_max", 0, "BYTES", G::kCgroup, "Memory and swap together",
     "cgroup_mem_memsw_max", &J::set_cgroup_mem_memsw_max},
    {"cgroup_mem_swap_max", 0, "BYTES", G::kCgroup, "Swap (-1: not set)",
     "cgroup_mem_swap_max", &J::set_cgroup_mem_swap_max},
    {"cgroup_mem_mount", 0, "DIR", G::kCgroup, "Hierarchy of v1",
     "cgroup_mem_mount", &J::mutable_cgroup_mem_mount},
    {"cgroup_mem_parent", 0, "NAME", G::kCgroup, "Parent group (NSJAIL)",
     "cgroup_mem_parent", &J::mutable_cgroup_mem_parent},
    {"cgroup_pids_max", 0, "N", G::kCgroup, "Processes and threads",
     "cgroup_pids_max", &J::set_cgroup_pids_max},
    {"cgroup_pids_mount", 0, "DIR", G::kCgroup, "Hierarchy of v1",
     "cgroup_pids_mount", &J::mutable_cgroup_pids_mount},
    {"cgroup_pids_parent", 0, "NAME", G::kCgroup, "Parent group (NSJAIL)",
     "cgroup_pids_parent", &J::mutable_cgroup_pids_parent},
    {"cgroup_net_cls_classid", 0, "N", G::kCgroup, "Class of packets",
     "cgroup_net_cls_classid", &J::set_cgroup_net_cls_classid},
    {"cgroup_net_cls_mount", 0, "DIR", G::kCgroup, "Hierarchy of v1",
     "cgroup_net_cls_mount", &J::mutable_cgroup_net_cls_mount},
    {"cgroup_net_cls_parent", 0, "NAME", G::kCgroup, "Parent group (NSJAIL)",
     "cgroup_net_cls_parent", &J::mutable_cgroup_net_cls_parent},
    {"cgroup_cpu_ms_per_sec", 0, "MS", G::kCgroup,
     "CPU time in each second, of all processors together",
     "cgroup_cpu_ms_per_sec", &J::set_cgroup_cpu_ms_per_sec},
    {"cgroup_cpu_mount", 0, "DIR", G::kCgroup, "Hierarchy of v1",
     "cgroup_cpu_mount", &J::mutable_cgroup_cpu_mount},
    {"cgroup_cpu_parent", 0, "NAME", G::kCgroup, "Parent group (NSJAIL)",
     "cgroup_cpu_parent", &J::mutable_cgroup_cpu_parent},
    {"cgroupv2_mount", 0, "DIR", G::kCgroup, "Hierarchy of v2 (/sys/fs/cgroup)",
     "cgroupv2_mount", &J::mutable_cgroupv2_mount},
    {"use_cgroupv2", 0, kFlag, G::kCgroup, "Use v2", "use_cgroupv2",
     &J::set_use_cgroupv2},
    {"detect_cgroupv2", 0, kFlag, G::kCgroup, "Use v2 where there is one",
     "detect_cgroupv2", &J::set_detect_cgroupv2},
    {"cgroup_mem_high", 0, "BYTES", G::kCgroup,
     "Memory beyond which the jail is slowed", "cgroup_mem_high",
     &J::set_cgroup_mem_high, kLast, Whose::kOurs},
    {"cgroup_cpu_weight", 0, "N", G::kCgroup,
     "Share of the processors, 1 to 10000 (100)", "cgroup_cpu_weight",
     &J::set_cgroup_cpu_weight, kLast, Whose::kOurs},
    {"cgroup_cpuset_cpus", 0, "LIST", G::kCgroup, "Processors: 0-3,7",
     "cgroup_cpuset_cpus", &J::mutable_cgroup_cpuset_cpus, kLast, Whose::kOurs},
    {"cgroup_cpuset_mems", 0, "LIST", G::kCgroup, "Memory nodes: 0",
     "cgroup_cpuset_mems", &J::mutable_cgroup_cpuset_mems, kLast, Whose::kOurs},
    {"cgroup_pressure", 0, kFlag, G::kCgroup,
     "Tell in the report what the jail waited for", "cgroup_pressure",
     &J::set_cgroup_pressure, kLast, Whose::kOurs},
    {"cgroup_best_effort", 0, "FIELD", G::kCgroup,
     "The jail may run without this limit (all: any)", "cgroup_best_effort",
     AddString{&J::add_cgroup_best_effort, &J::cgroup_best_effort_size}, kAll,
     Whose::kOurs},

    // --- Log -------------------------------------------------------------
    {"log", 'l', "FILE", G::kLog, "Append the log to FILE (stderr)", "log_file",
     &SetLogFile},
    {"log_fd", 'L', "FD", G::kLog, "Write the log to FD", "log_fd", &SetLogFd},
    {"verbose", 'v', kFlag, G::kLog, "Log everything", "log_level",
     &SetVerbose},
    {"quiet", 'q', kFlag, G::kLog, "Log warnings and worse", "log_level",
     &SetQuiet},
    {"really_quiet", 'Q', kFlag, G::kLog, "Log only what is fatal", "log_level",
     &SetReallyQuiet},
};

}  // namespace

const char* GroupTitle(OptionGroup group) {
  switch (group) {
    case G::kGeneral:
      return "General";
    case G::kProgram:
      return "The program";
    case G::kFileSystem:
      return "File system";
    case G::kIds:
      return "Users and groups";
    case G::kNamespaces:
      return "Namespaces";
    case G::kLimits:
      return "Limits";
    case G::kPrivileges:
      return "Privileges and system calls";
    case G::kNetwork:
      return "Network";
    case G::kCgroup:
      return "Control groups";
    case G::kLog:
      return "Log";
  }
  return "";
}

std::span<const OptionSpec> AllOptions() { return kOptions; }

const OptionSpec* FindOption(const std::string& name) {
  for (const OptionSpec& option : kOptions) {
    if (name == option.name) return &option;
  }
  return nullptr;
}

std::vector<std::string> OptionSpec::Choices() const {
  if (is_flag()) return {};
  absl::string_view text = value;
  if (is_value_optional()) text = text.substr(2, text.size() - 3);  // "[=" "]"
  std::vector<std::string> choices = absl::StrSplit(text, '|');
  if (choices.size() < 2) return {};
  // "N|max|soft": any number, or one of the words.
  if (choices.front() == "N") choices.erase(choices.begin());
  return choices;
}

std::string OptionSpec::LongForm() const {
  if (is_flag()) return absl::StrCat("--", name);
  return absl::StrCat("--", name, is_value_optional() ? "" : " ", value);
}

}  // namespace jail
