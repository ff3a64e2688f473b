// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "absl/strings/str_cat.h"
#include "jail/modes/session.h"
#include "jail/parent/launch.h"
#include "jail/report/report.h"

namespace jail {
namespace {

Ending RunJail(const Session& session) {
  Ending ending;
  LaunchIo io;
  io.wants_usage = session.wants_usage();
  // A signal that is to be passed on waits for the program.
  if (!session.spec.forward_signals) io.signal_fd = session.signal_fd;
  ListenForNotices(session, io);
  ChildPtr child = Launch(session.spec, session.plan, io, ending);
  if (child != nullptr) {
    if (session.notifier.is_set()) {
      session.notifier.Ready(absl::StrCat("running ",
                                          session.spec.process.command.file,
                                          " as pid ", ChildPid(*child)));
    }
    LogStarted(session, "");
    Supervision supervision{.signal_fd = session.signal_fd};
    ListenForNotices(session, ChildPid(*child), "", supervision);
    Supervise(*child, session.spec, supervision, ending);
  }
  return ending;
}

}  // namespace

int RunOnce(const Session& session) {
  Ending ending = RunJail(session);
  return Tell(session, ending, "", 0) ? ExitStatus(ending) : kExitSetupFailed;
}

int RunAgainAndAgain(const Session& session) {
  for (;;) {
    Ending ending = RunJail(session);
    if (!Tell(session, ending, "", 0)) return kExitSetupFailed;
    // What fails for our reasons would fail for ever.
    if (ending.setup_failure || ending.cancel_signal != 0) {
      return ExitStatus(ending);
    }
  }
}

}  // namespace jail
