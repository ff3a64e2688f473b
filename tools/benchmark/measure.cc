// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/benchmark/measure.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace jail::benchmark {
namespace {

constexpr int kWarmUps = 3;
constexpr int kPeakRuns = 5;
// With several at a time each turn is this many times as many launches, so
// that the pipeline is full for most of it.
constexpr int kTurnFactor = 4;

struct Argument {
  const std::vector<Contender>* contenders;
  int at_a_time;
  int count;
};

// One line a result: "t INDEX NANOSECONDS", "r INDEX NANOSECONDS LAUNCHES" (a
// turn), "f INDEX REASON".
absl::StatusOr<std::string> Measure(const void* pointer) {
  const Argument& argument = *static_cast<const Argument*>(pointer);
  const std::vector<Contender>& contenders = *argument.contenders;
  std::vector<bool> failed(contenders.size());
  std::string lines;
  const int turn =
      argument.at_a_time == 1 ? 1 : argument.at_a_time * kTurnFactor;
  const int rounds = (argument.count + turn - 1) / turn;
  int sequence = 0;
  for (int round = argument.at_a_time == 1 ? -kWarmUps : -1; round < rounds;
       round++) {
    for (size_t k = 0; k < contenders.size(); k++) {
      const size_t index = (k + round + kWarmUps) % contenders.size();
      if (!contenders[index].missing.empty() || failed[index]) continue;
      std::vector<std::vector<std::string>> programs;
      for (int i = 0; i < turn; i++) {
        programs.push_back(contenders[index].Launch(sequence++));
      }
      absl::StatusOr<std::vector<Nanoseconds>> times;
      const auto start = std::chrono::steady_clock::now();
      if (turn == 1) {
        absl::StatusOr<Nanoseconds> time = TimeOne(programs[0]);
        if (time.ok()) {
          times = std::vector<Nanoseconds>{*time};
        } else {
          times = time.status();
        }
      } else {
        times = TimeMany(programs, argument.at_a_time);
      }
      const Nanoseconds whole = std::chrono::steady_clock::now() - start;
      if (!times.ok()) {
        failed[index] = true;
        absl::StrAppend(&lines, "f ", index, " ", times.status().message(),
                        "\n");
      } else if (round >= 0) {
        absl::StrAppend(&lines, "r ", index, " ", whole.count(), " ", turn,
                        "\n");
        for (Nanoseconds time : *times) {
          absl::StrAppend(&lines, "t ", index, " ", time.count(), "\n");
        }
      }
    }
  }
  return lines;
}

}  // namespace

double Sample::PercentileMs(double percent) const {
  if (times.empty()) return 0;
  std::vector<Nanoseconds> sorted = times;
  std::sort(sorted.begin(), sorted.end());
  const size_t rank = std::ceil(percent / 100 * sorted.size());
  return sorted[std::clamp<size_t>(rank, 1, sorted.size()) - 1].count() / 1e6;
}

const Sample* Row::Find(const std::string& contender) const {
  for (const Sample& sample : samples) {
    if (sample.contender.name == contender) return &sample;
  }
  return nullptr;
}

absl::StatusOr<Row> MeasureRow(const Workload& workload,
                               std::vector<Contender> contenders,
                               const Identity& identity, int at_a_time,
                               int count) {
  Row row{.workload = workload.name,
          .identity = identity.uid == 0 ? std::string("root")
                                        : absl::StrCat("uid ", identity.uid),
          .at_a_time = at_a_time};
  const Argument argument{&contenders, at_a_time, count};
  absl::StatusOr<std::string> lines = RunAs(identity, Measure, &argument);
  if (!lines.ok()) return lines.status();

  std::vector<double> seconds(contenders.size()), launches(contenders.size());
  for (Contender& contender : contenders) {
    row.samples.push_back({.contender = contender});
  }
  for (absl::string_view line : absl::StrSplit(*lines, '\n')) {
    std::vector<std::string> words =
        absl::StrSplit(line, absl::MaxSplits(' ', 2));
    int index;
    if (words.size() < 3 || !absl::SimpleAtoi(words[1], &index)) continue;
    Sample& sample = row.samples[index];
    if (words[0] == "f") {
      sample.contender.missing = words[2];
      sample.times.clear();
      continue;
    }
    std::vector<std::string> numbers = absl::StrSplit(words[2], ' ');
    int64_t nanoseconds = 0, number = 0;
    if (!absl::SimpleAtoi(numbers[0], &nanoseconds)) continue;
    if (words[0] == "t") {
      sample.times.push_back(Nanoseconds(nanoseconds));
    } else if (numbers.size() == 2 && absl::SimpleAtoi(numbers[1], &number)) {
      seconds[index] += nanoseconds / 1e9;
      launches[index] += number;
    }
  }
  for (size_t i = 0; i < row.samples.size(); i++) {
    if (seconds[i] > 0) {
      row.samples[i].launches_per_second = launches[i] / seconds[i];
    }
  }
  return row;
}

void MeasurePeaks(const Setting& setting, const Identity& identity, Row& row) {
  for (Sample& sample : row.samples) {
    if (sample.times.empty()) continue;
    std::vector<long> peaks;
    for (int i = 0; i < kPeakRuns; i++) {
      std::vector<std::string> argv = {setting.programs + "/peak_rss"};
      // Beyond every sequence number of the timed launches.
      for (const std::string& arg : sample.contender.Launch(1'000'000 + i)) {
        argv.push_back(arg);
      }
      absl::StatusOr<std::string> text = RunAs(
          identity,
          [](const void* pointer) -> absl::StatusOr<std::string> {
            absl::StatusOr<Output> output =
                Capture(*static_cast<const std::vector<std::string>*>(pointer));
            if (!output.ok()) return output.status();
            return output->result;
          },
          &argv);
      long kib;
      if (text.ok() && absl::SimpleAtoi(*text, &kib)) peaks.push_back(kib);
    }
    if (peaks.empty()) continue;
    std::sort(peaks.begin(), peaks.end());
    sample.peak_kib = peaks[peaks.size() / 2];
  }
}

}  // namespace jail::benchmark
