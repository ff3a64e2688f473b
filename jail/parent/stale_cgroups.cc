// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/stale_cgroups.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "jail/parent/cgroup_facts.h"
#include "jail/parent/cgroup_files.h"
#include "jail/parent/cgroup_kill.h"
#include "jail/parent/process_tree.h"

namespace jail {
namespace {

// A jail with a cgroup file system of its own could have made directories.
constexpr int kMaxDepth = 8;
// Slices, units and containers within each other.
constexpr int kMaxSearchDepth = 16;

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

uint64_t StartTime(pid_t pid) {
  ProcessStat stat;
  return ReadProcessStat(pid, stat) ? stat.start_time : 0;
}

// A pid means something within its pid namespace only.
std::string PidNamespace() {
  struct stat st;
  if (stat("/proc/self/ns/pid", &st) != 0) return "0";
  return absl::StrCat(st.st_ino);
}

bool RemoveTree(const std::string& directory, int depth) {
  if (rmdir(directory.c_str()) == 0 || errno == ENOENT) return true;
  Thaw(directory);
  if (depth == 0) return false;
  const std::unique_ptr<DIR, CloseDirectory> dir(opendir(directory.c_str()));
  if (dir == nullptr) return errno == ENOENT;
  while (const dirent* entry = readdir(dir.get())) {
    if (entry->d_type != DT_DIR || entry->d_name[0] == '.') continue;
    RemoveTree(absl::StrCat(directory, "/", entry->d_name), depth - 1);
  }
  return rmdir(directory.c_str()) == 0 || errno == ENOENT;
}

void Look(const std::string& path, int depth, std::vector<std::string>& stale) {
  for (std::string& found : FindStaleCgroups(path)) {
    stale.push_back(std::move(found));
  }
  if (depth == 0) return;
  const std::unique_ptr<DIR, CloseDirectory> dir(opendir(path.c_str()));
  if (dir == nullptr) return;
  while (const dirent* entry = readdir(dir.get())) {
    if (entry->d_type != DT_DIR || entry->d_name[0] == '.') continue;
    Look(absl::StrCat(path, "/", entry->d_name), depth - 1, stale);
  }
}

}  // namespace

std::string UniqueCgroupName() {
  static std::atomic<uint64_t> number{0};
  return absl::StrCat("jail.", PidNamespace(), ".", getpid(), ".",
                      StartTime(getpid()), ".", number.fetch_add(1));
}

std::vector<std::string> FindStaleCgroups(const std::string& parent) {
  std::vector<std::string> stale;
  const std::unique_ptr<DIR, CloseDirectory> dir(opendir(parent.c_str()));
  if (dir == nullptr) return stale;
  const std::string ours = PidNamespace();
  while (const dirent* entry = readdir(dir.get())) {
    const std::vector<std::string> parts = absl::StrSplit(entry->d_name, '.');
    pid_t pid;
    uint64_t start;
    if (parts.size() != 5 || parts[0] != "jail" || parts[1] != ours ||
        !absl::SimpleAtoi(parts[2], &pid) || pid <= 0 ||
        !absl::SimpleAtoi(parts[3], &start) || start == 0 ||
        StartTime(pid) == start) {
      continue;
    }
    stale.push_back(absl::StrCat(parent, "/", entry->d_name));
  }
  return stale;
}

std::vector<std::string> FindAllStaleCgroups() {
  std::vector<std::string> stale;
  const std::string text = ReadCgroupFile("/proc/self/mountinfo");
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    CgroupMount mount;
    if (ParseCgroupMount(std::string(line), mount)) {
      Look(mount.path, kMaxSearchDepth, stale);
    }
  }
  return stale;
}

void RemoveStaleCgroups(const std::string& parent) {
  // What still has processes is not proved dead: rmdir(2) leaves it.
  for (const std::string& path : FindStaleCgroups(parent)) {
    RemoveCgroupTree(path);
  }
}

void RemoveStaleCgroupsOnce(const std::string& parent) {
  static std::mutex mutex;
  static std::set<std::string>& seen = *new std::set<std::string>;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    if (!seen.insert(parent).second) return;
  }
  RemoveStaleCgroups(parent);
}

bool RemoveCgroupTree(const std::string& directory) {
  return RemoveTree(directory, kMaxDepth);
}

}  // namespace jail
