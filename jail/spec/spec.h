// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// A Spec is a configuration that makes sense: every path is absolute and
// clean, every name is resolved, every number is in range and has its unit in
// its type.  config/validate makes it; nothing changes it afterwards.
#ifndef JAIL_SPEC_SPEC_H_
#define JAIL_SPEC_SPEC_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "jail/spec/origin.h"

struct seccomp_data;  // <linux/seccomp.h>

namespace jail {

struct Bytes {
  uint64_t value = 0;
};

// A value and the line of the configuration that asked for it.
template <typename T>
struct Located {
  T value{};
  Origin origin;
};

enum class Mode { kListen, kOnce, kRerun, kExecve };
enum class Pid1 { kTarget, kReaper };
enum class ProcKind { kNone, kFresh, kSubsetPid, kBind };

// ---------------------------------------------------------------- namespaces

// CLONE_NEW* flags (clone(2)) and where each was asked for.
struct Namespaces {
  uint64_t flags = 0;
  Origin origin_of_user, origin_of_mount, origin_of_pid, origin_of_net,
      origin_of_ipc, origin_of_uts, origin_of_cgroup, origin_of_time;

  bool Has(uint64_t flag) const { return (flags & flag) != 0; }
};

// One line of a uid or gid map (user_namespaces(7)).
struct IdMapping {
  uint32_t inside = 0;
  uint32_t outside = 0;
  uint32_t count = 1;
  bool by_helper = false;  // newuidmap(1), newgidmap(1)
  Origin origin;
};

// -------------------------------------------------------------------- mounts

// Restrictions of a mount, for it and for every mount beneath it.
struct MountFlags {
  bool read_only = true;
  bool nosuid = false;
  bool nodev = false;
  bool noexec = false;
  bool nosymfollow = false;
};

// One option of a file system: `size=4m`, or `ro` without a value.
struct MountOption {
  std::string key;
  std::optional<std::string> value;
};

struct BindMount {
  std::string source;  // absolute, on the host
};
struct FilesystemMount {  // tmpfs, devpts, mqueue, ...
  std::string fstype;
  std::string source;  // may be empty
  std::vector<MountOption> options;
};
struct ProcMount {
  ProcKind kind = ProcKind::kFresh;
  std::vector<MountOption> options;  // beside what `kind` implies
};
struct OverlayMount {
  std::vector<std::string> lower;  // absolute, on the host; top first
  Bytes upper_tmpfs;               // 0: read-only overlay
};
struct ContentFile {
  std::string content;
};
struct Symlink {
  std::string target;  // any text
};
struct DevPreset {};
// A detached mount that the launching program gives at each launch.
struct ProvidedMount {
  size_t index = 0;  // in LaunchIo::mounts
};

struct Mount {
  std::string target;  // absolute and clean, inside the jail
  std::variant<BindMount, FilesystemMount, ProcMount, OverlayMount, ContentFile,
               Symlink, DevPreset, ProvidedMount>
      what;
  MountFlags flags;
  std::optional<bool> is_dir;  // unset: as the source is
  bool mandatory = true;
  Origin origin;
};

// What is mounted at "/".  A mount of the configuration that stands there is
// the first of Spec::mounts, and has the last word.  Without a mount namespace
// `directory` is entered by chroot(2), or nothing is changed when it is empty.
struct Root {
  std::string directory;  // absolute, on the host; empty: a fresh tmpfs
  bool writable = false;
  bool pivot = true;  // false: chroot(2)
  Origin origin;
};

// ------------------------------------------------------------------- process

// RLIMIT_* (setrlimit(2)) in the kernel's own unit.
struct Rlimit {
  enum class From { kValue, kCallersSoft, kCallersHard, kInfinity };
  int resource = 0;  // RLIMIT_AS ...
  std::string name;  // "rlimit_as"
  From from = From::kValue;
  uint64_t value = 0;  // with kValue
  Origin origin;
};

struct Command {
  // What is executed, inside; with a slash it is a path (made absolute against
  // cwd by the kernel), without one it is looked up in `search`.
  std::string file;
  std::vector<std::string> argv;  // argv[0] included; never empty
  bool by_fd = false;             // opened outside, before anything is mounted
  std::vector<std::string> search;  // directories of the jail's PATH
  Origin origin;
};

struct Capabilities {
  bool keep_all = false;
  uint64_t keep = 0;  // bit n: capability n, made ambient
  Origin origin;
};

struct Stdio {
  bool silent = false;  // 0, 1 and 2 are /dev/null
  bool stderr_to_null = false;
  std::vector<Located<int>> pass_fd;
  bool channel = false;  // LaunchIo::channel_fd becomes kChannelFd
  Origin origin;
};

struct Process {
  Command command;
  std::string cwd = "/";
  Origin cwd_origin;
  std::vector<std::string> environment;  // NAME=value
  Stdio stdio;
  Capabilities capabilities;
  Located<bool> no_new_privs{true, {}};
  bool new_session = true;
  uint32_t umask = 022;
  std::vector<Rlimit> rlimits;  // empty: the caller's stay
  Located<int> nice{19, {}};
  std::optional<Located<int>> oom_score_adj;
  Located<uint32_t> max_cpus{0, {}};  // 0: no limit
  Located<uint64_t> personality{0, {}};
  Located<bool> disable_tsc{false, {}};
  Located<bool> core_scheduling{false, {}};
  // The jail is made, and waits for the launcher's word (and the arguments)
  // before the filter and the exec: the two halves of a launch that OCI's
  // runtimes call create and start.
  bool waits_for_start = false;
};

// ------------------------------------------------------------------- network

struct Macvlan {
  std::string parent;    // host interface
  uint32_t address = 0;  // network byte order
  uint32_t netmask = 0;
  uint32_t gateway = 0;  // 0: none
  std::string mac;       // 6 bytes, or empty
  uint32_t mode = 1;     // MACVLAN_MODE_* (linux/if_link.h); 1: private
  Origin origin;
};

struct Network {
  Located<bool> loopback_up{true, {}};
  std::vector<Located<std::string>> own_interfaces;
  std::optional<Macvlan> macvlan;
};

// --------------------------------------------------- seccomp and cgroups

// The filter of the target's system calls, seccomp(2).
struct Seccomp {
  static constexpr size_t kInstructionBytes = 8;  // struct sock_filter

  std::string name;     // the policy's; its file where it has none
  std::string program;  // struct sock_filter[], as bytes
  bool log = false;     // SECCOMP_FILTER_FLAG_LOG
  Origin origin;

  uint32_t Instructions() const {
    return static_cast<uint32_t>(program.size() / kInstructionBytes);
  }
};

// What a policy's filter says of one call.
struct CallJudgement {
  bool kills = false;
  std::optional<int> error;  // it is not made, and fails so; 0: as if it worked
  // A bit for each 32-bit half of an argument that the filter looked at, low
  // halves first.
  uint16_t halves = 0;
};

// One call in words.
struct CallDescription {
  std::string syscall;  // "ptrace"; empty: no table has the number
  std::string arch;     // "x86_64"; else "0x40000028"
  // Of a call that is denied: "snek.cfg:12:3: KILL { ptrace }".
  std::string rule;
  struct Argument {
    std::string name;      // "filename"
    bool is_path = false;  // the address of one
  };
  std::vector<Argument> arguments;  // empty: not known, all six may count
};

// Calls that the supervisor is told of before they are made,
// seccomp_unotify(2).  The filters stand for that of `Spec::seccomp`, too.
struct CallWatch {
  std::string filter;  // struct sock_filter[], as bytes; has the listener
  std::string seal;    // installed behind it, once the listener is outside
  // Fifth and sixth argument of the child's two calls between filter and exec.
  uint64_t key[2] = {0, 0};
  bool violations = false;  // report_violations
  bool accesses = false;    // seccomp_unotify
  // Both thread-safe.
  std::function<CallJudgement(const seccomp_data&)> judge;
  std::function<CallDescription(const seccomp_data&)> describe;
  Origin origin;
};

// How much of a block device a cgroup may use; unset: no limit.
struct CgroupIo {
  std::string device;  // "8:16", or the path of a block device
  std::optional<uint64_t> read_bytes, write_bytes;  // each second
  std::optional<uint64_t> read_ops, write_ops;      // each second
  Origin origin;
};

// Limits of a cgroup; unset ones are not touched.
struct Cgroup {
  std::optional<Located<Bytes>> memory_max;
  std::optional<Located<Bytes>> memory_swap_max;   // swap alone (v2's meaning)
  std::optional<Located<Bytes>> memory_memsw_max;  // memory + swap (v1's)
  std::optional<Located<Bytes>> memory_high;
  std::optional<Located<uint64_t>> pids_max;
  std::optional<Located<std::chrono::milliseconds>> cpu_per_second;
  std::optional<Located<uint64_t>> cpu_weight;  // v2's: 1 to 10000
  std::optional<Located<std::string>> cpuset_cpus, cpuset_mems;  // "0-3,7"
  std::vector<CgroupIo> io;
  std::optional<Located<uint32_t>> net_cls_classid;
  std::optional<Origin> pressure;  // asked for
  // Fields of the limits above that the jail may run without.
  std::set<std::string> best_effort;
  bool all_best_effort = false;

  std::string memory_mount, memory_parent, pids_mount, pids_parent,
      net_cls_mount, net_cls_parent, cpu_mount, cpu_parent, v2_mount;
  bool v1_given = false;  // one of the mounts and parents of v1 was written
  bool v2_given = false;  // v2_mount was
  enum class Version { kV1, kV2, kDetect } version = Version::kV1;

  bool Any() const {
    return memory_max || memory_swap_max || memory_memsw_max || memory_high ||
           pids_max || cpu_per_second || cpu_weight || cpuset_cpus ||
           cpuset_mems || !io.empty() || net_cls_classid || pressure;
  }
};

// --------------------------------------------------------------- supervision

struct Limits {
  Located<std::chrono::milliseconds> wall_time{};  // 0: none
  Located<std::chrono::milliseconds> cpu_time{};   // 0: none
  Located<std::chrono::milliseconds> idle_time{};  // 0: none
  std::chrono::milliseconds kill_grace{0};         // 0: SIGKILL at once
  Located<Bytes> output{};    // of each of stdout and stderr; 0: not captured
  bool output_kills = false;  // beyond `output`: end the jail, not the text
};

struct Listen {
  std::string address;  // numeric IPv6, or IPv4 mapped into it
  uint16_t port = 0;
  uint32_t max_conns = 0;         // 0: no limit
  uint32_t max_conns_per_ip = 0;  // 0: no limit
  std::chrono::milliseconds half_close{3000};
  Origin origin;
};

struct Log {
  enum class Level { kDebug, kInfo, kWarning, kError, kFatal };
  std::string file;  // empty: see fd
  int fd = 2;
  bool is_set = false;  // a file or fd was asked for
  Level level = Level::kInfo;
  Origin origin;
};

struct Spec {
  std::string name;
  Mode mode = Mode::kOnce;
  bool daemon = false;
  std::string hostname;
  Origin hostname_origin;
  Namespaces namespaces;
  Pid1 pid1 = Pid1::kTarget;
  Origin pid1_origin;
  bool allow_nested_userns = false;
  Origin nested_userns_origin;
  std::vector<IdMapping> uid_map;  // the first one's `inside` is the target's
  std::vector<IdMapping> gid_map;
  Root root;
  std::vector<Mount> mounts;  // in order of making
  Process process;
  Network network;
  std::optional<Seccomp> seccomp;
  std::optional<CallWatch> watch;
  Cgroup cgroup;
  Limits limits;
  std::optional<Listen> listen;  // with Mode::kListen
  Log log;
  bool forward_signals = false;
};

}  // namespace jail

#endif  // JAIL_SPEC_SPEC_H_
