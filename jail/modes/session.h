// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What every mode works with.  main() makes one, and calls one of the modes,
// each of which returns what `jail` exits with.
#ifndef JAIL_MODES_SESSION_H_
#define JAIL_MODES_SESSION_H_

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "jail/log.h"
#include "jail/parent/ending.h"
#include "jail/parent/launch.h"
#include "jail/plan/plan.h"
#include "jail/report/report_sink.h"
#include "jail/spec/spec.h"
#include "jail/sys/service_manager.h"

namespace jail {

inline constexpr int kExitSetupFailed = 255;

struct Session {
  const Spec& spec;
  const Plan& plan;
  Logger& log;
  ReportSink* report = nullptr;       // null: none was asked for
  ReportSink* accesses = nullptr;     // seccomp_unotify_report
  bool stats = false;                 // --stats
  int signal_fd = -1;                 // signalfd(2) of TakeFatalSignals()
  int status_fd = -1;                 // signalfd(2) of TakeStatusSignal()
  std::vector<std::string> warnings;  // of the config; for the report
  Notifier notifier;                  // to a service manager, or nobody
  int listen_fds = 0;                 // sockets that one has opened for us
  uint64_t parse_us = 0;
  uint64_t plan_us = 0;

  bool wants_usage() const { return report != nullptr || stats; }
};

// Tells how one jail ended: in the log, and in the report where there is one.
// False, and a line in the log, when the report can't be written.
bool Tell(const Session& session, const Ending& ending,
          const std::string& remote, int jails_left);

// In a log of its own, which programs read: nsjail's lines that tell whether
// the program was started at all.
void LogStarted(const Session& session, const std::string& remote);
void LogNotStarted(Logger& log);

// Who hears at once of what happens to a jail, in the log and from a manager:
// fills `io` before the launch, `supervision` after it.
void ListenForNotices(const Session& session, LaunchIo& io);
void ListenForNotices(const Session& session, pid_t pid,
                      const std::string& remote, Supervision& supervision);

// Somebody asks what runs: takes the signal from status_fd, and tells the log
// of `jails`.
struct RunningJail {
  pid_t pid = 0;
  std::string remote;
  std::chrono::steady_clock::time_point executed;
};
void TellStatus(const Session& session, const std::vector<RunningJail>& jails);

// Mode ONCE: one jail on our own stdin, stdout and stderr.
int RunOnce(const Session& session);

// Mode RERUN: the next jail when one ends, until a signal or a failure of
// ours.
int RunAgainAndAgain(const Session& session);

// Mode EXECVE: this process becomes the target.  Returns on failure only.
int RunInPlace(const Session& session);

}  // namespace jail

#endif  // JAIL_MODES_SESSION_H_
