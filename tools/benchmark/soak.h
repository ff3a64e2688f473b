// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_BENCHMARK_SOAK_H_
#define TOOLS_BENCHMARK_SOAK_H_

#include <string>

#include "absl/status/statusor.h"
#include "tools/benchmark/contender.h"

namespace jail::benchmark {

struct SoakResult {
  std::string table;  // latency by thousand, and what the host has more of
  bool leaked = false;
};

// Launches jail `count` times, `at_a_time` at once, and looks whether anything
// of it stays: processes, mounts, network namespaces, kernel memory.
absl::StatusOr<SoakResult> Soak(const Setting& setting,
                                const Workload& workload,
                                const Identity& identity, int at_a_time,
                                int count);

}  // namespace jail::benchmark

#endif  // TOOLS_BENCHMARK_SOAK_H_
