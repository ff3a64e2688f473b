// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_BATCH_RESUME_H_
#define TOOLS_EVALCTL_BATCH_RESUME_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "jail/sys/fd.h"

namespace jail::eval {

inline constexpr uint64_t kMaxResumeIds = 10'000'000;
inline constexpr size_t kMaxAnswerBytes = 1 << 30;  // of one line

struct Resumed {
  Fd fd;  // appends
  std::set<std::string> ids;
};

// Opens the answers of a batch that was interrupted, or makes the file (0600),
// and locks it against a second batch.  Half a line at its end, left by a kill,
// is cut off.  A whole line without an id is an error: it is not ours.
absl::StatusOr<Resumed> OpenForResume(const std::string& path);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_BATCH_RESUME_H_
