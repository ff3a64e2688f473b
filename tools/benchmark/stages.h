// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_BENCHMARK_STAGES_H_
#define TOOLS_BENCHMARK_STAGES_H_

#include <string>

#include "absl/status/statusor.h"
#include "tools/benchmark/contender.h"

namespace jail::benchmark {

// When each stage of the floor ends, counted from its start: a Markdown table
// of medians over `count` launches.
absl::StatusOr<std::string> StageTable(const Setting& setting,
                                       const Identity& identity, int count);

// What each part of the floor costs: the whole floor, and the floor without
// one part, interleaved; a Markdown table.
absl::StatusOr<std::string> PartTable(const Setting& setting,
                                      const Identity& identity, int count);

}  // namespace jail::benchmark

#endif  // TOOLS_BENCHMARK_STAGES_H_
