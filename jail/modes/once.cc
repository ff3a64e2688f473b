// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/modes/session.h"
#include "jail/parent/launch.h"
#include "jail/report/report.h"

namespace jail {
namespace {

Ending RunJail(const Session& session) {
  Ending ending;
  ChildPtr child = Launch(session.spec, session.plan, LaunchIo{}, ending);
  if (child != nullptr) {
    Supervise(*child, session.spec, {.signal_fd = session.signal_fd}, ending);
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
