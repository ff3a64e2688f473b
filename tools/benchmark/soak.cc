// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/benchmark/soak.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/benchmark/measure.h"

namespace jail::benchmark {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPart = 1000;  // launches a line of the table

struct Traces {
  long processes = 0;  // of jails of ours
  long mounts = 0;     // in this mount namespace
  long files = 0;      // open on the whole host
  long slab_kib = 0;   // kernel memory that cannot be reclaimed
};

long CountLines(const std::string& path) {
  std::ifstream file(path);
  long lines = 0;
  for (std::string line; std::getline(file, line);) lines++;
  return lines;
}

// Processes whose program lies in the scratch directory, or stands where only
// a jail of ours has it.
long CountProcesses(const Setting& setting) {
  long count = 0;
  std::error_code error;
  for (const fs::directory_entry& entry :
       fs::directory_iterator("/proc", error)) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string program =
        fs::read_symlink(entry.path() / "exe", error).string();
    if (program.rfind(setting.directory, 0) == 0 ||
        program.rfind("/bench/", 0) == 0) {
      count++;
    }
  }
  return count;
}

Traces Look(const Setting& setting) {
  Traces traces;
  traces.processes = CountProcesses(setting);
  traces.mounts = CountLines("/proc/self/mountinfo");
  std::ifstream("/proc/sys/fs/file-nr") >> traces.files;
  std::ifstream memory("/proc/meminfo");
  for (std::string key; memory >> key;) {
    if (key == "SUnreclaim:") {
      memory >> traces.slab_kib;
      break;
    }
    memory.ignore(4096, '\n');
  }
  return traces;
}

}  // namespace

absl::StatusOr<SoakResult> Soak(const Setting& setting,
                                const Workload& workload,
                                const Identity& identity, int at_a_time,
                                int count) {
  absl::StatusOr<std::vector<Contender>> contenders =
      MakeContenders(setting, workload, identity);
  if (!contenders.ok()) return contenders.status();
  std::vector<Contender> jail;
  for (const Contender& contender : *contenders) {
    if (contender.name == "jail") jail.push_back(contender);
  }
  if (jail.empty() || !jail[0].missing.empty()) {
    return absl::UnavailableError(absl::StrCat(
        "jail cannot be measured: ", jail.empty() ? "" : jail[0].missing));
  }
  const Traces before = Look(setting);
  absl::StatusOr<Row> row =
      MeasureRow(workload, jail, identity, at_a_time, count);
  if (!row.ok()) return row.status();
  const Traces after = Look(setting);
  const Sample& sample = row->samples[0];
  if (sample.times.empty()) return absl::AbortedError(sample.contender.missing);

  SoakResult result;
  result.table =
      "| launches | median ms | p99 ms | longest ms |\n|--:|--:|--:|--:|\n";
  double first = 0, last = 0;
  for (size_t begin = 0; begin < sample.times.size(); begin += kPart) {
    const size_t end = std::min(begin + kPart, sample.times.size());
    const Sample part{
        .times = {sample.times.begin() + begin, sample.times.begin() + end}};
    // A short last part says little.
    if (begin == 0 || end - begin == kPart) last = part.MedianMs();
    if (begin == 0) first = last;
    absl::StrAppendFormat(&result.table, "| %d | %.2f | %.2f | %.2f |\n", end,
                          part.MedianMs(), part.PercentileMs(99),
                          part.PercentileMs(100));
  }
  absl::StrAppendFormat(
      &result.table,
      "\nLast part over first: %.2f. Left behind: %d processes, %d mounts. "
      "Open files on the host: %+d. Kernel memory (SUnreclaim): %+.1f MiB.\n",
      last / first, after.processes, after.mounts - before.mounts,
      after.files - before.files, (after.slab_kib - before.slab_kib) / 1024.0);
  // Files and memory are the whole host's, so they are told, not judged.
  result.leaked = after.processes > 0 || after.mounts != before.mounts;
  return result;
}

}  // namespace jail::benchmark
