// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/sys/passwd.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "jail/sys/fd.h"

namespace jail {
namespace {

constexpr size_t kMaxFileBytes = 64 << 20;  // large sites have large files

}  // namespace

absl::StatusOr<std::vector<NamedId>> ReadNamedIds(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path, kMaxFileBytes);
  if (!text.ok()) return text.status();
  std::vector<NamedId> found;
  for (absl::string_view line : absl::StrSplit(*text, '\n')) {
    // name:password:id:...
    const std::vector<absl::string_view> fields =
        absl::StrSplit(line, absl::MaxSplits(':', 3));
    NamedId entry;
    if (fields.size() < 4 || fields[0].empty() || fields[0][0] == '#' ||
        !absl::SimpleAtoi(fields[2], &entry.id)) {
      continue;
    }
    entry.name = std::string(fields[0]);
    found.push_back(std::move(entry));
  }
  return found;
}

}  // namespace jail
