// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/oom_notice.h"

#include <fcntl.h>
#include <sys/eventfd.h>

#include "absl/strings/str_cat.h"
#include "jail/parent/cgroup_files.h"

namespace jail {

Fd WatchForOom(const std::string& directory) {
  Fd event(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  const Fd control(
      open((directory + "/memory.oom_control").c_str(), O_RDONLY | O_CLOEXEC));
  if (!event.valid() || !control.valid() ||
      WriteCgroupFile(directory + "/cgroup.event_control",
                      absl::StrCat(event.get(), " ", control.get())) != 0) {
    return Fd();
  }
  return event;
}

}  // namespace jail
