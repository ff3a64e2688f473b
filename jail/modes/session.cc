// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/modes/session.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "jail/report/access_report.h"
#include "jail/report/report.h"
#include "jail/report/stats.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

// For people, who look at stderr; in one write(2), as jails may share it.
void WriteStats(const report::Report& report) {
  const std::string text = StatsText(report);
  const ssize_t ignored = write(STDERR_FILENO, text.data(), text.size());
  static_cast<void>(ignored);
}

// What seccomp_unotify recorded: the most frequent to the log, all of it to its
// file.
bool TellAccesses(const Session& session, const Ending& ending,
                  const std::string& remote) {
  constexpr size_t kMostLines = 50;  // of files, and of sockets
  report::AccessReport report = MakeAccessReport(*ending.accesses);
  report.set_name(ToUtf8(session.spec.name));
  report.set_pid(ending.pid);
  report.set_remote(remote);
  if (session.log.level() <= Log::Level::kInfo) {
    for (const std::string& line : AccessTable(report, kMostLines)) {
      session.log.Info(line);
    }
  }
  if (session.accesses == nullptr) return true;
  absl::Status written = session.accesses->Write(report);
  if (!written.ok()) session.log.Fatal(written.message());
  return written.ok();
}

}  // namespace

bool Tell(const Session& session, const Ending& ending,
          const std::string& remote, int jails_left) {
  const Spec& spec = session.spec;
  bool written = true;
  // What `systemctl status` shows of a service that has ended, or why it never
  // began.  A server has others to tell of.
  if (session.notifier.is_set() && spec.mode != Mode::kListen) {
    const std::string status = ending.setup_failure
                                   ? ending.setup_failure->ToString()
                                   : EndLine(ending, remote, jails_left);
    const bool goes_on = spec.mode == Mode::kRerun && !ending.setup_failure &&
                         ending.cancel_signal == 0;
    if (goes_on) {
      session.notifier.Status(status);
    } else {
      session.notifier.Stopping(status);
    }
  }
  if (ending.setup_failure) {
    // A server goes on with its next client.
    if (spec.mode == Mode::kListen) {
      session.log.Error(ending.setup_failure->ToString());
    } else {
      session.log.Fatal(ending.setup_failure->ToString());
    }
    LogNotStarted(session.log);
  } else {
    // Those that the plan knew of were told before the launch.
    const size_t told =
        session.plan.cgroup ? session.plan.cgroup->losses.size() : 0;
    for (size_t i = told; i < ending.cgroup_losses.size(); ++i) {
      session.log.Warning(ending.cgroup_losses[i].ToString());
    }
    std::string limit = TimeLimitLine(spec, ending, remote);
    if (!limit.empty()) session.log.Info(limit);
    for (const std::string& line : DeniedCallLines(ending, remote)) {
      session.log.Info(line);
    }
    std::string violation = ViolationLine(ending, remote);
    if (!violation.empty()) session.log.Warning(violation);
    for (const std::string& line : LimitLines(spec, ending, remote)) {
      session.log.Info(line);
    }
    for (const std::string& warning : OutputWarnings(ending)) {
      session.log.Warning(warning);
    }
    if (ending.accesses) written = TellAccesses(session, ending, remote);
    session.log.Info(EndLine(ending, remote, jails_left));
  }
  if (!session.wants_usage()) return written;

  report::Report report = MakeReport(spec, &session.plan, ending);
  report.set_remote(remote);
  for (const std::string& warning : session.warnings) {
    report.add_warnings(ToUtf8(warning));
  }
  report.mutable_timing()->set_parse_us(session.parse_us);
  report.mutable_timing()->set_plan_us(session.plan_us);
  if (session.stats) WriteStats(report);
  if (session.report == nullptr) return written;
  absl::Status status = session.report->Write(report);
  if (!status.ok()) session.log.Fatal(status.message());
  return written && status.ok();
}

void LogStarted(const Session& session, const std::string& remote) {
  if (!session.log.is_set()) return;
  session.log.Info(StartLine(session.spec.process.command.file, remote));
}

void LogNotStarted(Logger& log) {
  if (log.is_set()) log.Error("Couldn't launch the child process");
}

void TellStatus(const Session& session, const std::vector<RunningJail>& jails) {
  struct signalfd_siginfo info;
  const ssize_t ignored = read(session.status_fd, &info, sizeof info);
  static_cast<void>(ignored);
  session.log.Info(
      absl::StrCat("Total number of spawned namespaces: ", jails.size()));
  const auto now = std::chrono::steady_clock::now();
  for (const RunningJail& jail : jails) {
    session.log.Info(
        RunningLine(session.spec, jail.pid, jail.remote, now - jail.executed));
  }
}

void ListenForNotices(const Session& session, LaunchIo& io) {
  const Cgroup& limits = session.spec.cgroup;
  io.wants_oom_notice = session.log.level() <= Log::Level::kInfo &&
                        (limits.memory_max || limits.memory_memsw_max);
}

void ListenForNotices(const Session& session, pid_t pid,
                      const std::string& remote, Supervision& supervision) {
  if (session.spec.mode != Mode::kListen) {
    const auto executed = std::chrono::steady_clock::now();
    supervision.status_fd = session.status_fd;
    supervision.on_status = [&session, pid, remote, executed] {
      TellStatus(session, {{pid, remote, executed}});
    };
  }
  supervision.on_oom = [&session, pid, remote] {
    session.log.Info(OutOfMemoryLine(session.spec, pid, remote));
  };
  if (!session.notifier.is_set() || session.spec.mode == Mode::kListen) return;
  supervision.on_cancel = [&session, pid] {
    session.notifier.Stopping(absl::StrCat("ending pid ", pid));
  };
}

}  // namespace jail
