// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// A Plan says everything that will be done to start one jail, as data.  It is
// made once and launched any number of times, from any thread.
#ifndef JAIL_PLAN_PLAN_H_
#define JAIL_PLAN_PLAN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jail/plan/cgroup_plan.h"
#include "jail/plan/step.h"
#include "jail/spec/origin.h"

namespace jail {

// What people are told of a step: the arena is not readable, this is.
struct StepNote {
  std::string object;  // "/dev/shm"; what the call is applied to
  std::string why;     // short, or empty: "read-only, beneath it too"
  Origin origin;
};

// One thing that the parent does between clone3 and the release of the child.
struct ParentOp {
  enum class Kind {
    kDenySetgroups,  // "deny" to /proc/PID/setgroups
    kWriteUidMap,    // `text` to /proc/PID/uid_map
    kWriteGidMap,
    kRunIdMapHelper,    // argv of newuidmap or newgidmap; "PID" stands for the
                        // pid
    kMoveInterface,     // `text`: the interface's name
    kAddMacvlan,        // from the Spec's Macvlan
    kWriteOomScoreAdj,  // `text` to /proc/PID/oom_score_adj
    kRaiseHardLimit,    // prlimit(2): `resource`'s hard limit to `value`
    kRaisePriority,     // setpriority(2): the nice value to `value`
  };
  Kind kind;
  std::string text;
  std::vector<std::string> argv;
  std::string object;
  Origin origin;
  int resource = 0;    // RLIMIT_*
  uint64_t value = 0;  // in the kernel's unit
};

// A mount as it will be, for the report and for people.
// v1: how the child enters one of CgroupPlan::directories.
struct CgroupEntry {
  Slot tasks =
      kNoSlot;    // the directory's file of that name; the parent opens it
  int step = -1;  // in Plan::child: writes "0" to it
};

struct PlannedMount {
  std::string target;
  std::string source;
  std::string fstype;                   // "bind" "tmpfs" "proc" "symlink" ...
  std::vector<std::string> flags;       // "ro" "nosuid" ...
  bool skipped = false;                 // decided before the launch
  int first_step = -1, last_step = -1;  // in Plan::child
  Origin origin;
};

// Bytes that steps point to: paths, structs, argv.  Its address is final.
class Arena {
 public:
  Arena() = default;
  explicit Arena(const std::string& bytes)
      : bytes_(new char[bytes.size()]), size_(bytes.size()) {
    bytes.copy(bytes_.get(), size_);
  }
  const char* data() const { return bytes_.get(); }
  char* data() { return bytes_.get(); }
  size_t size() const { return size_; }

 private:
  friend class PlanBuilder;
  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
};

struct Plan {
  // clone(2) flags of clone3; CLONE_PIDFD and CLONE_CLEAR_SIGHAND are always
  // among them.  In mode EXECVE there is no clone: `unshare` is the first child
  // step, and these are 0.
  uint64_t clone_flags = 0;
  bool in_place = false;  // mode EXECVE: the launcher itself becomes the target

  std::vector<ParentOp> parent;
  std::vector<Step> child;
  std::vector<StepNote> notes;  // one for each child step
  std::vector<std::string> slot_names;
  int slot_count = kFirstFreeSlot;
  // Child step that waits for the parent's operations; -1 when there are none.
  // In mode EXECVE a forked helper does them, and the step before this one
  // tells it by one byte that `unshare` is done.
  int sync_step = -1;
  int exec_step = -1;    // first step of the target's exec (PATH: one each)
  int exec_last = -1;    // last of them
  int fork_step = -1;    // REAPER: the clone that makes the target; or -1
  int reaper_step = -1;  // REAPER: first step of process 1's own end, or -1
  // With Process::waits_for_start: the step that waits; or -1.  The step before
  // it tells the parent that all others are done.
  int start_step = -1;
  // Steps put descriptors on numbers below this: the child inherits none there
  // but stdio.
  int first_inherited_fd = kFirstInheritedFd;
  // With Spec::watch: the step that makes the listener, and its descriptor's
  // number, which is free before; or -1.  The step behind it sends the parent
  // the listener over kSlotSync.
  int listener_step = -1;
  int listener_fd = -1;
  Arena arena;
  // Slots that the parent fills from LaunchIo.
  std::vector<Slot> provided_slots;  // LaunchIo::mounts
  Slot channel_slot = kNoSlot;       // LaunchIo::channel_fd
  // The target's ids as the launching program sees them.
  uint32_t outside_uid = 0, outside_gid = 0;

  std::optional<CgroupPlan> cgroup;         // made before clone3
  std::vector<CgroupEntry> cgroup_entries;  // v1: one for each directory
  std::vector<PlannedMount> mounts;
  // REAPER: the fields of the mounts that its command line names, writable ones
  // in memory: it looks whether they are full at the end.
  std::vector<std::string> reaper_mounts;
  std::vector<std::string> warnings;
};

}  // namespace jail

#endif  // JAIL_PLAN_PLAN_H_
