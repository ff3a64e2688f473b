// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// report_violations: counts the calls that the filter answers with an errno.
#ifndef JAIL_PARENT_DENIED_CALLS_H_
#define JAIL_PARENT_DENIED_CALLS_H_

#include <linux/seccomp.h>

#include <array>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "jail/parent/ending.h"
#include "jail/spec/spec.h"

namespace jail {

// Calls are of one kind when they differ in nothing that the filter has looked
// at: by what it looks at, rules tell calls apart.  Whatever the jail does, it
// holds no more than this.
class DeniedCalls {
 public:
  static constexpr size_t kMaxKinds = 256;
  // Of one call; a loop over all file descriptors leaves room for others.
  static constexpr size_t kMaxKindsOfCall = 16;
  static constexpr size_t kMaxTextBytes = size_t{256} << 10;  // of all strings

  // The first of a kind that there is room for: it is worth a description.
  bool IsNew(const seccomp_data& call, const CallJudgement& judgement) const;
  void Add(const seccomp_data& call, const CallJudgement& judgement,
           Violation first);
  // One more of a kind that was added, or not recorded.
  void Count(const seccomp_data& call, const CallJudgement& judgement);

  std::vector<DeniedCallRecord> Calls() const;  // the most frequent first
  uint64_t not_recorded() const { return not_recorded_; }

 private:
  using Name = std::tuple<uint32_t, int, int>;  // architecture, number, errno
  using Kind = std::pair<Name, std::array<uint64_t, 6>>;
  static Name NameOf(const seccomp_data& call, const CallJudgement& judgement);
  static Kind KindOf(const seccomp_data& call, const CallJudgement& judgement);

  std::map<Kind, DeniedCallRecord> calls_;
  std::map<Name, size_t> kinds_;
  size_t text_bytes_ = 0;
  uint64_t not_recorded_ = 0;
};

}  // namespace jail

#endif  // JAIL_PARENT_DENIED_CALLS_H_
