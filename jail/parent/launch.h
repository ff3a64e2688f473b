// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_LAUNCH_H_
#define JAIL_PARENT_LAUNCH_H_

#include <poll.h>
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "jail/parent/ending.h"
#include "jail/plan/plan.h"
#include "jail/spec/spec.h"
#include "jail/sys/fd.h"

namespace jail {

// A jail is made within milliseconds; what takes longer than this hangs: a
// network file system, say.
inline constexpr std::chrono::milliseconds kSetupTimeout{30'000};

struct LaunchIo {
  // The target's stdin, stdout and stderr, as the caller has them open.
  int stdin_fd = 0;
  int stdout_fd = 1;
  int stderr_fd = 2;
  std::chrono::milliseconds setup_timeout = kSetupTimeout;
  // Somebody reads the usage: look at what wait4(2) does not tell, too.
  bool wants_usage = false;
  // Somebody wants to hear of a memory limit at once: see Supervision.
  bool wants_oom_notice = false;
  // What ends a launch before its time; as in Supervision, -1: nothing.
  int signal_fd = -1;
  int cancel_fd = -1;
  int channel_fd = -1;      // with Stdio::channel
  std::vector<int> mounts;  // for each ProvidedMount, by its index
};

// A jail that runs.  Destroying it kills it (SIGKILL) and waits for its end.
class Child;
struct ChildDeleter {
  void operator()(Child* child) const;
};
using ChildPtr = std::unique_ptr<Child, ChildDeleter>;

// Starts a jail: clone3, the parent's operations, release; returns once the
// target's exec has succeeded.  On failure null, `ending.setup_failure` says
// why, and nothing of the jail is left; when it was told to end, null too, and
// `ending.kill_reason` is kCancelled.
//
// Thread-safe.  The calling thread must outlive the jail: the kernel sends the
// parent-death signal when the *thread* that made the child ends (prctl(2)).
ChildPtr Launch(const Spec& spec, const Plan& plan, const LaunchIo& io,
                Ending& ending);

// A jail that was made, and waits before its program's filter and exec; the
// launching thread must live on.  Destroying it ends it: nothing of it is left.
class CreatedChild {
 public:
  virtual ~CreatedChild() = default;
  // `argv` is the program's, of at most GivenArguments::kMaxBytes; its exec is
  // of the file that was planned.  From any thread, once.  As Launch(), whose
  // second half it is; what the first one took is a part of `ending`, too.
  virtual ChildPtr Start(const std::vector<std::string>& argv,
                         Ending& ending) = 0;
};

// The first half of Launch(), with Process::waits_for_start.  `spec` and `plan`
// must outlive it.
std::unique_ptr<CreatedChild> Create(const Spec& spec, const Plan& plan,
                                     const LaunchIo& io, Ending& ending);

// What the supervising loop looks after beside the jail: pipes of its stdio.
class IoWatcher {
 public:
  static constexpr size_t kMaxItems = 8;
  virtual ~IoWatcher() = default;
  // Puts what poll(2) is to wait for into `items`, and says how many they are:
  // at most kMaxItems.  Asked before each round.
  virtual size_t Items(struct pollfd* items) = 0;
  // After each round.  False: too much output, kill the jail.
  virtual bool Ready(const struct pollfd* items, size_t count) = 0;
};

// What else ends, or reaches, a jail while it runs.  Descriptors are borrowed;
// -1: none.
struct Supervision {
  int signal_fd = -1;  // signalfd(2): SIGINT, SIGTERM, SIGHUP, SIGQUIT ...
  int cancel_fd = -1;  // readable or hung up: kill the jail
  int hangup_fd = -1;  // hung up or in error (POLLHUP, POLLERR): kill the jail
  int status_fd = -1;  // readable: on_status is called, and reads it
  IoWatcher* watcher = nullptr;
  std::function<void()> on_status = nullptr;
  // With LaunchIo::wants_oom_notice and cgroup v1: called as the OOM killer is
  // about to take a process of the jail, for the first time and no more.  Most
  // jails go on after it, on v1.
  std::function<void()> on_oom = nullptr;
  // Called once, as a signal or a request begins to end the jail.
  std::function<void()> on_cancel = nullptr;
};

// Waits for the jail's end, enforces its limits, fills `ending`.  One poll
// loop over the pidfd and the descriptors above; no process-wide state, and no
// descriptor of its own.
void Supervise(Child& child, const Spec& spec, const Supervision& supervision,
               Ending& ending);

pid_t ChildPid(const Child& child);

}  // namespace jail

#endif  // JAIL_PARENT_LAUNCH_H_
