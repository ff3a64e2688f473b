// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// A filter in the kernel, and calls made under it.
#ifndef TESTS_POLICIES_FILTERED_CHILD_H_
#define TESTS_POLICIES_FILTERED_CHILD_H_

#include <linux/seccomp.h>

#include <vector>

#include "jail/seccomp/bpf.h"

namespace jail::seccomp {

constexpr size_t kMaxProbes = 400;

struct Probed {
  int installed = 0;        // 1, or minus the errno of seccomp(2)
  bool done = false;        // all calls were made
  int signal = 0;           // that ended the child, which was not done
  std::vector<int> errors;  // errno of each call made; 0: it did not fail
};

// Makes `calls`, by int 0x80 where their architecture is i386's, at most
// kMaxProbes, in a child that has installed `program`.
Probed Probe(const Program& program, const std::vector<seccomp_data>& calls);

}  // namespace jail::seccomp

#endif  // TESTS_POLICIES_FILTERED_CHILD_H_
