// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// How one jail ended, as the supervisor saw it.  jail/report words it.
#ifndef JAIL_PARENT_ENDING_H_
#define JAIL_PARENT_ENDING_H_

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jail/parent/cgroup.h"
#include "jail/spec/setup_failure.h"

namespace jail {

// Why the supervisor killed the jail, if it did.
enum class KillReason {
  kNone,
  kWallTime,
  kCpuTime,
  kIdleTime,
  kOutput,
  kViolation,
  kCancelled
};

// What went through our pipes; all 0 without stdout_limit.
struct OutputCounts {
  uint64_t largest = 0;      // bytes that the jail wrote to one of the streams
  uint64_t undelivered = 0;  // within the limit, but nobody took them in time
  bool limit_met = false;
  int error = 0;  // errno of our stdout or stderr, which took no more
};

// A call that the filter denied, the one that it ended the jail for above all;
// see report.proto.
struct Violation {
  std::string syscall, arch, program, rule;
  uint32_t number = 0;
  uint64_t args[6] = {};
  std::vector<std::string> argument_names;  // empty: not known
  struct String {
    uint32_t argument = 0;
    std::string value;
  };
  std::vector<String> strings;
  pid_t thread = 0;
};

// Calls of one kind that the filter answered with an errno; see report.proto.
struct DeniedCallRecord {
  Violation first;
  int error = 0;
  uint64_t count = 0;
};

// A file system in memory that had no room left at the end.
struct FullMount {
  std::string field;    // of the configuration: "mount[3]"
  bool inodes = false;  // it has no more inodes; else no more bytes
  uint64_t limit = 0;
};

// What seccomp_unotify recorded; see AccessReport in report.proto.
struct AccessRecord {
  struct File {
    std::string path;
    std::string syscall;
    std::optional<uint64_t> flags;  // O_*
    bool cut = false;               // `path` is the beginning of a longer one
    uint64_t count = 0;
  };
  struct Socket {
    std::string address;
    std::string syscall;
    uint64_t count = 0;
  };
  std::vector<File> files;
  std::vector<Socket> sockets;
  // Calls beyond the recorder's limits, and those whose memory told nothing.
  uint64_t not_recorded = 0, unreadable = 0;
};

struct Ending {
  std::optional<SetupFailure> setup_failure;  // the target never ran
  pid_t pid = -1;
  int wait_status = 0;  // of the target, as wait(2) gives it
  struct rusage usage {};
  KillReason kill_reason = KillReason::kNone;
  int cancel_signal = 0;  // the signal that asked for it or was forwarded; or 0
  // With kWallTime, kCpuTime, kIdleTime: milliseconds.
  uint64_t limit_reached = 0;
  // With a limit of CPU time: the most that a look has found.  What is killed
  // with the jail's first process is waited for by nobody.
  std::chrono::microseconds cpu_seen{0};
  std::optional<Violation> violation;          // with kViolation
  std::vector<DeniedCallRecord> denied_calls;  // the most frequent first
  uint64_t denied_calls_not_recorded = 0;
  std::optional<AccessRecord> accesses;  // with seccomp_unotify
  OutputCounts output;
  // `rchar` and `wchar` of /proc/PID/io; unset: not asked for, or not readable.
  std::optional<uint64_t> read_bytes, written_bytes;
  std::vector<FullMount> full_mounts;  // only with a reaper, who looks
  CgroupUsage cgroup;                  // all unset without one
  CgroupSource cgroup_source = CgroupSource::kNone;
  std::vector<std::string> cgroup_paths;
  std::vector<CgroupLoss> cgroup_losses;
  std::vector<uint8_t> step_states;    // Progress::State, one a child step
  std::chrono::microseconds wall{0};   // from exec to the end
  std::chrono::microseconds idle{0};   // with kIdleTime: at the end
  std::chrono::microseconds clone{0};  // clone3 itself
  std::chrono::microseconds setup{0};  // from clone3's return to exec's call
  std::chrono::microseconds exec{0};   // from then until it was done
};

}  // namespace jail

#endif  // JAIL_PARENT_ENDING_H_
