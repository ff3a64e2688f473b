// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SYS_SUBID_H_
#define JAIL_SYS_SUBID_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace jail {

// A line of subuid(5) or subgid(5): ids that a user may map.
struct SubidRange {
  std::string owner;  // login name or uid, in both files
  uint64_t first = 0;
  uint64_t count = 0;
};

// Lines that are not well formed are passed over, as newuidmap(1) does.
absl::StatusOr<std::vector<SubidRange>> ReadSubids(const std::string& path);

// Do the ranges of `name` (may be empty) or `uid` hold all of [first,
// first + count)?  Ranges that touch count as one.
bool SubidsGrant(const std::vector<SubidRange>& ranges, const std::string& name,
                 uint32_t uid, uint64_t first, uint64_t count);

}  // namespace jail

#endif  // JAIL_SYS_SUBID_H_
