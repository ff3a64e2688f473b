// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What `jailctl policy` works on: a filter, with the rules that it came from.
#ifndef TOOLS_JAILCTL_POLICY_LOADED_POLICY_H_
#define TOOLS_JAILCTL_POLICY_LOADED_POLICY_H_

#include <linux/seccomp.h>

#include <optional>
#include <string>
#include <vector>

#include "jail/seccomp/bpf.h"
#include "jail/seccomp/policy.h"

namespace jail::jailctl {

struct LoadedPolicy {
  std::string name;         // what it was asked for as: a file, "-" ...
  seccomp::Policy policy;   // the rules; for reasons, where is_oci
  seccomp::Program filter;  // what the kernel would get
  std::vector<std::string> notes;
  bool is_oci = false;
};

// What a policy does with one call, and why.
struct Ruling {
  uint32_t value = 0;  // SECCOMP_RET_*
  // "python.kafel:7:3 (ptrace)", "DEFAULT", "the x32 ABI"
  std::string reason;
  // The rule that decided; null where none did.
  const seccomp::Rule* rule = nullptr;
};

Ruling Decide(const LoadedPolicy& loaded, const seccomp_data& call);

// "python.kafel:7:3"; for an OCI profile "profile.json: /syscalls/3".
std::string PlaceName(const seccomp::SourceNames& names, seccomp::Place place);

// Where `name` may lead: a shipped policy, "-" for standard input, a jail
// config (NAME.cfg: its seccomp_string or seccomp_policy_file), an OCI profile
// (text that begins with "{"), else a Kafel policy.  Everything that is wrong
// goes to `errors`, a line each.
std::optional<LoadedPolicy> LoadPolicy(const std::string& name,
                                       const std::vector<seccomp::Arch>& archs,
                                       std::vector<std::string>& errors);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_LOADED_POLICY_H_
