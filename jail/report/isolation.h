// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_REPORT_ISOLATION_H_
#define JAIL_REPORT_ISOLATION_H_

#include "jail/parent/ending.h"
#include "jail/plan/plan.h"
#include "jail/spec/spec.h"
#include "proto/report.pb.h"

namespace jail {

// What was in force when the target started: what the Spec asks for, as the
// plan has it, less what was skipped at run time.
report::Isolation IsolationInForce(const Spec& spec, const Plan& plan,
                                   const Ending& ending);

}  // namespace jail

#endif  // JAIL_REPORT_ISOLATION_H_
