// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// evalctl.cfg, read and checked, with the jail of each profile planned.
#ifndef TOOLS_EVALCTL_PROFILE_H_
#define TOOLS_EVALCTL_PROFILE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "jail/launcher.h"
#include "proto/evalctl.pb.h"
#include "tools/evalctl/collect.h"
#include "tools/evalctl/launcher_cache.h"

namespace jail::eval {

inline constexpr size_t kMaxConfigBytes = 1 << 20;
inline constexpr uint64_t kDefaultWorkspaceBytes = 48 << 20;
inline constexpr uint64_t kDefaultWorkspaceInodes = 4096;
inline constexpr uint64_t kDefaultOutputBytes = 1 << 20;
inline constexpr uint64_t kMaxOutputBytes = 64 << 20;

// What a request names.  Any thread may use it.
struct LoadedProfile {
  Profile config;
  std::string cwd;                           // absolute, in the jail
  std::unique_ptr<LauncherCache> launchers;  // null: `missing` says why
  std::vector<std::string> missing;          // of Profile.needs
  CollectOptions collect;                    // defaults, and maxima
};

// Parses the file at `path`.  False: each fault has a line in `errors`.
bool ReadConfig(const std::string& path, Config& config,
                std::vector<std::string>& errors);

// Plans the jail of `profile`, whose jail_config counts from `directory`.  A
// profile whose needs are not met here is no error, and has no launcher.
bool LoadProfile(const Profile& profile, const std::string& directory,
                 LoadedProfile& loaded, std::vector<std::string>& errors);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_PROFILE_H_
