// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/launcher_cache.h"

#include <optional>

#include "absl/strings/str_cat.h"

namespace jail::eval {
namespace {

// Two keys are equal only if all that they were made of is: each part has its
// length before it.
class Key {
 public:
  explicit Key(const Launcher::Overrides& from) {
    Add(from.command);
    Add(from.environment.has_value());
    if (from.environment) Add(*from.environment);
    Add(from.cwd);
    for (const auto& time : {from.wall_time, from.cpu_time, from.idle_time}) {
      Add(time ? std::optional<uint64_t>(time->count()) : std::nullopt);
    }
    for (const auto& limit : {from.memory_bytes, from.pids, from.cpu_weight,
                              from.file_size_bytes, from.open_files}) {
      Add(limit);
    }
    Add(from.channel);
    Add(from.waits_for_start);
  }

  std::string Take() { return std::move(key_); }

 private:
  void Add(bool flag) { key_.push_back(flag ? '1' : '0'); }
  void Add(const std::string& text) {
    absl::StrAppend(&key_, text.size(), ":", text);
  }
  void Add(const std::vector<std::string>& texts) {
    absl::StrAppend(&key_, texts.size(), ":");
    for (const std::string& text : texts) Add(text);
  }
  void Add(std::optional<uint64_t> number) {
    if (number) absl::StrAppend(&key_, *number);
    key_.push_back(';');
  }

  std::string key_;
};

}  // namespace

std::string LaunchKey(const Launcher::Overrides& overrides) {
  return Key(overrides).Take();
}

std::shared_ptr<const Launcher> LauncherCache::Find(const std::string& key) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->key != key) continue;
    entries_.splice(entries_.begin(), entries_, entry);
    return entry->launcher;
  }
  return nullptr;
}

std::shared_ptr<const Launcher> LauncherCache::With(
    const Launcher::Overrides& overrides, std::vector<std::string>& errors) {
  std::string key = LaunchKey(overrides);
  if (std::shared_ptr<const Launcher> known = Find(key)) return known;
  std::shared_ptr<const Launcher> made = base_->With(overrides, errors);
  if (made == nullptr || key.size() > kMaxCachedKeyBytes) return made;
  const std::lock_guard<std::mutex> lock(mutex_);
  // Two threads may have made the same: both are right, and one goes first.
  entries_.push_front({std::move(key), made});
  if (entries_.size() > kMaxCachedLaunches) entries_.pop_back();
  return made;
}

}  // namespace jail::eval
