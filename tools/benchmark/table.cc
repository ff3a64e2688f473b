// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/benchmark/table.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace jail::benchmark {
namespace {

// The aim for jail, as a multiple of the floor.
constexpr double kFloorAim = 1.25;

std::string ProcessorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) == 0)
      return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

std::string RowName(const Row& row) {
  return absl::StrCat(row.workload, ", ", row.identity, ", ", row.at_a_time,
                      " at a time");
}

}  // namespace

std::string Surroundings(const std::vector<Row>& rows) {
  struct utsname kernel;
  uname(&kernel);
  std::string text =
      absl::StrFormat("- Linux %s, %d x %s\n", kernel.release,
                      sysconf(_SC_NPROCESSORS_ONLN), ProcessorName());
  std::set<std::string> seen;
  for (const Row& row : rows) {
    for (const Sample& sample : row.samples) {
      const Contender& contender = sample.contender;
      if (contender.version.empty() || !seen.insert(contender.name).second) {
        continue;
      }
      absl::StrAppend(&text, "- ", contender.name, ": ", contender.version,
                      "\n");
    }
  }
  return text;
}

std::string Table(const std::vector<Row>& rows) {
  std::string text =
      "| program | as | at a time | launcher | median ms | p99 ms | over bare "
      "ms | × bare | × floor | peak MiB | launches/s |\n"
      "|---|---|--:|---|--:|--:|--:|--:|--:|--:|--:|\n";
  for (const Row& row : rows) {
    const Sample* bare = row.Find("bare");
    const Sample* floor = row.Find("floor");
    for (const Sample& sample : row.samples) {
      absl::StrAppendFormat(&text, "| %s | %s | %d | %s |", row.workload,
                            row.identity, row.at_a_time, sample.contender.name);
      if (sample.times.empty()) {
        absl::StrAppend(
            &text, " not measured: ",
            absl::StrReplaceAll(sample.contender.missing, {{"|", "/"}}),
            " |||||||\n");
        continue;
      }
      const double median = sample.MedianMs();
      absl::StrAppendFormat(&text, " %.2f | %.2f |", median,
                            sample.PercentileMs(99));
      if (bare != nullptr && !bare->times.empty()) {
        absl::StrAppendFormat(&text, " %.2f | %.2f |",
                              median - bare->MedianMs(),
                              median / bare->MedianMs());
      } else {
        absl::StrAppend(&text, " | |");
      }
      if (floor != nullptr && !floor->times.empty() && &sample != bare) {
        absl::StrAppendFormat(&text, " %.2f |", median / floor->MedianMs());
      } else {
        absl::StrAppend(&text, " |");
      }
      if (sample.peak_kib > 0) {
        absl::StrAppendFormat(&text, " %.1f |", sample.peak_kib / 1024.0);
      } else {
        absl::StrAppend(&text, " |");
      }
      absl::StrAppendFormat(&text, " %.0f |\n", sample.launches_per_second);
    }
  }
  return text;
}

std::string Verdict(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) {
    const Sample* jail = row.Find("jail");
    const Sample* floor = row.Find("floor");
    if (jail == nullptr || floor == nullptr || floor->times.empty()) continue;
    absl::StrAppend(&text, "- ", RowName(row), ": ");
    if (jail->times.empty()) {
      absl::StrAppend(&text, "jail was not measured\n");
      continue;
    }
    const double median = jail->MedianMs();
    const double ratio = median / floor->MedianMs();
    absl::StrAppendFormat(&text, "%.2f of the floor (%s)", ratio,
                          ratio <= kFloorAim ? "aim met" : "aim missed");
    const Sample* fastest = nullptr;
    for (const Sample& sample : row.samples) {
      const std::string& name = sample.contender.name;
      if (name == "bare" || name == "floor" || name == "jail" ||
          sample.times.empty()) {
        continue;
      }
      if (fastest == nullptr || sample.MedianMs() < fastest->MedianMs()) {
        fastest = &sample;
      }
    }
    if (fastest != nullptr) {
      absl::StrAppendFormat(
          &text, "; %s the fastest peer, %s (%.2f to %.2f ms)",
          median < fastest->MedianMs() ? "faster than" : "SLOWER than",
          fastest->contender.name, median, fastest->MedianMs());
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

}  // namespace jail::benchmark
