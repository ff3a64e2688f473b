// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What is weak in a jail that a config describes.  Facts of the Spec alone: no
// host is asked.
#ifndef TOOLS_JAILCTL_WEAKNESS_H_
#define TOOLS_JAILCTL_WEAKNESS_H_

#include <string>
#include <vector>

#include "jail/spec/origin.h"
#include "jail/spec/spec.h"

namespace jail::jailctl {

enum class Severity {
  kNote,    // surprising rather than weak: a default in force
  kLow,     // a layer less
  kMedium,  // the program can get in the way of others, or learn about them
  kHigh,    // the program reaches what is not its own
  kSevere,  // hardly a jail
};

struct Weakness {
  Severity severity = Severity::kLow;
  std::string what;  // a sentence without a full stop
  std::string fix;   // what to write into the config
  Origin origin;
};

// Worst first; of the same severity, in the order of the checks.
std::vector<Weakness> FindWeaknesses(const Spec& spec);

std::string SeverityName(Severity severity);  // "severe"

// Parts of FindWeaknesses: weak_namespaces.cc, weak_mounts.cc, weak_limits.cc.
void FindWeakNamespaces(const Spec& spec, std::vector<Weakness>& found);
void FindWeakPrivileges(const Spec& spec, std::vector<Weakness>& found);
void FindWeakMounts(const Spec& spec, std::vector<Weakness>& found);
void FindWeakLimits(const Spec& spec, std::vector<Weakness>& found);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_WEAKNESS_H_
