// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "jail/child/reaper_report.h"
#include "jail/parent/child.h"
#include "jail/parent/launch.h"
#include "jail/parent/process_tree.h"

namespace jail {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

// CPU times in /proc have a resolution of one clock tick.
constexpr milliseconds kShortestLook{10};

static_assert(sizeof(ReaperReport::rusage) == sizeof(struct rusage));

uint64_t Milliseconds(Clock::duration time) {
  return static_cast<uint64_t>(duration_cast<milliseconds>(time).count());
}

class Supervisor {
 public:
  Supervisor(Child& child, const Spec& spec, const Supervision& supervision,
             Ending& ending)
      : child_(child),
        spec_(spec),
        supervision_(supervision),
        ending_(ending) {}

  void Run() {
    const Clock::duration wall = spec_.limits.wall_time.value;
    const Clock::duration cpu = spec_.limits.cpu_time.value;
    if (wall.count() > 0) wall_deadline_ = child_.executed + wall;
    if (cpu.count() > 0) {
      cpus_ = std::max(1L, sysconf(_SC_NPROCESSORS_ONLN));
      const uint32_t most = spec_.process.max_cpus.value;
      if (most > 0) cpus_ = std::min(cpus_, static_cast<long>(most));
      cpu_look_ = child_.executed + NextLook(microseconds{0});
    }
    while (!WaitOnce()) {
    }
    Finish();
  }

 private:
  // One round of the loop; true once the first process has ended.
  bool WaitOnce() {
    struct pollfd items[] = {
        {child_.pidfd.get(), POLLIN, 0},
        {supervision_.signal_fd, POLLIN, 0},
        {cancelled_ ? -1 : supervision_.cancel_fd, POLLIN | POLLRDHUP, 0},
        {cancelled_ ? -1 : supervision_.hangup_fd, 0, 0}};
    const std::optional<struct timespec> left = UntilNext();
    const int ready = ppoll(items, std::size(items),
                            left.has_value() ? &*left : nullptr, nullptr);
    if (ready > 0) {
      if (items[0].revents != 0) return true;
      if (items[1].revents != 0) OnSignal();
      if (items[2].revents != 0 || items[3].revents != 0) {
        cancelled_ = true;  // they stay readable: one request is not two
        End(KillReason::kCancelled);
      }
    }
    // After EINTR and ENOMEM, too: the limits hold.
    LookAtClock();
    return false;
  }

  void OnSignal() {
    struct signalfd_siginfo info;
    const ssize_t n = read(supervision_.signal_fd, &info, sizeof info);
    if (n != sizeof info) return;
    const int signal = static_cast<int>(info.ssi_signo);
    if (!ending_by_) ending_.cancel_signal = signal;
    if (spec_.forward_signals) {
      SendSignal(child_.pidfd.get(), signal);
      return;
    }
    End(KillReason::kCancelled);
  }

  void LookAtClock() {
    const Clock::time_point now = Clock::now();
    if (wall_deadline_ && now >= *wall_deadline_) {
      wall_deadline_.reset();
      if (!ending_by_) {
        ending_.limit_reached = Milliseconds(now - child_.executed);
      }
      End(KillReason::kWallTime);
    }
    if (cpu_look_ && now >= *cpu_look_) LookAtCpuTime(now);
    if (grace_end_ && now >= *grace_end_) KillNow();
  }

  void LookAtCpuTime(Clock::time_point now) {
    const microseconds used = CpuTime();
    if (used < spec_.limits.cpu_time.value) {
      cpu_look_ = now + NextLook(used);
      return;
    }
    cpu_look_.reset();
    if (!ending_by_) ending_.limit_reached = Milliseconds(used);
    End(KillReason::kCpuTime);
  }

  // Of a process whose parent ignores SIGCHLD nothing stays in /proc once it
  // has ended (wait(2)); a cgroup forgets none.
  microseconds CpuTime() const {
    const microseconds in_proc = TreeCpuTime(child_.pid);
    if (child_.cgroup == nullptr) return in_proc;
    const std::optional<uint64_t> counted = child_.cgroup->Read().cpu_us;
    return std::max(in_proc, microseconds(counted.value_or(0)));
  }

  // The limit can't be reached earlier than with all processors busy.
  Clock::duration NextLook(microseconds used) const {
    const microseconds left =
        duration_cast<microseconds>(spec_.limits.cpu_time.value) - used;
    return std::max<Clock::duration>(left / cpus_, kShortestLook);
  }

  // The first reason counts.  A second one does not wait for the grace to end.
  void End(KillReason reason) {
    if (ending_by_) return KillNow();
    ending_by_ = reason;
    ending_.kill_reason = reason;
    if (spec_.limits.kill_grace.count() <= 0) return KillNow();
    SendSignal(child_.pidfd.get(), SIGTERM);
    SendSignal(child_.pidfd.get(), SIGCONT);  // a stopped one must hear of it
    grace_end_ = Clock::now() + spec_.limits.kill_grace;
  }

  void KillNow() {
    grace_end_.reset();
    killed_ = true;
    child_.Kill();
  }

  // How long until the clock is to be looked at; nothing: not at all.  No
  // timerfd: a limit must hold where there are no more descriptors, too.
  std::optional<struct timespec> UntilNext() const {
    if (killed_) return std::nullopt;
    std::optional<Clock::time_point> next;
    for (const auto& time : {wall_deadline_, cpu_look_, grace_end_}) {
      if (time && (!next || *time < *next)) next = time;
    }
    if (!next) return std::nullopt;
    const auto left = std::max<std::chrono::nanoseconds>(
        *next - Clock::now(), std::chrono::nanoseconds{0});
    const auto seconds = duration_cast<std::chrono::seconds>(left);
    return timespec{seconds.count(), (left - seconds).count()};
  }

  void Finish() {
    // Read before the processes are reaped: their session is known by its pid.
    if (!child_.has_pid_namespace) child_.Kill();
    ending_.wall = duration_cast<microseconds>(Clock::now() - child_.executed);
    const Ended ended = child_.Wait();
    if (child_.cgroup != nullptr) ending_.cgroup = child_.cgroup->Read();
    ending_.wait_status = ended.wait_status;
    ending_.usage = ended.usage;
    ReaperReport report;
    if (child_.report.valid() &&
        read(child_.report.get(), &report, sizeof report) == sizeof report) {
      ending_.wait_status = report.wait_status;
    }
  }

  Child& child_;
  const Spec& spec_;
  const Supervision& supervision_;
  Ending& ending_;
  long cpus_ = 1;
  bool killed_ = false;
  bool cancelled_ = false;
  std::optional<KillReason> ending_by_;
  std::optional<Clock::time_point> wall_deadline_, cpu_look_, grace_end_;
};

}  // namespace

void Supervise(Child& child, const Spec& spec, const Supervision& supervision,
               Ending& ending) {
  Supervisor(child, spec, supervision, ending).Run();
}

}  // namespace jail
