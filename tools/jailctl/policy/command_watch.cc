// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/command_watch.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "jail/sys/errno_name.h"

namespace jail::jailctl {
namespace {

constexpr int kEndingSignals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
// Of the list of children: 100,000 of them, say.
constexpr size_t kMostBytes = 1 << 20;

}  // namespace

absl::StatusOr<CommandWatch> CommandWatch::Create() {
  // Else a caller that ignores it would have us learn of no end.
  signal(SIGCHLD, SIG_DFL);
  sigset_t set, before;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  for (const int number : kEndingSignals) sigaddset(&set, number);
  if (sigprocmask(SIG_BLOCK, &set, &before) != 0) {
    return ErrnoStatus(errno, "sigprocmask");
  }
  Fd signals(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals.valid()) return ErrnoStatus(errno, "signalfd");
  if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) {
    return ErrnoStatus(errno, "prctl PR_SET_CHILD_SUBREAPER");
  }
  return CommandWatch(std::move(signals), before);
}

void CommandWatch::RestoreSignals() const {
  // A shell has its jobs in the background ignore these.
  signal(SIGINT, SIG_DFL);
  signal(SIGQUIT, SIG_DFL);
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

void CommandWatch::Begin(pid_t child) {
  child_ = child;
  all_gone_ = false;
  ending_ = 0;
}

int CommandWatch::TimeoutMs() const {
  if (!kill_at_) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*kill_at_ - Clock::now());
  return static_cast<int>(std::max<int64_t>(left.count(), 0));
}

void CommandWatch::Handle() {
  signalfd_siginfo info;
  while (read(signals_.get(), &info, sizeof info) == sizeof info) {
    const int number = static_cast<int>(info.ssi_signo);
    if (number == SIGCHLD) continue;
    if (stopped_by_ == 0) {
      stopped_by_ = number;
      kill_at_ = Clock::now() + kGrace;
    }
    // What comes from the terminal has reached the command, too.
    if (info.ssi_code != SI_KERNEL && child_ > 0) kill(child_, number);
  }
  Reap();
  if (kill_at_ && Clock::now() >= *kill_at_) {
    kill_at_.reset();
    killing_ = true;
  }
  // Whose parents have ended are ours by now.
  if (killing_) KillChildren();
}

void CommandWatch::Reap() {
  int status = 0;
  pid_t ended;
  while ((ended = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
    if (ended != child_) continue;
    child_ = -1;
    ending_ = status;
  }
  all_gone_ = ended < 0 && errno == ECHILD;
}

void CommandWatch::WaitForAll() {
  while (!all_gone_) {
    pollfd ready = {signals_.get(), POLLIN, 0};
    poll(&ready, 1, TimeoutMs());
    Handle();
  }
}

void CommandWatch::Kill() {
  killing_ = true;
  KillChildren();
  WaitForAll();
}

void CommandWatch::KillChildren() const {
  const auto list = ReadFile(
      absl::StrCat("/proc/self/task/", getpid(), "/children"), kMostBytes);
  if (!list.ok()) {  // a kernel without such lists
    if (child_ > 0) kill(child_, SIGKILL);
    return;
  }
  for (const absl::string_view word :
       absl::StrSplit(*list, ' ', absl::SkipWhitespace())) {
    pid_t pid = 0;
    if (absl::SimpleAtoi(word, &pid) && pid > 0) kill(pid, SIGKILL);
  }
}

}  // namespace jail::jailctl
