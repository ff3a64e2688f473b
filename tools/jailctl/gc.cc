// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/gc.h"

#include "jail/parent/stale_cgroups.h"

namespace jail::jailctl {

std::vector<Garbage> CollectGarbage(bool dry_run) {
  std::vector<Garbage> garbage;
  for (const std::string& path : FindAllStaleCgroups()) {
    garbage.push_back({path, !dry_run && RemoveCgroupTree(path)});
  }
  return garbage;
}

}  // namespace jail::jailctl
