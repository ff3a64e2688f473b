// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/cgroup_hints.h"

#include <errno.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "jail/parent/cgroup_files.h"

namespace jail {

std::string CgroupHint(int error) {
  switch (error) {
    case EROFS:
      return "the cgroup file system is read-only here, as in a container: "
             "docker run --privileged, or --cgroupns=host -v "
             "/sys/fs/cgroup:/sys/fs/cgroup; or do without: "
             "cgroup_best_effort: \"all\"";
    case EACCES:
    case EPERM:
      return "this user may not make cgroups there: run as root, or write "
             "Delegate=yes into the [Service] section of the unit; or do "
             "without: cgroup_best_effort: \"all\"";
    case EAGAIN:
      return "cgroup.max.descendants or cgroup.max.depth of a cgroup above it "
             "allows no more";
    default:
      return "";
  }
}

std::string ControllerHint(int error, const std::string& name,
                           const std::string& parent) {
  if (error == EBUSY) {
    return absl::StrCat("processes live in ", parent,
                        " itself; move them to a leaf beneath it, or name "
                        "another cgroup by cgroupv2_mount");
  }
  if (error == ENOENT || error == EINVAL) {
    if (IsThreaded(parent)) return ThreadedHint(parent);
    return absl::StrCat("the ", name, " controller is not available in ",
                        parent,
                        ": see its cgroup.controllers; systemd passes "
                        "it on by Delegate=",
                        name, " in the unit, for users in user@.service");
  }
  return CgroupHint(error);
}

std::string SettingHint(int error, const CgroupSetting& setting,
                        const std::string& parent) {
  if (setting.file == "memory.memsw.limit_in_bytes" && error == ENOENT) {
    return "swap accounting is off: boot with swapaccount=1, or leave "
           "cgroup_mem_swap_max and cgroup_mem_memsw_max unset";
  }
  if (setting.value.empty()) return "boot with psi=1";
  if (error == ENODEV) return "name a whole disk, as lsblk(8) lists them";
  if (error != 0 && setting.file.starts_with("cpuset.")) {
    return absl::StrCat(
        "the cgroup above has: ",
        ReadCgroupFile(absl::StrCat(parent, "/", setting.file, ".effective")),
        ReadCgroupFile(
            absl::StrCat(parent, "/cpuset.effective_",
                         absl::StripPrefix(setting.file, "cpuset."))));
  }
  return CgroupHint(error);
}

bool IsThreaded(const std::string& path) {
  return ReadCgroupFile(path + "/cgroup.type") == "threaded";
}

std::string ThreadedHint(const std::string& path) {
  return absl::StrCat(path,
                      " is threaded, or above threaded ones (cgroup.type): "
                      "name a cgroup of type domain");
}

std::string JoinHint(int error, const CgroupDirectory& directory) {
  if (error == ENOSPC && absl::StrContains(directory.controller, "cpuset")) {
    return absl::StrCat(
        "it has no processors or no memory nodes: see "
        "cpuset.cpus and cpuset.mems in ",
        directory.parent);
  }
  if (error == EINVAL && absl::StrContains(directory.controller, "cpu")) {
    return "a process with a real-time policy (chrt -f) can't be moved there: "
           "start jail with the usual one";
  }
  return CgroupHint(error);
}

}  // namespace jail
