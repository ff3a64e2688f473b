// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_WATCHER_ADAPTER_H_
#define JAIL_WATCHER_ADAPTER_H_

#include "jail/launcher.h"
#include "jail/parent/launch.h"

namespace jail {

// The library's Watcher, as the supervisor takes it.
class WatcherAdapter final : public IoWatcher {
 public:
  explicit WatcherAdapter(Watcher& watcher) : watcher_(watcher) {}
  size_t Items(struct pollfd* items) override { return watcher_.Items(items); }
  bool Ready(const struct pollfd* items, size_t count) override {
    return watcher_.Ready(items, count);
  }

 private:
  static_assert(Watcher::kMaxItems == IoWatcher::kMaxItems);
  Watcher& watcher_;
};

}  // namespace jail

#endif  // JAIL_WATCHER_ADAPTER_H_
