// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/usage.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace jail {
namespace {

using std::chrono::microseconds;

microseconds Duration(const struct timeval& time) {
  return std::chrono::seconds(time.tv_sec) + microseconds(time.tv_usec);
}

microseconds WaitedFor(const struct rusage& used) {
  return Duration(used.ru_utime) + Duration(used.ru_stime);
}

uint64_t Count(microseconds time) {
  return static_cast<uint64_t>(time.count());
}

// Where the cgroup or a look knows of more than was waited for, the sum is
// theirs, and divided as the cgroup says, else as that of the processes that
// were waited for.
void SetCpuTime(const Ending& ending, report::Usage& usage) {
  const CgroupUsage& counted = ending.cgroup;
  const uint64_t sum = Count(CpuTime(ending));
  uint64_t user = Count(Duration(ending.usage.ru_utime));
  uint64_t all = Count(WaitedFor(ending.usage));
  if (sum > all && counted.cpu_user_us && counted.cpu_system_us &&
      *counted.cpu_user_us + *counted.cpu_system_us > 0) {
    user = *counted.cpu_user_us;
    all = user + *counted.cpu_system_us;
  }
  if (sum > all) {
    const double part =
        all == 0 ? 1 : static_cast<double>(user) / static_cast<double>(all);
    user = static_cast<uint64_t>(part * static_cast<double>(sum));
  }
  usage.set_cpu_user_us(user);
  usage.set_cpu_system_us(sum - user);
}

void SetPressure(const std::optional<CgroupPressure>& from,
                 report::Pressure* (report::Usage::*to)(),
                 report::Usage& usage) {
  if (!from) return;
  (usage.*to)()->set_some_us(from->some_us);
  (usage.*to)()->set_full_us(from->full_us);
}

void SetCounted(const CgroupUsage& counted, report::Usage& usage) {
  const auto set = [&](const std::optional<uint64_t>& from,
                       void (report::Usage::*to)(uint64_t)) {
    if (from) (usage.*to)(*from);
  };
  set(counted.memory_peak_bytes, &report::Usage::set_memory_peak_bytes);
  set(counted.memory_bytes, &report::Usage::set_memory_final_bytes);
  set(counted.memory_anon_bytes, &report::Usage::set_memory_anon_bytes);
  set(counted.memory_file_bytes, &report::Usage::set_memory_file_bytes);
  set(counted.memory_kernel_bytes, &report::Usage::set_memory_kernel_bytes);
  set(counted.memory_shmem_bytes, &report::Usage::set_memory_shmem_bytes);
  set(counted.pids_peak, &report::Usage::set_pids_peak);
  set(counted.cpu_throttled, &report::Usage::set_throttled_periods);
  set(counted.cpu_throttled_us, &report::Usage::set_throttled_us);
  set(counted.io_read_bytes, &report::Usage::set_device_read_bytes);
  set(counted.io_write_bytes, &report::Usage::set_device_written_bytes);
  SetPressure(counted.cpu_pressure, &report::Usage::mutable_cpu_pressure,
              usage);
  SetPressure(counted.memory_pressure, &report::Usage::mutable_memory_pressure,
              usage);
  SetPressure(counted.io_pressure, &report::Usage::mutable_io_pressure, usage);
}

}  // namespace

microseconds CpuTime(const Ending& ending) {
  return std::max({WaitedFor(ending.usage), ending.cpu_seen,
                   microseconds(ending.cgroup.cpu_us.value_or(0))});
}

report::Usage MakeUsage(const Ending& ending) {
  const struct rusage& used = ending.usage;
  report::Usage usage;
  usage.set_wall_time_us(Count(ending.wall));
  SetCpuTime(ending, usage);
  usage.set_max_rss_bytes(static_cast<uint64_t>(used.ru_maxrss) * 1024);
  usage.set_minor_faults(static_cast<uint64_t>(used.ru_minflt));
  usage.set_major_faults(static_cast<uint64_t>(used.ru_majflt));
  usage.set_voluntary_switches(static_cast<uint64_t>(used.ru_nvcsw));
  usage.set_involuntary_switches(static_cast<uint64_t>(used.ru_nivcsw));
  usage.set_block_reads(static_cast<uint64_t>(used.ru_inblock));
  usage.set_block_writes(static_cast<uint64_t>(used.ru_oublock));
  if (ending.read_bytes) usage.set_read_bytes(*ending.read_bytes);
  if (ending.written_bytes) usage.set_written_bytes(*ending.written_bytes);
  SetCounted(ending.cgroup, usage);
  return usage;
}

}  // namespace jail
