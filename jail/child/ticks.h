// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_CHILD_TICKS_H_
#define JAIL_CHILD_TICKS_H_

#include <cstdint>

namespace jail {

// The processor's counter of time, which takes no system call.  Its unit is
// nobody's business: who compares two of them puts a clock beside them.
inline uint64_t Ticks() {
#if defined(__x86_64__)
  uint32_t low, high;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
  return uint64_t{high} << 32 | low;
#elif defined(__aarch64__)
  uint64_t ticks;
  asm volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
#else
#error "jail knows the counter of x86_64 and aarch64 only"
#endif
}

}  // namespace jail

#endif  // JAIL_CHILD_TICKS_H_
