// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "config/validate.h"
#include "jail/sys/fd.h"

extern char** environ;

namespace jail {
namespace {

// The first and the last column of uid_map or gid_map: user_namespaces(7).
std::vector<IdRange> ReadIdMap(const char* path) {
  std::vector<IdRange> ranges;
  // The kernel takes at most 340 lines.
  const absl::StatusOr<std::string> text = ReadFile(path, 1 << 16);
  if (!text.ok()) return ranges;
  const std::vector<absl::string_view> words =
      absl::StrSplit(*text, absl::ByAnyChar(" \n"), absl::SkipEmpty());
  for (size_t i = 0; i + 2 < words.size(); i += 3) {
    IdRange range;
    if (!absl::SimpleAtoi(words[i], &range.first) ||
        !absl::SimpleAtoi(words[i + 2], &range.count)) {
      break;
    }
    ranges.push_back(range);
  }
  return ranges;
}

}  // namespace

Caller Caller::Current() {
  Caller caller;
  caller.uid = geteuid();
  caller.gid = getegid();
  caller.uids = ReadIdMap("/proc/self/uid_map");
  caller.gids = ReadIdMap("/proc/self/gid_map");
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    caller.environment.push_back(*entry);
  }
  char directory[PATH_MAX];
  if (getcwd(directory, sizeof directory) != nullptr) {
    caller.working_directory = directory;
  }
  const std::unique_ptr<DIR, int (*)(DIR*)> list(opendir("/proc/self/fd"),
                                                 closedir);
  if (list == nullptr) return caller;
  while (const dirent* entry = readdir(list.get())) {
    int fd;
    if (absl::SimpleAtoi(entry->d_name, &fd) && fd != dirfd(list.get())) {
      caller.open_fds.push_back(fd);
    }
  }
  return caller;
}

}  // namespace jail
