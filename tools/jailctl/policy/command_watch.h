// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The command that is learned, and all that it starts, until nothing of it is
// left.
#ifndef TOOLS_JAILCTL_POLICY_COMMAND_WATCH_H_
#define TOOLS_JAILCTL_POLICY_COMMAND_WATCH_H_

#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "jail/sys/fd.h"

namespace jail::jailctl {

class CommandWatch {
 public:
  // What is left so long after a signal that asked for the end is killed.
  static constexpr std::chrono::seconds kGrace{5};

  // From here on this process reaps what the command leaves behind, and the
  // signals that would end it are for the command.
  static absl::StatusOr<CommandWatch> Create();

  // In the new child: signals are as they were.
  void RestoreSignals() const;

  // A run begins with this child.
  void Begin(pid_t child);
  // poll(2) this, for reading, and so long (ms, -1: for ever); then Handle().
  int fd() const { return signals_.get(); }
  int TimeoutMs() const;
  void Handle();
  // Handles all that comes until nobody is left.
  void WaitForAll();
  // The same, and ends who is left, at once.
  void Kill();

  bool all_gone() const { return all_gone_; }
  // The child's, as of wait(2); once all are gone.
  int ending() const { return ending_; }
  // The first signal that asked for the end; 0: none has.
  int stopped_by() const { return stopped_by_; }

 private:
  using Clock = std::chrono::steady_clock;

  explicit CommandWatch(Fd signals, const sigset_t& before)
      : signals_(std::move(signals)), before_(before) {}
  void KillChildren() const;
  void Reap();

  Fd signals_;
  sigset_t before_;
  pid_t child_ = -1;
  bool all_gone_ = true;
  int ending_ = 0;
  int stopped_by_ = 0;
  std::optional<Clock::time_point> kill_at_;
  bool killing_ = false;
};

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_COMMAND_WATCH_H_
