// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_CPU_LOOK_H_
#define JAIL_PARENT_CPU_LOOK_H_

#include <chrono>

namespace jail {

// When the CPU time of a jail is to be looked at.  The limit can't be reached
// earlier than with all processors busy, so the next look is due when they
// could have used up what is left: some looks for a jail far from its limit,
// and few for one that sleeps.
class CpuLooks {
 public:
  using Duration = std::chrono::microseconds;

  // `cpus`: as many processors as the jail can keep busy, 1 at least.
  CpuLooks(Duration limit, long cpus);

  // From a look that found `used`, and took `cost`, to the next one.
  Duration Next(Duration used, Duration cost = Duration{0}) const;

  // By how much the jail may be beyond its limit when a look sees it, if looks
  // come when they are due and take no time.
  Duration MostBeyond() const { return last_ * cpus_; }

  // A counter of the kernel's may be behind by what the processors have used
  // since their last ticks.
  bool MayHaveReached(Duration counted) const;

 private:
  Duration limit_;
  long cpus_;
  Duration last_;  // between looks, just before the limit
};

}  // namespace jail

#endif  // JAIL_PARENT_CPU_LOOK_H_
