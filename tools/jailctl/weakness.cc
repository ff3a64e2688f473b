// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/weakness.h"

#include <algorithm>

namespace jail::jailctl {

std::vector<Weakness> FindWeaknesses(const Spec& spec) {
  std::vector<Weakness> found;
  FindWeakNamespaces(spec, found);
  FindWeakPrivileges(spec, found);
  FindWeakMounts(spec, found);
  FindWeakLimits(spec, found);
  std::stable_sort(found.begin(), found.end(),
                   [](const Weakness& a, const Weakness& b) {
                     return a.severity > b.severity;
                   });
  return found;
}

std::string SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kLow:
      return "low";
    case Severity::kMedium:
      return "medium";
    case Severity::kHigh:
      return "high";
    case Severity::kSevere:
      return "severe";
  }
  return "";
}

}  // namespace jail::jailctl
