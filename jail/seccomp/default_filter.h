// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The filter of a jail that names no policy, compiled when this program was
// built: a launch does not pay for it, and needs no compiler.
#ifndef JAIL_SECCOMP_DEFAULT_FILTER_H_
#define JAIL_SECCOMP_DEFAULT_FILTER_H_

#include <linux/filter.h>

#include <cstddef>
#include <cstdint>

namespace jail::seccomp {

struct FilterView {
  const sock_filter* first;
  size_t count;  // 1 to kMaxInstructions
  const sock_filter* begin() const { return first; }
  const sock_filter* end() const { return first + count; }
};

// kDefaultPolicyText (shipped.h), for the architecture of this program.
FilterView DefaultFilter();

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_DEFAULT_FILTER_H_
