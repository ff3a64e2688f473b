// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_BENCHMARK_MEASURE_H_
#define TOOLS_BENCHMARK_MEASURE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/benchmark/contender.h"
#include "tools/benchmark/spawn.h"

namespace jail::benchmark {

// What was measured of one contender.
struct Sample {
  Contender contender;
  std::vector<Nanoseconds> times;  // in the order of measurement; may be empty
  double launches_per_second = 0;  // with several at a time
  long peak_kib = 0;               // 0: not measured

  double MedianMs() const { return PercentileMs(50); }
  double PercentileMs(double percent) const;  // nearest rank; 0 without times
};

// Contenders that were measured against each other, interleaved.
struct Row {
  std::string workload;
  std::string identity;  // "root", "uid 65534"
  int at_a_time = 1;
  std::vector<Sample> samples;

  const Sample* Find(const std::string& contender) const;
};

// Launches each contender `count` times, one after the other in turn, each
// round beginning with the next one, so that what changes on the machine hits
// all of them.  A contender that fails is left out from then on, with the
// reason in `missing`.
absl::StatusOr<Row> MeasureRow(const Workload& workload,
                               std::vector<Contender> contenders,
                               const Identity& identity, int at_a_time,
                               int count);

// Largest resident set of each contender's launch: the median of five.
void MeasurePeaks(const Setting& setting, const Identity& identity, Row& row);

}  // namespace jail::benchmark

#endif  // TOOLS_BENCHMARK_MEASURE_H_
