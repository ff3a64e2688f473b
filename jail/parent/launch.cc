// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/launch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/child/run_steps.h"
#include "jail/child/ticks.h"
#include "jail/parent/child.h"
#include "jail/parent/failure.h"
#include "jail/parent/given_arguments.h"
#include "jail/parent/hints.h"
#include "jail/parent/inherited.h"
#include "jail/parent/lifeline.h"
#include "jail/parent/parent_ops.h"
#include "jail/parent/process.h"
#include "jail/parent/process_tree.h"
#include "jail/parent/progress_page.h"
#include "jail/sys/receive_fd.h"

namespace jail {
namespace {

using Clock = std::chrono::steady_clock;

std::chrono::microseconds Since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() -
                                                               start);
}

SetupFailure Failure(std::string stage, std::string operation,
                     std::string object, int error) {
  SetupFailure failure;
  failure.stage = std::move(stage);
  failure.operation = std::move(operation);
  failure.object = std::move(object);
  failure.error = error;
  return failure;
}

std::string NamespaceNames(const Namespaces& namespaces) {
  static constexpr std::pair<uint64_t, const char*> kNames[] = {
      {CLONE_NEWUSER, "user"},     {CLONE_NEWNS, "mount"},
      {CLONE_NEWPID, "pid"},       {CLONE_NEWNET, "net"},
      {CLONE_NEWIPC, "ipc"},       {CLONE_NEWUTS, "uts"},
      {CLONE_NEWCGROUP, "cgroup"}, {CLONE_NEWTIME, "time"}};
  std::string names;
  for (const auto& [flag, name] : kNames) {
    if (!namespaces.Has(flag)) continue;
    absl::StrAppend(&names, names.empty() ? "" : ",", name);
  }
  return names.empty() ? "" : absl::StrCat("(namespaces: ", names, ")");
}

// The new process: from here to its exec only the plan's steps run.  Behind
// `listener_step`, if any, a call may wait for a supervisor that waits for us.
[[noreturn]] void RunChild(const ChildPlan& plan, int listener_step) {
  const uint32_t failed = RunSteps(plan, 0, RawSyscall);
  static constexpr uint64_t kSetupFailed[6] = {255};
  if (failed < static_cast<uint32_t>(listener_step)) {
    RawSyscall(SYS_exit_group, kSetupFailed);
  }
  __builtin_trap();  // the jail's filter denies even this call
}

enum class SetupEnd { kSocketClosed, kDied, kTimeout, kCancelled };

// Waits until the child has executed its programs or is dead: both close its
// end of the socket.
SetupEnd WaitForSetup(int sync_fd, int pidfd, const LaunchIo& io) {
  const Clock::time_point deadline = Clock::now() + io.setup_timeout;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - Clock::now());
    if (left.count() <= 0) return SetupEnd::kTimeout;
    struct pollfd items[] = {{sync_fd, POLLIN, 0},
                             {pidfd, POLLIN, 0},
                             {io.signal_fd, POLLIN, 0},
                             {io.cancel_fd, POLLIN | POLLRDHUP, 0}};
    const int ready =
        poll(items, std::size(items), static_cast<int>(left.count()));
    if (ready <= 0) continue;  // EINTR, or the deadline: looked at above
    if (items[0].revents != 0) return SetupEnd::kSocketClosed;
    if (items[1].revents != 0) return SetupEnd::kDied;
    if (ready > 0) return SetupEnd::kCancelled;
  }
}

// The number of the signal that came, 0 without one.  signalfd(2)
int TakeSignal(int signal_fd) {
  struct signalfd_siginfo info;
  if (signal_fd < 0 || read(signal_fd, &info, sizeof info) != sizeof info) {
    return 0;
  }
  return static_cast<int>(info.ssi_signo);
}

// One launch.  Whatever fails leaves `child` behind, whose destructor kills.
class Launcher {
 public:
  Launcher(const Spec& spec, const Plan& plan)
      : spec_(spec), plan_(plan), page_(plan) {}

  // All of it.  Fails with `failure`, or cancelled.
  bool Run(const LaunchIo& io, Ending& ending, SetupFailure& failure) {
    if (!Begin(io, ending, failure)) return false;
    const Clock::time_point start = Clock::now();
    const uint64_t start_ticks = Ticks();
    const bool done =
        DoParentOps(failure) && Release(failure) && AwaitExec(io, failure);
    ending.setup = Since(start);
    if (done) DivideSetup(start_ticks, ending);
    return Settle(done, io, ending, failure);
  }

  // Its halves.
  bool Create(const LaunchIo& io, Ending& ending, SetupFailure& failure) {
    if (!given_.Map()) {
      failure = Failure("parent", "mmap", "arguments", errno);
      return false;
    }
    if (!Begin(io, ending, failure)) return false;
    const Clock::time_point start = Clock::now();
    const bool done =
        DoParentOps(failure) && Release(failure) && AwaitWaiting(io, failure);
    ending.setup = Since(start);
    lifeline_.reset();  // by its own thread; the child has looked at it
    return Settle(done, io, ending, failure);
  }
  bool Start(const std::vector<std::string>& argv, const LaunchIo& io,
             Ending& ending, SetupFailure& failure) {
    const Clock::time_point start = Clock::now();
    const uint64_t start_ticks = Ticks();
    const std::chrono::microseconds created = ending.setup;
    const bool done =
        Give(argv, failure) && Send(failure) && AwaitExec(io, failure);
    ending.setup = Since(start);
    if (done) DivideSetup(start_ticks, ending);
    ending.setup += created;
    return Settle(done, io, ending, failure);
  }

  ChildPtr TakeChild() { return std::move(child_); }

 private:
  // Until there is a child.
  bool Begin(const LaunchIo& io, Ending& ending, SetupFailure& failure) {
    if (!page_.valid()) {
      failure = Failure("parent", "mmap", "", ENOMEM);
      return false;
    }
    if (!CanLearnEnd()) {
      failure = Failure("parent", "waitid", "", 0);
      failure.detail =
          "SIGCHLD is ignored, and only kernel 6.15 or later can then tell how "
          "a process ended";
      failure.hint = "set the disposition of SIGCHLD to SIG_DFL";
      return false;
    }
    lifeline_.emplace(page_.mutex());
    if (!inherited_.Open(spec_, plan_, io, failure)) return false;
    if (plan_.cgroup) {
      cgroup_ = CgroupOfJail::Make(*plan_.cgroup, failure);
      if (cgroup_ == nullptr) return false;
      if (!GiveCgroups(failure)) return false;
      if (io.wants_oom_notice) oom_notice_ = cgroup_->TakeOomNotice();
    }
    return Clone(io.wants_usage, ending, failure);
  }

  // What became of a child; one that failed is ended.
  bool Settle(bool done, const LaunchIo& io, Ending& ending,
              SetupFailure& failure) {
    LearnCgroups();
    ending.step_states.assign(page_->state, page_->state + plan_.child.size());
    if (done) return true;
    // The child's own failure is the cause of ours, if both have one.
    child_->Kill();
    const Ended ended = child_->Wait();
    if (cancelled_ && page_->error == 0) {
      ending.kill_reason = KillReason::kCancelled;
      ending.wait_status = ended.wait_status;
      ending.cancel_signal = TakeSignal(io.signal_fd);
      return false;
    }
    if (page_->error != 0 || failure.operation.empty()) {
      failure = ChildFailure(plan_, *page_.get(), ended.wait_status);
      ExplainCgroup(failure);
    }
    return false;
  }

  // Without the counter, disable_tsc, its reading would be a SIGSEGV.
  uint32_t ExecStepToNote() const {
    return spec_.process.disable_tsc.value
               ? ~uint32_t{0}
               : static_cast<uint32_t>(plan_.exec_step);
  }

  // The child has no clock, but it notes the processor's counter as it calls
  // execve: by what part of the way it was there, the time is divided.
  void DivideSetup(uint64_t start_ticks, Ending& ending) const {
    const uint64_t exec_ticks = page_->exec_ticks;
    const uint64_t all = Ticks() - start_ticks;
    // Other processors may count from another start.
    if (exec_ticks < start_ticks || exec_ticks - start_ticks > all) return;
    const double part = static_cast<double>(exec_ticks - start_ticks) /
                        static_cast<double>(std::max(all, uint64_t{1}));
    const auto setup = std::chrono::microseconds(
        static_cast<int64_t>(part * static_cast<double>(ending.setup.count())));
    ending.exec = ending.setup - setup;
    ending.setup = setup;
  }

  bool Clone(bool wants_usage, Ending& ending, SetupFailure& failure) {
    child_.reset(new Child);
    const ChildPlan child_plan = {plan_.child.data(),
                                  static_cast<uint32_t>(plan_.child.size()),
                                  const_cast<char*>(plan_.arena.data()),
                                  inherited_.slots.data(),
                                  page_.get(),
                                  ExecStepToNote(),
                                  lifeline_->word(),
                                  lifeline_->thread(),
                                  given_.vector()};
    int pidfd = -1;
    clone_args args = {};
    args.flags = plan_.clone_flags | CLONE_PIDFD;
    args.pidfd = reinterpret_cast<uint64_t>(&pidfd);
    if (cgroup_ != nullptr && cgroup_->clone_fd() >= 0) {
      args.flags |= CLONE_INTO_CGROUP;
      args.cgroup = static_cast<uint64_t>(cgroup_->clone_fd());
    }
    // No SIGCHLD until the exec (which sets it, execve(2)): whoever ignores
    // SIGCHLD or waits for any child does not take a failed launch from us.
    args.exit_signal = 0;
    const Clock::time_point start = Clock::now();
    pid_t pid = Clone3(args);
    if (pid == 0) RunChild(child_plan, plan_.listener_step);
    if (pid < 0 && (args.flags & CLONE_INTO_CGROUP) != 0 &&
        cgroup_->DoWithout(-pid)) {
      args.flags &= ~uint64_t{CLONE_INTO_CGROUP};
      args.cgroup = 0;
      pid = Clone3(args);
      if (pid == 0) RunChild(child_plan, plan_.listener_step);
    }
    ending.clone = Since(start);
    if (pid < 0) {
      child_.reset();
      failure =
          Failure("clone", "clone3", NamespaceNames(spec_.namespaces), -pid);
      if (spec_.namespaces.Has(CLONE_NEWUSER)) {
        failure.origin = spec_.namespaces.origin_of_user;
      }
      if (cgroup_ != nullptr) cgroup_->Explain(failure);
      return false;
    }
    child_->pid = pid;
    child_->pidfd.Reset(pidfd);
    child_->cgroup = std::move(cgroup_);
    child_->oom_notice = std::move(oom_notice_);
    child_->output = std::move(inherited_.output);
    child_->has_pid_namespace = (plan_.clone_flags & CLONE_NEWPID) != 0;
    child_->has_session = spec_.process.new_session;
    child_->report = std::move(inherited_.report_read);
    child_->mounts = plan_.reaper_mounts;
    ending.pid = pid;
    inherited_.CloseChildSide();
    if (child_->output != nullptr) child_->output->CloseChildSide();
    if (wants_usage) child_->io_counters = OpenProcessIo(pid);
    return true;
  }

  // v1: what the child enters its cgroups by.
  bool GiveCgroups(SetupFailure& failure) {
    for (size_t i = 0; i < plan_.cgroup_entries.size(); ++i) {
      const int tasks = cgroup_->tasks_fd(i);
      if (tasks < 0 || inherited_.Take(tasks, plan_.cgroup_entries[i].tasks)) {
        continue;
      }
      failure = Failure("parent", "fcntl", "tasks", errno);
      return false;
    }
    return true;
  }

  // Which of them it has entered.
  void LearnCgroups() {
    for (size_t i = 0; i < plan_.cgroup_entries.size(); ++i) {
      const uint8_t state = page_->state[plan_.cgroup_entries[i].step];
      if (state == Progress::kDone) child_->cgroup->Entered(i);
      if (state == Progress::kTolerated) child_->cgroup->NotEntered(i);
    }
  }

  void ExplainCgroup(SetupFailure& failure) const {
    for (size_t i = 0; i < plan_.cgroup_entries.size(); ++i) {
      if (page_->error != 0 &&
          page_->failed ==
              static_cast<uint32_t>(plan_.cgroup_entries[i].step)) {
        child_->cgroup->ExplainEntry(i, failure);
      }
    }
  }

  bool DoParentOps(SetupFailure& failure) {
    for (const ParentOp& op : plan_.parent) {
      if (!DoParentOp(op, spec_, child_->pid, failure)) return false;
    }
    return true;
  }

  bool Release(SetupFailure& failure) {
    return plan_.sync_step < 0 || Send(failure);
  }

  // The word that the child waits for.
  bool Send(SetupFailure& failure) {
    const char go = 1;
    if (send(inherited_.sync_parent.get(), &go, 1, MSG_NOSIGNAL) == 1) {
      return true;
    }
    if (errno == EPIPE) return true;  // it is dead: who awaits it says why
    failure = Failure("parent", "send", "release of the child", errno);
    return false;
  }

  bool Give(const std::vector<std::string>& argv, SetupFailure& failure) {
    if (given_.Put(argv)) return true;
    failure = Failure("parent", "start", "arguments", E2BIG);
    return false;
  }

  // The child's word that it waits for its start.
  bool AwaitWaiting(const LaunchIo& io, SetupFailure& failure) {
    const SetupEnd end =
        WaitForSetup(inherited_.sync_parent.get(), child_->pidfd.get(), io);
    char word;
    if (end == SetupEnd::kSocketClosed &&
        recv(inherited_.sync_parent.get(), &word, 1, MSG_DONTWAIT) == 1) {
      return true;
    }
    NotDone(end, io, failure);
    return false;
  }

  bool AwaitExec(const LaunchIo& io, SetupFailure& failure) {
    SetupEnd end;
    do {
      end = WaitForSetup(inherited_.sync_parent.get(), child_->pidfd.get(), io);
    } while (end == SetupEnd::kSocketClosed && TakeListener(failure));
    child_->executed = Clock::now();
    if (!failure.operation.empty()) return false;
    if (HasExecuted(plan_, *page_.get())) {
      if (child_->calls != nullptr) child_->calls->KnowExecs(ExecsTried());
      return true;
    }
    NotDone(end, io, failure);
    return false;
  }

  void NotDone(SetupEnd end, const LaunchIo& io, SetupFailure& failure) {
    cancelled_ = end == SetupEnd::kCancelled;
    if (end != SetupEnd::kTimeout) return;
    failure = StepFailure(plan_, static_cast<int>(uint32_t{page_->step}), 0);
    failure.detail =
        absl::StrCat("not finished after ", io.setup_timeout.count(), " ms");
  }

  // An exec that succeeds leaves no state.
  size_t ExecsTried() const {
    size_t count = 1;
    for (int i = plan_.exec_step; i < plan_.exec_last; ++i) {
      if (page_->state[i] == Progress::kTolerated) ++count;
    }
    return count;
  }

  // False: there was none to take, now or at all.
  bool TakeListener(SetupFailure& failure) {
    if (plan_.listener_fd < 0 || child_->calls != nullptr) return false;
    FdMessage message = ReceiveFd(inherited_.sync_parent.get(), MSG_DONTWAIT);
    if (message.fd.valid()) {
      child_->calls =
          std::make_unique<CallListener>(std::move(message.fd), *spec_.watch);
      if (!spec_.watch->accesses) return true;
      // The exec itself is a call that waits for an answer.
      child_->calls->ExpectExecs(static_cast<size_t>(plan_.exec_last) -
                                 static_cast<size_t>(plan_.exec_step) + 1);
      const int start = child_->calls->Start();
      if (start == 0) return true;
      failure = Failure("parent", "pthread_create", "listener", start);
      failure.origin = spec_.watch->origin;
      return false;
    }
    if (!message.closed) {  // else the child has failed, and says why
      failure = Failure("parent", "recvmsg", "listener",
                        message.error != 0 ? message.error : EMFILE);
      failure.origin = spec_.watch->origin;
    }
    return false;
  }

  const Spec& spec_;
  const Plan& plan_;
  ProgressPage page_;
  GivenArguments given_;              // of a jail that waits for its start
  std::optional<Lifeline> lifeline_;  // in page_
  Inherited inherited_;
  std::unique_ptr<CgroupOfJail> cgroup_;  // until there is a child
  Fd oom_notice_;                         // like it
  ChildPtr child_;
  bool cancelled_ = false;
};

// Says of a launch that came to nothing why it did; nothing of it is left.
void Conclude(Launcher& launcher, const Spec& spec, const Plan& plan,
              SetupFailure failure, Ending& ending) {
  launcher.TakeChild().reset();
  if (ending.kill_reason == KillReason::kCancelled) return;
  AddHint(spec, plan, failure);
  ending.setup_failure = std::move(failure);
}

class CreatedChildImpl final : public CreatedChild {
 public:
  CreatedChildImpl(const Spec& spec, const Plan& plan)
      : spec_(spec), plan_(plan), launcher_(spec, plan) {}

  bool Create(const LaunchIo& io, Ending& ending) {
    SetupFailure failure;
    io_.setup_timeout = io.setup_timeout;
    if (launcher_.Create(io, ending_, failure)) return true;
    ending = std::move(ending_);
    Conclude(launcher_, spec_, plan_, std::move(failure), ending);
    return false;
  }

  ChildPtr Start(const std::vector<std::string>& argv,
                 Ending& ending) override {
    SetupFailure failure;
    ending = std::move(ending_);
    if (launcher_.Start(argv, io_, ending, failure)) {
      return launcher_.TakeChild();
    }
    Conclude(launcher_, spec_, plan_, std::move(failure), ending);
    return nullptr;
  }

 private:
  const Spec& spec_;
  const Plan& plan_;
  LaunchIo io_;  // of the second half
  Launcher launcher_;
  Ending ending_;
};

}  // namespace

ChildPtr Launch(const Spec& spec, const Plan& plan, const LaunchIo& io,
                Ending& ending) {
  SetupFailure failure;
  Launcher launcher(spec, plan);
  if (launcher.Run(io, ending, failure)) return launcher.TakeChild();
  Conclude(launcher, spec, plan, std::move(failure), ending);
  return nullptr;
}

std::unique_ptr<CreatedChild> Create(const Spec& spec, const Plan& plan,
                                     const LaunchIo& io, Ending& ending) {
  auto created = std::make_unique<CreatedChildImpl>(spec, plan);
  if (!created->Create(io, ending)) return nullptr;
  return created;
}

}  // namespace jail
