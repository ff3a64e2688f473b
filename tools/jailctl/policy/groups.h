// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What syscalls are about.
#ifndef TOOLS_JAILCTL_POLICY_GROUPS_H_
#define TOOLS_JAILCTL_POLICY_GROUPS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace jail::jailctl {

struct CallGroup {
  const char* id;     // for JSON: "files"
  const char* title;  // for people: "Files"
  std::vector<absl::string_view> calls;
};

// In the order in which they are shown; the last one, "other", holds no call.
const std::vector<CallGroup>& CallGroups();

// The group of a call by its name; "other" for one that is in none.
const CallGroup& GroupOf(const std::string& call);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_GROUPS_H_
