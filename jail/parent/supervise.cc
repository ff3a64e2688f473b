// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "jail/child/reaper_report.h"
#include "jail/parent/child.h"
#include "jail/parent/cpu_look.h"
#include "jail/parent/launch.h"
#include "jail/parent/process_tree.h"

namespace jail {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

// Idleness: looks within the limit, and what part of it may be used.
constexpr int kIdleLooks = 4;
constexpr int kIdleShare = 100;
// What a jail that had to end has written is still delivered, to a reader that
// takes it within this time.
constexpr milliseconds kLastDelivery{1000};

// What the loop waits for.  poll(2) takes no more items than RLIMIT_NOFILE.
constexpr nfds_t kItems = 5;
constexpr nfds_t kMostItems =
    kItems + OutputCapture::kMaxStreams + 2 + IoWatcher::kMaxItems;

static_assert(sizeof(ReaperReport::rusage) == sizeof(struct rusage));

uint64_t Milliseconds(Clock::duration time) {
  return static_cast<uint64_t>(duration_cast<milliseconds>(time).count());
}

struct timespec Until(Clock::time_point time) {
  const auto left = std::max<std::chrono::nanoseconds>(
      time - Clock::now(), std::chrono::nanoseconds{0});
  const auto seconds = duration_cast<std::chrono::seconds>(left);
  return timespec{seconds.count(), (left - seconds).count()};
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
      long cpus = sysconf(_SC_NPROCESSORS_ONLN);
      const uint32_t most = spec_.process.max_cpus.value;
      if (most > 0) cpus = std::min(cpus, static_cast<long>(most));
      cpu_looks_.emplace(spec_.limits.cpu_time.value, cpus);
      cpu_look_ = child_.executed + cpu_looks_->Next(microseconds{0});
    }
    if (const Clock::duration idle = spec_.limits.idle_time.value;
        idle.count() > 0) {
      idle_look_ = busy_ = child_.executed;
      *idle_look_ += idle / kIdleLooks;
    }
    while (!WaitOnce()) {
    }
    Finish();
  }

 private:
  // One round of the loop; true once the first process has ended.
  bool WaitOnce() {
    struct pollfd items[kMostItems] = {
        {child_.pidfd.get(), POLLIN, 0},
        {supervision_.signal_fd, POLLIN, 0},
        {cancelled_ ? -1 : supervision_.cancel_fd, POLLIN | POLLRDHUP, 0},
        {cancelled_ ? -1 : supervision_.hangup_fd, 0, 0},
        {child_.oom_notice.get(), POLLIN, 0}};
    nfds_t count = kItems;
    if (child_.output != nullptr) {
      for (const struct pollfd& stream : child_.output->PollItems()) {
        items[count++] = stream;
      }
    }
    const nfds_t streams_end = count;
    const bool has_calls = child_.calls != nullptr && !killed_;
    if (has_calls) items[count++] = child_.calls->PollItem();
    const nfds_t status = count;
    if (supervision_.status_fd >= 0) {
      items[count++] = {supervision_.status_fd, POLLIN, 0};
    }
    IoWatcher* const watcher = supervision_.watcher;
    const nfds_t watched = count;
    if (watcher != nullptr) count += watcher->Items(items + watched);
    const std::optional<struct timespec> left = UntilNext();
    const int ready =
        ppoll(items, count, left.has_value() ? &*left : nullptr, nullptr);
    if (ready > 0 && count > watched &&
        !watcher->Ready(items + watched, count - watched) && !overflowed_) {
      overflowed_ = true;
      End(KillReason::kOutput);
    }
    if (ready > 0) {
      // First: what the jail was ended for is worth more than that it ended.
      if (has_calls && items[streams_end].revents != 0) {
        OnCalls(items[streams_end].revents);
      }
      if (items[0].revents != 0) return true;
      if (items[1].revents != 0) OnSignal();
      if (items[2].revents != 0 || items[3].revents != 0) {
        cancelled_ = true;  // they stay readable: one request is not two
        End(KillReason::kCancelled);
      }
      if (items[4].revents != 0) {
        child_.oom_notice.Reset();  // once is enough, and it stays readable
        if (supervision_.on_oom) supervision_.on_oom();
      }
      if (watched > status && items[status].revents != 0) {
        supervision_.on_status();
      }
      for (nfds_t i = kItems; i < streams_end; ++i) {
        if (items[i].revents != 0) MoveOutput();
      }
    }
    // After EINTR and ENOMEM, too: the limits hold.
    LookAtClock();
    return false;
  }

  int TakeSignal() {
    struct signalfd_siginfo info;
    const ssize_t n = read(supervision_.signal_fd, &info, sizeof info);
    if (n != sizeof info) return 0;
    const int signal = static_cast<int>(info.ssi_signo);
    if (!ending_by_) ending_.cancel_signal = signal;
    return signal;
  }

  void OnSignal() {
    const int signal = TakeSignal();
    if (signal == 0) return;
    if (spec_.forward_signals) {
      SendSignal(child_.pidfd.get(), signal);
      return;
    }
    End(KillReason::kCancelled);
  }

  void OnCalls(short revents) {
    switch (child_.calls->Ready(revents)) {
      case CallListener::Found::kNothing:
        return;
      case CallListener::Found::kViolation:
        if (!particulars_end_) {
          particulars_end_ = Clock::now() + CallListener::kParticularsTimeout;
        }
        return;
      case CallListener::Found::kAll:
        return EndForViolation();
    }
  }

  // At once, as by the filter itself: there is no grace.
  void EndForViolation() {
    particulars_end_.reset();
    if (!ending_by_) {
      ending_by_ = ending_.kill_reason = KillReason::kViolation;
      ending_.violation = child_.calls->violation();
    }
    KillNow();
  }

  void MoveOutput() {
    child_.output->Move();
    if (!spec_.limits.output_kills || ending_by_) return;
    if (child_.output->Counts().limit_met) End(KillReason::kOutput);
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
    if (idle_look_ && now >= *idle_look_) LookAtIdleTime(now);
    if (particulars_end_ && now >= *particulars_end_) EndForViolation();
    if (grace_end_ && now >= *grace_end_) KillNow();
  }

  void LookAtCpuTime(Clock::time_point now) {
    const microseconds used = CpuTime();
    ending_.cpu_seen = std::max(ending_.cpu_seen, used);
    if (used < spec_.limits.cpu_time.value) {
      const auto cost = duration_cast<microseconds>(Clock::now() - now);
      cpu_look_ = now + cpu_looks_->Next(used, cost);
      return;
    }
    cpu_look_.reset();
    if (!ending_by_) ending_.limit_reached = Milliseconds(used);
    End(KillReason::kCpuTime);
  }

  void LookAtIdleTime(Clock::time_point now) {
    const Clock::duration limit = spec_.limits.idle_time.value;
    const Activity activity = LookAtActivity();
    // Who waits for a processor, on a host that has too few, is not idle.
    const bool is_busy = activity.runs ||
                         activity.written != last_busy_.written ||
                         activity.cpu - last_busy_.cpu >
                             duration_cast<microseconds>(limit) / kIdleShare;
    if (is_busy) {
      last_busy_ = activity;
      busy_ = now;
    }
    if (now - busy_ < limit) {
      idle_look_ = std::min(now + limit / kIdleLooks, busy_ + limit);
      return;
    }
    idle_look_.reset();
    if (!ending_by_) ending_.limit_reached = Milliseconds(now - busy_);
    End(KillReason::kIdleTime);
  }

  Activity LookAtActivity() const {
    Activity activity = TreeActivity(child_.pid);
    activity.cpu = std::max(activity.cpu, CountedCpuTime());
    if (child_.output != nullptr) activity.written += child_.output->received();
    return activity;
  }

  // Of a process whose parent ignores SIGCHLD nothing stays in /proc once it
  // has ended (wait(2)); a cgroup forgets none, and is read at once.
  microseconds CpuTime() const {
    const microseconds counted = CountedCpuTime();
    if (counted.count() > 0 && !cpu_looks_->MayHaveReached(counted)) {
      return counted;
    }
    return std::max(counted, TreeCpuTime(child_.pid));
  }

  microseconds CountedCpuTime() const {
    if (child_.cgroup == nullptr) return microseconds{0};
    return microseconds(child_.cgroup->ReadCpuMicroseconds().value_or(0));
  }

  // The first reason counts.  A second one does not wait for the grace to end.
  void End(KillReason reason) {
    if (ending_by_) return KillNow();
    ending_by_ = reason;
    ending_.kill_reason = reason;
    if (reason == KillReason::kCancelled && supervision_.on_cancel) {
      supervision_.on_cancel();
    }
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
    for (const auto& time : {wall_deadline_, cpu_look_, idle_look_, grace_end_,
                             particulars_end_}) {
      if (time && (!next || *time < *next)) next = time;
    }
    if (!next) return std::nullopt;
    return Until(*next);
  }

  void Finish() {
    // Read before the processes are reaped: their session is known by its pid.
    if (!child_.has_pid_namespace) child_.Kill();
    const Clock::time_point now = Clock::now();
    ending_.wall = duration_cast<microseconds>(now - child_.executed);
    ending_.idle = duration_cast<microseconds>(now - busy_);
    ProcessIo io;
    if (child_.io_counters.valid() && ReadProcessIo(child_.io_counters, io)) {
      ending_.read_bytes = io.read;
      ending_.written_bytes = io.written;
    }
    const Ended ended = child_.Wait();
    if (child_.cgroup != nullptr) {
      ending_.cgroup = child_.cgroup->Read();
      ending_.cgroup_source = child_.cgroup->source();
      ending_.cgroup_paths = child_.cgroup->paths();
      ending_.cgroup_losses = child_.cgroup->losses();
    }
    ending_.wait_status = ended.wait_status;
    ending_.usage = ended.usage;
    ReaperReport report;
    if (child_.report.valid() &&
        read(child_.report.get(), &report, sizeof report) == sizeof report) {
      ending_.wait_status = report.wait_status;
      TakeMounts(report);
    } else if (ended.error != 0) {
      TellLostStatus();
    }
    if (child_.calls != nullptr) {
      child_.calls->Stop();
      if (spec_.watch->accesses) ending_.accesses = child_.calls->accesses();
      ending_.denied_calls = child_.calls->denials().Calls();
      ending_.denied_calls_not_recorded =
          child_.calls->denials().not_recorded();
    }
    // Our SIGKILL stands for the filter's own.
    if (ending_.violation) ending_.wait_status = SIGSYS;
    if (child_.output != nullptr) DeliverRest();
  }

  // Nobody may take it for the status 0.
  void TellLostStatus() {
    SetupFailure failure;
    failure.stage = "parent";
    failure.operation = "waitid";
    failure.object = "the jail's first process";
    failure.detail = "it has ended, and somebody else has its status";
    ending_.setup_failure = std::move(failure);
  }

  void TakeMounts(const ReaperReport& report) {
    for (size_t i = 0; i < child_.mounts.size() && i < kMaxReaperMounts; ++i) {
      const MemoryMount& mount = report.mounts[i];
      if (mount.bytes > 0 && mount.free_bytes == 0) {
        ending_.full_mounts.push_back({child_.mounts[i], false, mount.bytes});
      }
      if (mount.inodes > 0 && mount.free_inodes == 0) {
        ending_.full_mounts.push_back({child_.mounts[i], true, mount.inodes});
      }
    }
  }

  // What is still in the pipes.  Whoever reads may be slow: he has until the
  // time limit, or until a signal.
  void DeliverRest() {
    OutputCapture& output = *child_.output;
    output.TakeNoMore();
    std::optional<Clock::time_point> deadline = wall_deadline_;
    if (ending_by_) deadline = Clock::time_point::min();
    if (deadline) *deadline = std::max(*deadline, Clock::now() + kLastDelivery);
    for (output.Move(); !output.done(); output.Move()) {
      if (deadline && Clock::now() >= *deadline) break;
      const auto streams = output.PollItems();
      struct pollfd items[] = {
          streams[0],
          streams[1],
          {supervision_.signal_fd, POLLIN, 0},
          {cancelled_ ? -1 : supervision_.cancel_fd, POLLIN | POLLRDHUP, 0}};
      const struct timespec left = Until(deadline.value_or(Clock::now()));
      const int ready =
          ppoll(items, std::size(items), deadline ? &left : nullptr, nullptr);
      if (ready > 0 && items[2].revents != 0) TakeSignal();
      if (ready > 0 && (items[2].revents != 0 || items[3].revents != 0)) break;
    }
    ending_.output = output.Counts();
  }

  Child& child_;
  const Spec& spec_;
  const Supervision& supervision_;
  Ending& ending_;
  bool killed_ = false;
  bool cancelled_ = false;
  bool overflowed_ = false;
  std::optional<KillReason> ending_by_;
  std::optional<CpuLooks> cpu_looks_;  // of a jail with a limit of CPU time
  std::optional<Clock::time_point> wall_deadline_, cpu_look_, idle_look_,
      grace_end_, particulars_end_;
  Clock::time_point busy_;  // when a look found the jail at work last
  Activity last_busy_;      // as it was then
};

}  // namespace

void Supervise(Child& child, const Spec& spec, const Supervision& supervision,
               Ending& ending) {
  Supervisor(child, spec, supervision, ending).Run();
}

}  // namespace jail
