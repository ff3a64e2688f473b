// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/sys/subid.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "jail/sys/fd.h"

namespace jail {
namespace {

constexpr size_t kMaxFileBytes = 64 << 20;

}  // namespace

absl::StatusOr<std::vector<SubidRange>> ReadSubids(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path, kMaxFileBytes);
  if (!text.ok()) return text.status();
  std::vector<SubidRange> found;
  for (absl::string_view line : absl::StrSplit(*text, '\n')) {
    const std::vector<absl::string_view> fields = absl::StrSplit(line, ':');
    SubidRange range;
    if (fields.size() != 3 || fields[0].empty() || fields[0][0] == '#' ||
        !absl::SimpleAtoi(fields[1], &range.first) ||
        !absl::SimpleAtoi(fields[2], &range.count)) {
      continue;
    }
    range.owner = std::string(fields[0]);
    found.push_back(std::move(range));
  }
  return found;
}

bool SubidsGrant(const std::vector<SubidRange>& ranges, const std::string& name,
                 uint32_t uid, uint64_t first, uint64_t count) {
  const std::string number = std::to_string(uid);
  while (count > 0) {
    const SubidRange* around = nullptr;
    for (const SubidRange& range : ranges) {
      const bool ours =
          range.owner == number || (!name.empty() && range.owner == name);
      if (ours && range.first <= first && first - range.first < range.count) {
        around = &range;
        break;
      }
    }
    if (around == nullptr) return false;
    const uint64_t held = around->count - (first - around->first);
    if (held >= count) return true;
    first += held;
    count -= held;
  }
  return true;
}

}  // namespace jail
