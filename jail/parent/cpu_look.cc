// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/cpu_look.h"

#include <algorithm>

namespace jail {
namespace {

using std::chrono::microseconds;

// A look takes some microseconds for each process of the jail: not more often
// than kShortest, however near the limit is; and not more seldom than that all
// processors together use kShare meanwhile, if they can.
constexpr microseconds kShortest{200}, kLongestLast{2000}, kShare{8000};
// HZ is 100 at least.
constexpr microseconds kTick{10000};

}  // namespace

CpuLooks::CpuLooks(Duration limit, long cpus)
    : limit_(limit),
      cpus_(std::max(1L, cpus)),
      last_(std::clamp(kShare / cpus_, kShortest, kLongestLast)) {}

CpuLooks::Duration CpuLooks::Next(Duration used, Duration cost) const {
  // Looks that are dear, at many processes, take half of a processor at most.
  return std::max({(limit_ - used) / cpus_, last_, 2 * cost});
}

bool CpuLooks::MayHaveReached(Duration counted) const {
  return counted + kTick * cpus_ >= limit_;
}

}  // namespace jail
