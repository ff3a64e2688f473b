// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_EARLY_SETTINGS_H_
#define CONFIG_EARLY_SETTINGS_H_

#include <string>

#include "config/parse.h"
#include "jail/spec/spec.h"

namespace jail {

// What must be known before a configuration is validated, so that its faults
// can be told where the user wants them.
struct EarlySettings {
  Log log;
  bool many_reports = false;  // modes RERUN and LISTEN
  std::string access_report;  // seccomp_unotify's; empty: none is asked for
  Origin access_report_origin;
};

EarlySettings ReadEarlySettings(const ParsedConfig& config);

}  // namespace jail

#endif  // CONFIG_EARLY_SETTINGS_H_
