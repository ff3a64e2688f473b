// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The library that the program `jail` is a front end of: for programs that
// start jails themselves.
//
//   std::vector<std::string> errors;
//   auto launcher = jail::Launcher::Make({.text = config}, errors);
//   auto running = launcher->Launch({}, result);
//   if (running != nullptr) result = running->Wait();
//
// examples/embed/ is a whole program.  It is installed as a CMake package:
// find_package(jail), then link jail::jail.
//
// Nothing here is process-wide: no handler is installed, no signal is blocked,
// no child is waited for but the jail's own (never waitpid(-1)), nothing is
// logged or printed.  It works in a program that ignores SIGCHLD (kernel 6.15).
#ifndef JAIL_LAUNCHER_H_
#define JAIL_LAUNCHER_H_

#include <poll.h>
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace jail {

// How a jail ended; names and numbers are those of proto/report.proto.
enum class Outcome {
  kExited = 1,        // the program ended by itself: see exit_code
  kSignaled = 2,      // a signal ended it: see signal
  kWallTime = 3,      // time_limit or wall_time_ms
  kCpuTime = 4,       // cpu_time_ms or rlimit_cpu
  kMemory = 5,        // the cgroup's memory limit
  kPids = 6,          // not given: see Report::limits_met
  kOutput = 7,        // more output than stdout_limit
  kFileSize = 8,      // rlimit_fsize
  kSeccomp = 9,       // the seccomp filter
  kCancelled = 10,    // Wait() was told to end it
  kSetupFailed = 11,  // the program never ran: see error
  kIdleTime = 12      // idle_time_ms
};

// A limit that was reached.
struct LimitHit {
  std::string name;         // the configuration's field: "time_limit"
  uint64_t configured = 0;  // in `unit`
  uint64_t reached = 0;
  std::string unit;  // "ms", "bytes", "processes"
};

// A limit that cgroup_best_effort lets the jail run without, and why it does.
struct LimitNotInForce {
  std::string name;    // the configuration's field: "cgroup_mem_max"
  std::string reason;  // "mkdir /sys/fs/cgroup/...: EACCES (...)"
};

// What the jail used: getrusage(2) of its first process and of the descendants
// that were waited for.
struct Usage {
  std::chrono::microseconds wall_time{0};  // from exec to the end
  // Of all of the jail where its cgroup counts it.
  std::chrono::microseconds cpu_user{0};
  std::chrono::microseconds cpu_system{0};
  uint64_t max_rss_bytes = 0;  // of the largest process
  uint64_t minor_faults = 0, major_faults = 0;
  uint64_t voluntary_switches = 0, involuntary_switches = 0;
  uint64_t block_reads = 0, block_writes = 0;
  // By read(2), write(2) and their like, of whatever kind of file.
  std::optional<uint64_t> read_bytes, written_bytes;
  // Of the whole jail, with a memory cgroup: at most, and left at the end.
  std::optional<uint64_t> memory_peak_bytes, memory_final_bytes;
  std::optional<uint64_t> memory_anon_bytes, memory_file_bytes,
      memory_kernel_bytes, memory_shmem_bytes;
  // Processes and threads at once; with a pids cgroup and kernel 6.1.
  std::optional<uint64_t> pids_peak;
  // How often and how long cgroup_cpu_ms_per_sec held the jail back.
  std::optional<uint64_t> throttled_periods, throttled_us;
  // From and to devices; with v2, or cgroup_io.
  std::optional<uint64_t> device_read_bytes, device_written_bytes;
};

// Calls of one kind that the seccomp filter answered with an errno.
struct DeniedCall {
  std::string syscall;     // "mount"; empty: it has no name
  std::string errno_name;  // "EPERM"
  uint64_t count = 0;
  std::string call;  // the first: "mount(dev_name=\"none\", ...)"
  std::string rule;  // what decided
};

// Where a launch failed.
struct SetupFault {
  std::string stage;       // "plan" "parent" "clone" "child" "exec"
  std::string operation;   // the system call: "execve"
  std::string errno_name;  // "ENOENT", or empty
  // The field: "mount[3]"; "command", "cwd" and the like of Overrides.
  std::string place;
};

struct Result {
  Outcome outcome = Outcome::kSetupFailed;
  // kSetupFailed: what failed, at which place of the configuration, with the
  // errno and, where we know one, a fix.  Else empty.
  std::string error;
  SetupFault setup_fault;        // the same, for programs
  std::optional<int> exit_code;  // 0 to 255; when the program ended by itself
  std::optional<int> signal;     // signal(7); when one ended it
  int exit_status = 255;         // as a shell has it: code, 128+signal, 255
  // kSeccomp, with report_violations: the call that the filter killed for.
  std::string syscall;
  // With report_violations; the most frequent first, and at most 256.
  std::vector<DeniedCall> denied_calls;
  std::chrono::microseconds wall_time{0};  // from exec to the end
  std::chrono::microseconds cpu_time{0};   // user and system
  uint64_t max_rss_bytes = 0;              // of the largest process
  Usage usage;                             // those three, and more
  std::optional<LimitHit> limit;           // that ended the program
  std::vector<LimitHit> limits_met;        // that it reached and survived
  std::vector<LimitNotInForce> limits_not_in_force;
  std::chrono::microseconds setup_time{0};  // from clone3 to exec
  // All that is known, as one line of JSON; proto/report.proto describes it.
  // Empty with Options::report false.
  std::string report_json;
};

// The program's stdin, stdout and stderr.  Borrowed until Launch() returns.
struct Streams {
  int stdin_fd = 0;
  int stdout_fd = 1;
  int stderr_fd = 2;
  // With Overrides::channel: becomes descriptor 3 in the jail.
  int channel_fd = -1;
  // A detached mount (open_tree(2) with OPEN_TREE_CLONE, fsmount(2)) for each
  // of Options::provided_mounts.  The jail takes it: one launch, one mount.
  std::vector<int> mounts;
};

// Descriptors that are polled in the same loop as the jail: its output, say.
// Both functions are called by the thread that is in Wait().
class Watcher {
 public:
  static constexpr size_t kMaxItems = 8;
  virtual ~Watcher() = default;
  // Puts what poll(2) is to wait for into `items`, and says how many they are:
  // at most kMaxItems.  Asked before each round.
  virtual size_t Items(struct pollfd* items) = 0;
  // After a round in which one was ready.  False: the jail is killed, and its
  // outcome is kOutput.
  virtual bool Ready(const struct pollfd* items, size_t count) = 0;
};

// A jail that runs.  Destroying it kills it and waits for its end.
class RunningJail {
 public:
  virtual ~RunningJail() = default;

  // Its first process, as this program sees it.
  virtual pid_t pid() const = 0;

  // Waits for the end, and enforces the limits meanwhile: without it, they are
  // not.  When `cancel_fd` becomes readable or is hung up, the jail is killed.
  // To be called once; from any thread.
  virtual Result Wait(int cancel_fd = -1, Watcher* watcher = nullptr) = 0;
};

// A jail that was made, and whose program was not executed yet.  It costs one
// process that sleeps; of this program's descriptors it holds those alone that
// it was given.  Destroying it ends it, and waits for its end.
class CreatedJail {
 public:
  virtual ~CreatedJail() = default;

  // Executes its program, with `arguments` behind argv[0]: at most 256 KiB in
  // all, else it fails with E2BIG.  Times and limits count from here.  To be
  // called once; from any thread.  Null: `result` says why, nothing is left.
  virtual std::unique_ptr<RunningJail> Start(
      const std::vector<std::string>& arguments, Result& result) = 0;
};

// A configuration that was parsed, validated, planned and verified.  Immutable
// once made; every function is thread-safe, and it must outlive its jails.
class Launcher {
 public:
  struct Options {
    // Text protobuf, or JSON when it begins with "{"; jail.proto describes it.
    // `mode` must be ONCE; the log fields are the program jail's own.
    std::string text;
    // What errors call it.
    std::string name = "config";
    // Instead of the configuration's exec_bin: argv[0] is what is executed.
    std::vector<std::string> command;
    // Directories of the jail where mounts of yours come: Streams::mounts.
    struct ProvidedMount {
      std::string target;  // absolute, inside
      bool read_only = false;
      bool nosuid = true;
      bool nodev = true;
      bool noexec = false;
      bool nosymfollow = false;
    };
    std::vector<ProvidedMount> provided_mounts;
    // Whether results have their report_json.
    bool report = true;
  };

  // What is to be otherwise in a launch; unset: as it was.
  struct Overrides {
    std::vector<std::string> command;  // argv[0] is what is executed
    std::optional<std::vector<std::string>> environment;  // "NAME=value", all
    std::string cwd;                                      // absolute, inside
    std::optional<std::chrono::milliseconds> wall_time;   // more than 0
    std::optional<std::chrono::milliseconds> cpu_time;    // more than 0
    std::optional<std::chrono::milliseconds> idle_time;   // more than 0
    // cgroup_mem_max of the configuration, where this host can hold it: it is
    // required then, and RLIMIT_AS and RLIMIT_DATA are lifted, since programs
    // reserve more than they use.  Else rlimit_as, and rlimit_data, which is
    // never lowered: those that the configuration has.  It is one of
    // Result::limits_not_in_force then.  In a configuration with none of them
    // it is an error.
    std::optional<uint64_t> memory_bytes;
    // cgroup_pids_max and rlimit_nproc, those that the configuration has; with
    // neither, an error.
    std::optional<uint64_t> pids;
    // cgroup_cpu_weight, 1 to 10000, where the configuration has one; else an
    // error.
    std::optional<uint64_t> cpu_weight;
    std::optional<uint64_t> file_size_bytes;  // RLIMIT_FSIZE
    std::optional<uint64_t> open_files;       // RLIMIT_NOFILE
    bool channel = false;                     // see Streams::channel_fd
    // For Create(), not for Launch().
    bool waits_for_start = false;
  };

  // Null: `errors` has at least one line, and every fault of the configuration
  // has one.
  static std::unique_ptr<Launcher> Make(const Options& options,
                                        std::vector<std::string>& errors);

  virtual ~Launcher() = default;

  // The same jail, but for `overrides`: neither parsed nor validated again,
  // and planned from what was learnt of the host by Make(): some 0.2 ms.
  virtual std::unique_ptr<Launcher> With(
      const Overrides& overrides, std::vector<std::string>& errors) const = 0;

  // The program's ids, as this program sees them.
  virtual uid_t outside_uid() const = 0;
  virtual gid_t outside_gid() const = 0;
  virtual const std::string& cwd() const = 0;  // inside
  virtual const std::vector<std::string>& environment() const = 0;

  // What is odd or weak, a line each.
  virtual const std::vector<std::string>& warnings() const = 0;
  // Those that are known before a launch.
  virtual std::vector<LimitNotInForce> limits_not_in_force() const = 0;

  // Every operation that a launch makes, a line each.
  virtual std::string Explain() const = 0;

  // Starts a jail; returns once its program has been executed.  Null: `result`
  // says why, and nothing is left.
  //
  // The calling *thread* must live as long as the jail: the kernel kills the
  // jail when that thread ends (PR_SET_PDEATHSIG), which is what ends a jail
  // whose launcher was killed.
  virtual std::unique_ptr<RunningJail> Launch(const Streams& streams,
                                              Result& result) const = 0;

  // The first half of a launch, which is most of it: all but the filter and the
  // program's exec, so that who needs a jail soon can have it made ahead (OCI's
  // runtimes call the halves create and start).  With
  // Overrides::waits_for_start.  The thread and the launcher must live as with
  // Launch().
  virtual std::unique_ptr<CreatedJail> Create(const Streams& streams,
                                              Result& result) const = 0;
};

}  // namespace jail

#endif  // JAIL_LAUNCHER_H_
