// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/modes/session.h"

namespace jail {

int RunInPlace(const Session& session) {
  Ending ending;
  SetupFailure failure;
  failure.stage = "plan";
  failure.operation = "mode EXECVE";
  failure.detail = "is not implemented yet";
  ending.setup_failure = failure;
  Tell(session, ending, "", 0);
  return kExitSetupFailed;
}

}  // namespace jail
