// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_CGROUP_USAGE_H_
#define JAIL_PARENT_CGROUP_USAGE_H_

#include <cstdint>
#include <optional>
#include <string>

namespace jail {

// How long, in all, some or all processes had to wait: microseconds.
struct CgroupPressure {
  uint64_t some_us = 0, full_us = 0;
};

// What a cgroup counted while its jail lived.  Unset: not counted there.
struct CgroupUsage {
  std::optional<uint64_t> memory_peak_bytes;
  // What is left when the usage is read: pages of files, mostly.
  std::optional<uint64_t> memory_bytes, memory_anon_bytes, memory_file_bytes,
      memory_kernel_bytes, memory_shmem_bytes;
  // v1: of the buffers of TCP, which have the limit of memory for themselves.
  std::optional<uint64_t> memory_tcp_peak_bytes;
  std::optional<uint64_t> oom_kills;
  std::optional<uint64_t> memory_high_events;  // slowed down at memory.high
  std::optional<uint64_t> pids_peak;           // kernel 6.1
  std::optional<uint64_t> pids_denied;         // forks that pids.max refused
  std::optional<uint64_t> cpu_us, cpu_user_us, cpu_system_us;
  std::optional<uint64_t> cpu_throttled, cpu_throttled_us;  // times, time
  std::optional<uint64_t> io_read_bytes, io_write_bytes;
  std::optional<CgroupPressure> cpu_pressure, memory_pressure, io_pressure;
};

// Of a cgroup of v2, at `path`.
void ReadUsageV2(const std::string& path, bool pressure, CgroupUsage& usage);

// Of a directory of v1 of these controllers: "cpu cpuacct".
void ReadUsageV1(const std::string& path, const std::string& controllers,
                 CgroupUsage& usage);

// Adds what v1 counts where it happened, not above: OOM kills, refused forks.
void AddEventsBeneathV1(const std::string& path, CgroupUsage& usage);

}  // namespace jail

#endif  // JAIL_PARENT_CGROUP_USAGE_H_
