// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_JAILCTL_DOCTOR_TEXT_H_
#define TOOLS_JAILCTL_DOCTOR_TEXT_H_

#include <string>

#include "tools/jailctl/finding.h"
#include "tools/jailctl/style.h"

namespace jail::jailctl {

// For people: a line for each finding, with its fix beneath it; the verdict
// last.
std::string DoctorText(const Examination& examination, const Painter& paint);

// For programs: one JSON document.
std::string DoctorJson(const Examination& examination);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_DOCTOR_TEXT_H_
