// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/field_aliases.h"

namespace jail {
namespace {

struct FieldAlias {
  absl::string_view message;
  absl::string_view name;
  absl::string_view pattern;
};

constexpr absl::string_view kConfig = "JailConfig";
constexpr absl::string_view kMount = "MountPt";
constexpr absl::string_view kExe = "Exe";
constexpr absl::string_view kIdMap = "IdMap";

constexpr absl::string_view kUid = "uidmap { inside_id: $S }";
constexpr absl::string_view kGid = "gidmap { inside_id: $S }";
constexpr absl::string_view kUidRange =
    "uidmap { inside_id: \"...\" outside_id: \"...\" count: 1 }";
constexpr absl::string_view kGidRange =
    "gidmap { inside_id: \"...\" outside_id: \"...\" count: 1 }";
constexpr absl::string_view kExecPath = "exec_bin { path: $S }";
constexpr absl::string_view kExecArg = "exec_bin { path: \"...\" arg: $S }";
constexpr absl::string_view kEnvar = "envar: \"NAME=value\"";
constexpr absl::string_view kEnvarValue = "envar: $S";
constexpr absl::string_view kMemory = "cgroup_mem_max: ... (in bytes)";
constexpr absl::string_view kRlimits =
    "!each limit is a field of its own: rlimit_as, rlimit_cpu, rlimit_fsize, "
    "rlimit_nofile, ...";
constexpr absl::string_view kCgroups =
    "!each limit is a field of its own: cgroup_mem_max, cgroup_pids_max, "
    "cgroup_cpu_ms_per_sec";
constexpr absl::string_view kPersona =
    "!each flag is a field of its own: persona_addr_no_randomize, ...";

constexpr FieldAlias kAliases[] = {
    // Root and mounts.
    {kConfig, "chroot", "chroot_dir: $S"},
    {kConfig, "root", "chroot_dir: $S"},
    {kConfig, "rootfs", "chroot_dir: $S"},
    {kConfig, "root_dir", "chroot_dir: $S"},
    {kConfig, "rw", "is_root_rw: $V"},
    {kConfig, "rw_root", "is_root_rw: $V"},
    {kConfig, "root_rw", "is_root_rw: $V"},
    {kConfig, "chroot_rw", "is_root_rw: $V"},
    {kConfig, "ro", "is_root_rw: $N"},
    {kConfig, "readonly", "is_root_rw: $N"},
    {kConfig, "bindmount",
     "mount { src: \"...\" dst: \"...\" is_bind: true rw: true }"},
    {kConfig, "bindmount_ro",
     "mount { src: \"...\" dst: \"...\" is_bind: true }"},
    {kConfig, "bind", "mount { src: \"...\" dst: \"...\" is_bind: true }"},
    {kConfig, "tmpfsmount", "mount { dst: $S fstype: \"tmpfs\" rw: true }"},
    {kConfig, "tmpfs", "mount { dst: $S fstype: \"tmpfs\" rw: true }"},
    {kConfig, "symlink",
     "mount { src: \"...\" dst: \"...\" is_symlink: true }"},
    {kConfig, "disable_proc", "mount_proc: $N"},
    {kConfig, "proc_rw", "is_proc_rw: $V"},
    {kConfig, "experimental_mnt",
     "!leave it out: there is one mount back end only"},
    // Ids.
    {kConfig, "user", kUid},
    {kConfig, "user_id", kUid},
    {kConfig, "uid", kUid},
    {kConfig, "inside_uid", kUid},
    {kConfig, "group", kGid},
    {kConfig, "group_id", kGid},
    {kConfig, "gid", kGid},
    {kConfig, "inside_gid", kGid},
    {kConfig, "uid_mapping", kUidRange},
    {kConfig, "uid_map", kUidRange},
    {kConfig, "uid_mappings", kUidRange},
    {kConfig, "outside_uid", kUidRange},
    {kConfig, "gid_mapping", kGidRange},
    {kConfig, "gid_map", kGidRange},
    {kConfig, "gid_mappings", kGidRange},
    {kConfig, "outside_gid", kGidRange},
    // The program and its environment.
    {kConfig, "exec_file", kExecPath},
    {kConfig, "exec", kExecPath},
    {kConfig, "exe", kExecPath},
    {kConfig, "command", kExecPath},
    {kConfig, "cmd", kExecPath},
    {kConfig, "binary", kExecPath},
    {kConfig, "path", kExecPath},
    {kConfig, "arg", kExecArg},
    {kConfig, "args", kExecArg},
    {kConfig, "argv", kExecArg},
    {kConfig, "execute_fd", "exec_bin { path: \"...\" exec_fd: $V }"},
    {kConfig, "exec_fd", "exec_bin { path: \"...\" exec_fd: $V }"},
    {kConfig, "env", kEnvarValue},
    {kConfig, "enve", kEnvarValue},
    {kConfig, "envs", kEnvarValue},
    {kConfig, "env_var", kEnvarValue},
    {kConfig, "envvar", kEnvarValue},
    {kConfig, "environ", kEnvar},
    {kConfig, "environment", kEnvar},
    {kConfig, "keep_environment", "keep_env: $V"},
    {kConfig, "pass_env", kEnvarValue},
    {kConfig, "workdir", "cwd: $S"},
    {kConfig, "working_dir", "cwd: $S"},
    {kConfig, "working_directory", "cwd: $S"},
    {kConfig, "chdir", "cwd: $S"},
    {kConfig, "host_name", "hostname: $S"},
    {kConfig, "capabilities", "cap: $S"},
    {kConfig, "caps", "cap: $S"},
    {kConfig, "keep_cap", "cap: $S"},
    {kConfig, "no_new_privs", "disable_no_new_privs: $N"},
    {kConfig, "setsid", "skip_setsid: $N"},
    {kConfig, "nice", "nice_level: $V"},
    {kConfig, "persona", kPersona},
    {kConfig, "personality", kPersona},
    // Log.
    {kConfig, "log", "log_file: $S"},
    {kConfig, "verbose", "log_level: DEBUG"},
    {kConfig, "quiet", "log_level: WARNING"},
    {kConfig, "really_quiet", "log_level: FATAL"},
    // Limits.
    {kConfig, "rlimit", kRlimits},
    {kConfig, "rlimits", kRlimits},
    {kConfig, "limits", kRlimits},
    {kConfig, "disable_rlimits", "disable_rl: $V"},
    {kConfig, "cgroup", kCgroups},
    {kConfig, "cgroups", kCgroups},
    {kConfig, "memory", kMemory},
    {kConfig, "mem_max", kMemory},
    {kConfig, "max_mem", kMemory},
    {kConfig, "max_memory", kMemory},
    {kConfig, "memory_limit", kMemory},
    {kConfig, "pids_max", "cgroup_pids_max: $V"},
    {kConfig, "max_pids", "cgroup_pids_max: $V"},
    {kConfig, "max_processes", "cgroup_pids_max: $V"},
    {kConfig, "cpus", "max_cpus: $V"},
    {kConfig, "timeout", "time_limit: ... (in seconds)"},
    {kConfig, "max_time", "time_limit: ... (in seconds)"},
    {kConfig, "wall_time", "time_limit: ... (in seconds)"},
    {kConfig, "wall_time_limit", "time_limit: ... (in seconds)"},
    {kConfig, "time_limit_ms", "wall_time_ms: $V"},
    {kConfig, "cpu_time", "cpu_time_ms: ... (in milliseconds)"},
    // Namespaces and network.
    {kConfig, "disable_clone_newnet", "clone_newnet: $N"},
    {kConfig, "disable_clone_newuser", "clone_newuser: $N"},
    {kConfig, "disable_clone_newns", "clone_newns: $N"},
    {kConfig, "disable_clone_newpid", "clone_newpid: $N"},
    {kConfig, "disable_clone_newipc", "clone_newipc: $N"},
    {kConfig, "disable_clone_newuts", "clone_newuts: $N"},
    {kConfig, "disable_clone_newcgroup", "clone_newcgroup: $N"},
    {kConfig, "enable_clone_newtime", "clone_newtime: $V"},
    {kConfig, "network", "clone_newnet: true (no network) or false"},
    {kConfig, "disable_network", "clone_newnet: $V"},
    {kConfig, "share_net", "clone_newnet: $N"},
    {kConfig, "iface_lo", "iface_no_lo: $N"},
    {kConfig, "iface", "macvlan_iface: $S"},
    // Seccomp.
    {kConfig, "seccomp", "seccomp_string: $S"},
    {kConfig, "seccomp_policy", "seccomp_policy_file: $S"},
    {kConfig, "seccomp_file", "seccomp_policy_file: $S"},

    {kMount, "ro", "rw: $N"},
    {kMount, "readonly", "rw: $N"},
    {kMount, "read_only", "rw: $N"},
    {kMount, "is_ro", "rw: $N"},
    {kMount, "readwrite", "rw: $V"},
    {kMount, "writable", "rw: $V"},
    {kMount, "source", "src: $S"},
    {kMount, "from", "src: $S"},
    {kMount, "destination", "dst: $S"},
    {kMount, "dest", "dst: $S"},
    {kMount, "target", "dst: $S"},
    {kMount, "to", "dst: $S"},
    {kMount, "path", "dst: $S"},
    {kMount, "type", "fstype: $S"},
    {kMount, "fs", "fstype: $S"},
    {kMount, "fs_type", "fstype: $S"},
    {kMount, "size", "options: \"size=...\""},
    {kMount, "mode", "options: \"mode=...\""},
    {kMount, "opts", "options: $S"},
    {kMount, "bind", "is_bind: $V"},
    {kMount, "symlink", "is_symlink: $V"},
    {kMount, "dir", "is_dir: $V"},
    {kMount, "is_file", "is_dir: $N"},
    {kMount, "optional", "mandatory: $N"},
    {kMount, "required", "mandatory: $V"},
    {kMount, "content", "src_content: $S"},
    {kMount, "suid", "nosuid: $N"},
    {kMount, "dev", "nodev: $N"},
    {kMount, "exec", "noexec: $N"},

    {kIdMap, "inside", "inside_id: $S"},
    {kIdMap, "inside_uid", "inside_id: $S"},
    {kIdMap, "inside_gid", "inside_id: $S"},
    {kIdMap, "container_id", "inside_id: $S"},
    {kIdMap, "outside", "outside_id: $S"},
    {kIdMap, "outside_uid", "outside_id: $S"},
    {kIdMap, "outside_gid", "outside_id: $S"},
    {kIdMap, "host_id", "outside_id: $S"},
    {kIdMap, "size", "count: $V"},
    {kIdMap, "newidmap", "use_newidmap: $V"},

    {kExe, "file", "path: $S"},
    {kExe, "exec_file", "path: $S"},
    {kExe, "binary", "path: $S"},
    {kExe, "command", "path: $S"},
    {kExe, "argv0", "arg0: $S"},
    {kExe, "argv", "arg: $S"},
    {kExe, "execute_fd", "exec_fd: $V"},
};

}  // namespace

absl::string_view FindFieldAlias(absl::string_view message,
                                 absl::string_view name) {
  for (const FieldAlias& alias : kAliases) {
    if (alias.message == message && alias.name == name) return alias.pattern;
  }
  return "";
}

}  // namespace jail
