// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/modes/session.h"
#include "jail/parent/become_target.h"

namespace jail {

int RunInPlace(const Session& session) {
  Ending ending;
  ending.setup_failure = BecomeTarget(session.spec, session.plan, LaunchIo{});
  Tell(session, ending, "", 0);
  return kExitSetupFailed;
}

}  // namespace jail
