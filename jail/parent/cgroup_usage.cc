// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/cgroup_usage.h"

#include <dirent.h>

#include <memory>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "jail/parent/cgroup_files.h"

namespace jail {
namespace {

// A jail that mounts its cgroups may make more of them.
constexpr int kMaxDepth = 8;

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

// "some avg10=0.00 avg60=0.00 avg300=0.00 total=12345"
std::optional<CgroupPressure> ReadPressure(const std::string& path) {
  const std::string text = ReadCgroupFile(path);
  if (text.empty()) return std::nullopt;
  CgroupPressure pressure;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    for (absl::string_view word : absl::StrSplit(line, ' ')) {
      uint64_t total;
      if (!absl::ConsumePrefix(&word, "total=") ||
          !absl::SimpleAtoi(word, &total)) {
        continue;
      }
      (line[0] == 's' ? pressure.some_us : pressure.full_us) = total;
    }
  }
  return pressure;
}

// Lines such as "8:0 rbytes=4096 wbytes=0 rios=1 ...", one a device.
void ReadIo(const std::string& path, CgroupUsage& usage) {
  const std::string text = ReadCgroupFile(path);
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    for (absl::string_view word : absl::StrSplit(line, ' ')) {
      uint64_t n;
      if (absl::ConsumePrefix(&word, "rbytes=") && absl::SimpleAtoi(word, &n)) {
        usage.io_read_bytes = usage.io_read_bytes.value_or(0) + n;
      } else if (absl::ConsumePrefix(&word, "wbytes=") &&
                 absl::SimpleAtoi(word, &n)) {
        usage.io_write_bytes = usage.io_write_bytes.value_or(0) + n;
      }
    }
  }
}

void ReadCpuStat(const std::string& path, CgroupUsage& usage) {
  const std::string stat = ReadCgroupFile(path);
  usage.cpu_us = FindKey(stat, "usage_usec");
  usage.cpu_user_us = FindKey(stat, "user_usec");
  usage.cpu_system_us = FindKey(stat, "system_usec");
  usage.cpu_throttled = FindKey(stat, "nr_throttled");
  usage.cpu_throttled_us = FindKey(stat, "throttled_usec");
}

void ReadMemoryV1(const std::string& path, CgroupUsage& usage) {
  usage.memory_peak_bytes =
      ReadCgroupNumber(path + "/memory.max_usage_in_bytes");
  usage.memory_bytes = ReadCgroupNumber(path + "/memory.usage_in_bytes");
  usage.memory_tcp_peak_bytes =
      ReadCgroupNumber(path + "/memory.kmem.tcp.max_usage_in_bytes");
  usage.oom_kills =
      FindKey(ReadCgroupFile(path + "/memory.oom_control"), "oom_kill");
  const std::string stat = ReadCgroupFile(path + "/memory.stat");
  usage.memory_anon_bytes = FindKey(stat, "rss");
  usage.memory_file_bytes = FindKey(stat, "cache");
  usage.memory_shmem_bytes = FindKey(stat, "shmem");
  usage.memory_kernel_bytes =
      ReadCgroupNumber(path + "/memory.kmem.usage_in_bytes");
}

// The sum is exact, its parts are counted by ticks.
void ReadCpuacct(const std::string& path, CgroupUsage& usage) {
  const auto sum = ReadCgroupNumber(path + "/cpuacct.usage");
  if (!sum) return;
  const auto user = ReadCgroupNumber(path + "/cpuacct.usage_user");
  const auto system = ReadCgroupNumber(path + "/cpuacct.usage_sys");
  usage.cpu_us = *sum / 1000;
  if (user) usage.cpu_user_us = *user / 1000;
  if (system) usage.cpu_system_us = *system / 1000;
}

// Lines such as "8:0 Read 4096", one a device and kind.
void ReadBlkio(const std::string& path, CgroupUsage& usage) {
  const std::string text = ReadCgroupFile(path);
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    uint64_t n;
    if (words.size() != 3 || !absl::SimpleAtoi(words[2], &n)) continue;
    if (words[1] == "Read") {
      usage.io_read_bytes = usage.io_read_bytes.value_or(0) + n;
    } else if (words[1] == "Write") {
      usage.io_write_bytes = usage.io_write_bytes.value_or(0) + n;
    }
  }
}

void AddEvents(const std::string& path, int depth, CgroupUsage& usage) {
  if (depth == 0) return;
  const std::unique_ptr<DIR, CloseDirectory> dir(opendir(path.c_str()));
  if (dir == nullptr) return;
  while (const dirent* entry = readdir(dir.get())) {
    if (entry->d_type != DT_DIR || entry->d_name[0] == '.') continue;
    const std::string below = absl::StrCat(path, "/", entry->d_name);
    if (usage.oom_kills) {
      *usage.oom_kills +=
          FindKey(ReadCgroupFile(below + "/memory.oom_control"), "oom_kill")
              .value_or(0);
    }
    if (usage.pids_denied) {
      *usage.pids_denied +=
          FindKey(ReadCgroupFile(below + "/pids.events"), "max").value_or(0);
    }
    AddEvents(below, depth - 1, usage);
  }
}

}  // namespace

void ReadUsageV2(const std::string& path, bool pressure, CgroupUsage& usage) {
  ReadCpuStat(path + "/cpu.stat", usage);
  usage.memory_bytes = ReadCgroupNumber(path + "/memory.current");
  if (usage.memory_bytes) {
    usage.memory_peak_bytes = ReadCgroupNumber(path + "/memory.peak");
    const std::string events = ReadCgroupFile(path + "/memory.events");
    usage.oom_kills = FindKey(events, "oom_kill");
    usage.memory_high_events = FindKey(events, "high");
    const std::string stat = ReadCgroupFile(path + "/memory.stat");
    usage.memory_anon_bytes = FindKey(stat, "anon");
    usage.memory_file_bytes = FindKey(stat, "file");
    usage.memory_kernel_bytes = FindKey(stat, "kernel");
    usage.memory_shmem_bytes = FindKey(stat, "shmem");
  }
  usage.pids_peak = ReadCgroupNumber(path + "/pids.peak");
  usage.pids_denied = FindKey(ReadCgroupFile(path + "/pids.events"), "max");
  ReadIo(path + "/io.stat", usage);
  if (!pressure) return;
  usage.cpu_pressure = ReadPressure(path + "/cpu.pressure");
  usage.memory_pressure = ReadPressure(path + "/memory.pressure");
  usage.io_pressure = ReadPressure(path + "/io.pressure");
}

void ReadUsageV1(const std::string& path, const std::string& controllers,
                 CgroupUsage& usage) {
  for (absl::string_view controller : absl::StrSplit(controllers, ' ')) {
    if (controller == "memory") {
      ReadMemoryV1(path, usage);
    } else if (controller == "pids") {
      usage.pids_peak = ReadCgroupNumber(path + "/pids.peak");
      usage.pids_denied = FindKey(ReadCgroupFile(path + "/pids.events"), "max");
    } else if (controller == "cpu") {
      const std::string stat = ReadCgroupFile(path + "/cpu.stat");
      usage.cpu_throttled = FindKey(stat, "nr_throttled");
      if (const auto ns = FindKey(stat, "throttled_time")) {
        usage.cpu_throttled_us = *ns / 1000;
      }
    } else if (controller == "blkio") {
      ReadBlkio(path + "/blkio.throttle.io_service_bytes", usage);
    }
  }
  // By the file, for it may be one hierarchy with cpu, or one of its own.
  if (!usage.cpu_us) ReadCpuacct(path, usage);
}

void AddEventsBeneathV1(const std::string& path, CgroupUsage& usage) {
  AddEvents(path, kMaxDepth, usage);
}

}  // namespace jail
