// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SECCOMP_RANDOM_POLICY_H_
#define JAIL_SECCOMP_RANDOM_POLICY_H_

#include <linux/seccomp.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "jail/seccomp/policy.h"

namespace jail::seccomp {

// Makes policies of the whole language, and calls that they tell apart.
class RandomPolicy {
 public:
  explicit RandomPolicy(uint64_t seed) : random_(seed) {}

  // Numbers in it are remembered: calls use them, and their neighbours.
  std::string Text();
  seccomp_data Call(const std::vector<Arch>& archs);
  uint64_t Below(uint64_t limit);

 private:
  uint64_t Number();
  std::string Syscall();
  std::string Action();
  std::string Value(int depth);
  std::string Condition(int depth);
  std::string Rule();
  std::string Block();

  std::mt19937_64 random_;
  std::vector<uint64_t> numbers_;
  std::vector<uint32_t> calls_;
};

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_RANDOM_POLICY_H_
