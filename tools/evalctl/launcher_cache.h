// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Plans of launches that come again: the runner of a profile with its usual
// limits is planned once.
#ifndef TOOLS_EVALCTL_LAUNCHER_CACHE_H_
#define TOOLS_EVALCTL_LAUNCHER_CACHE_H_

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "jail/launcher.h"

namespace jail::eval {

// Launches of a profile whose plans are kept, some 40 KiB each.
inline constexpr size_t kMaxCachedLaunches = 20;
// Longer commands and environments are planned each time.
inline constexpr size_t kMaxCachedKeyBytes = 16 << 10;

// Equal only for equal ones.
std::string LaunchKey(const Launcher::Overrides& overrides);

// Thread-safe.
class LauncherCache {
 public:
  explicit LauncherCache(std::unique_ptr<const Launcher> base)
      : base_(std::move(base)) {}

  const Launcher& base() const { return *base_; }

  // base().With(overrides), or what it gave before.
  std::shared_ptr<const Launcher> With(const Launcher::Overrides& overrides,
                                       std::vector<std::string>& errors);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const Launcher> launcher;
  };

  std::shared_ptr<const Launcher> Find(const std::string& key);

  const std::unique_ptr<const Launcher> base_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // the last used first
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_LAUNCHER_CACHE_H_
