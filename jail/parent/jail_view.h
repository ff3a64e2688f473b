// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_JAIL_VIEW_H_
#define JAIL_PARENT_JAIL_VIEW_H_

#include <string>

#include "jail/spec/spec.h"

namespace jail {

// Where a path of the jail lies on the host, as the Spec's mounts have it.
// For hints only: the jail itself is gone, or was never made.
struct HostPlace {
  bool found = false;            // a file of the host is there
  std::string host;              // its path on the host
  std::string missing;           // else: the jail's path that is not there
  const Mount* mount = nullptr;  // what it lies on; null: the root
};

// Follows symbolic links as a process in the jail would.
HostPlace FindOnHost(const Spec& spec, const std::string& path);

}  // namespace jail

#endif  // JAIL_PARENT_JAIL_VIEW_H_
