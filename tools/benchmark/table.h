// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_BENCHMARK_TABLE_H_
#define TOOLS_BENCHMARK_TABLE_H_

#include <string>
#include <vector>

#include "tools/benchmark/measure.h"

namespace jail::benchmark {

// Kernel, processors, and the version of each contender; a Markdown list.
std::string Surroundings(const std::vector<Row>& rows);

// The rows as one Markdown table, a line for each contender; those that could
// not be measured have their reason instead.
std::string Table(const std::vector<Row>& rows);

// Against the aims: faster than every peer, and at most 1.25 of the floor.  A
// line for each row.
std::string Verdict(const std::vector<Row>& rows);

}  // namespace jail::benchmark

#endif  // TOOLS_BENCHMARK_TABLE_H_
