// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// One Step is one system call that the child makes between clone3 and
// execve: its number, its arguments, and what must hold of its result.  A
// Step is plain data without a destructor; the child reads it, and nothing
// else.  No branch is taken in the child that the planner did not write down
// here.
//
// This header may use kernel headers only: jail/child includes it.
#ifndef JAIL_PLAN_STEP_H_
#define JAIL_PLAN_STEP_H_

#include <cstdint>
#include <type_traits>

namespace jail {

// Descriptors that the child has live in numbered slots.  The parent fills the
// first ones before clone3; the steps fill the others.
using Slot = int16_t;
inline constexpr Slot kNoSlot = -1;
inline constexpr Slot kSlotStdin = 0;  // what becomes descriptor 0, 1, 2
inline constexpr Slot kSlotStdout = 1;
inline constexpr Slot kSlotStderr = 2;
inline constexpr Slot kSlotSync = 3;      // child's end of the socket pair
inline constexpr Slot kSlotSyncPeer = 4;  // the parent's end: closed first
inline constexpr Slot kSlotTarget = 5;  // exec_fd: the program, opened outside
inline constexpr Slot kSlotReaper = 6;  // the reaper's program, a sealed memfd
inline constexpr Slot kSlotReport = 7;  // where the reaper writes the status
inline constexpr Slot kFirstFreeSlot = 8;

// A slot that nothing was put into holds -1: a call on it fails with EBADF.

// The reaper's command line is {"jail-reaper", "3", MOUNT...}: its own lane
// puts kSlotReport on this descriptor, and closes all others.  It takes so many
// mounts; others are not looked at.
inline constexpr int kReaperReportFd = 3;
inline constexpr int kMaxReaperMounts = 16;

// Where the target finds the channel to the launching program, if it has one.
inline constexpr int kChannelFd = 3;

// What the child inherits beside stdio has numbers from here on.
inline constexpr int kFirstInheritedFd = 4;
static_assert(kFirstInheritedFd > kChannelFd &&
              kFirstInheritedFd > kReaperReportFd);

// Where a jail that waits for its start keeps what it still needs; the number
// before it may be the listener's.
inline constexpr int kFirstKeptFd = kChannelFd + 2;

// One argument of a system call.
struct Arg {
  enum Kind : uint8_t {
    kValue,      // `value` itself
    kPointer,    // the address of byte `value` of the plan's arena
    kSlot,       // the descriptor in slot `value`
    kLifeline,   // the address of the word that holds the launching thread's id
    kLauncher,   // the id that it holds while that thread lives
    kGivenArgv,  // the program's arguments, of a jail that waits for its start
  };
  Kind kind = kValue;
  uint64_t value = 0;
};

// What a step demands of its result, beyond that it is no error.
struct Check {
  enum Kind : uint8_t {
    kNone,
    kEquals,  // the result is `value`
    kErrno,   // the call fails with errno `value`; success is a failure (0)
    kBytes,   // `length` bytes of the arena at `value` and at `other` agree
    kFork,    // 0: go on; a pid: go on at step `value`
  };
  Kind kind = kNone;
  uint32_t length = 0;
  uint64_t value = 0;
  uint64_t other = 0;
};

// A check that failed though the call succeeded is reported with this "errno".
inline constexpr int kCheckFailed = 4095;

struct Step {
  static constexpr int kMaxTolerated = 4;

  int32_t nr = -1;  // SYS_*
  uint8_t arg_count = 0;
  uint8_t tolerated_count = 0;
  Slot result = kNoSlot;  // slot that takes the result
  Arg args[6];
  Check check;
  int16_t tolerated[kMaxTolerated];  // errnos that are not a failure ...
  uint16_t skip = 0;                 // ... and how many steps they skip
};
static_assert(std::is_trivially_copyable_v<Step>);

// How far the child is, in memory shared with the parent.  The child writes,
// the parent reads once the child has executed the target or is dead.
struct Progress {
  enum State : uint8_t { kNotReached = 0, kDone = 1, kTolerated = 2 };

  volatile uint32_t step;    // the step being made
  volatile uint32_t failed;  // with `error`: the step that failed
  volatile int32_t error;    // its errno, kCheckFailed, or 0
  // Ticks() as the child called execve; 0: not yet.
  volatile uint64_t exec_ticks;
  volatile uint8_t state[];  // one State for each step
};

}  // namespace jail

#endif  // JAIL_PLAN_STEP_H_
