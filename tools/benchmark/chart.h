// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_BENCHMARK_CHART_H_
#define TOOLS_BENCHMARK_CHART_H_

#include <string>
#include <vector>

#include "tools/benchmark/measure.h"

namespace jail::benchmark {

// The rows as an SVG document: a panel for each, with a bar for each
// contender's median and a whisker to its 99th percentile.
std::string ChartSvg(const std::vector<Row>& rows);

}  // namespace jail::benchmark

#endif  // TOOLS_BENCHMARK_CHART_H_
