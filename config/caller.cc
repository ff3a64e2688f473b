// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "config/validate.h"
#include "jail/sys/fd.h"
#include "jail/sys/user_namespace.h"

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
  if (!InInitialUserNamespace()) {
    caller.uids = ReadIdMap("/proc/self/uid_map");
    caller.gids = ReadIdMap("/proc/self/gid_map");
  }
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    caller.environment.push_back(*entry);
  }
  char directory[PATH_MAX];
  if (getcwd(directory, sizeof directory) != nullptr) {
    caller.working_directory = directory;
  }
  caller.is_open = [](int fd) { return fcntl(fd, F_GETFD) >= 0; };
  return caller;
}

}  // namespace jail
