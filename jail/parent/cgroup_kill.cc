// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/cgroup_kill.h"

#include <signal.h>
#include <sys/types.h>
#include <time.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "jail/parent/cgroup_files.h"

namespace jail {
namespace {

// The kernel freezes a process as it next leaves the kernel.  One that waits
// for a disk may take long, but does not fork meanwhile.
constexpr int kFreezeTries = 50;
constexpr timespec kFreezePause = {0, 1'000'000};

}  // namespace

void KillListed(const std::string& directory) {
  const std::string text = ReadCgroupFile(directory + "/cgroup.procs");
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    pid_t pid;
    // Pid 0 is a process of a pid namespace that we do not see.
    if (absl::SimpleAtoi(line, &pid) && pid > 0) kill(pid, SIGKILL);
  }
}

bool FreezeAndKill(const std::string& directory, const std::string& inside) {
  const std::string state = directory + "/freezer.state";
  if (WriteCgroupFile(state, "FROZEN") != 0) return false;
  for (int i = 0; i < kFreezeTries && ReadCgroupFile(state) != "FROZEN"; ++i) {
    nanosleep(&kFreezePause, nullptr);
  }
  KillListed(inside);
  Thaw(directory);
  return true;
}

void Thaw(const std::string& directory) {
  WriteCgroupFile(directory + "/freezer.state", "THAWED");
}

}  // namespace jail
