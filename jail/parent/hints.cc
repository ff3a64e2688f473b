// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/hints.h"

namespace jail {

void AddHint(const Spec&, const Plan&, SetupFailure&) {}

}  // namespace jail
