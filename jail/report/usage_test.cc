// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/usage.h"

#include <gtest/gtest.h>

namespace jail {
namespace {

using std::chrono::microseconds;

Ending WaitedFor(long user_us, long system_us) {
  Ending ending;
  ending.usage.ru_utime.tv_usec = user_us;
  ending.usage.ru_stime.tv_usec = system_us;
  return ending;
}

TEST(Usage, CpuTimeIsTheProcessesWithoutACgroup) {
  const Ending ending = WaitedFor(700, 301);
  const report::Usage usage = MakeUsage(ending);
  EXPECT_EQ(usage.cpu_user_us(), 700u);
  EXPECT_EQ(usage.cpu_system_us(), 301u);
  EXPECT_EQ(CpuTime(ending), microseconds(1001));
}

TEST(Usage, CpuTimeIsWhatALookHasSeenOfTheKilled) {
  Ending ending = WaitedFor(700, 300);
  ending.cpu_seen = microseconds(100'000);
  const report::Usage usage = MakeUsage(ending);
  EXPECT_EQ(usage.cpu_user_us(), 70'000u);
  EXPECT_EQ(usage.cpu_system_us(), 30'000u);
}

TEST(Usage, CpuTimeIsTheCgroupsWhereItKnowsOfMore) {
  Ending ending = WaitedFor(700, 300);
  ending.cgroup.cpu_us = 4000;
  ending.cgroup.cpu_user_us = 1000;  // by v1's ticks: a part, not a sum
  ending.cgroup.cpu_system_us = 1000;
  report::Usage usage = MakeUsage(ending);
  EXPECT_EQ(usage.cpu_user_us(), 2000u);
  EXPECT_EQ(usage.cpu_system_us(), 2000u);

  ending.cgroup.cpu_user_us = ending.cgroup.cpu_system_us = 0;
  usage = MakeUsage(ending);
  EXPECT_EQ(usage.cpu_user_us(), 2800u);
  EXPECT_EQ(usage.cpu_system_us(), 1200u);

  ending.usage = {};
  usage = MakeUsage(ending);
  EXPECT_EQ(usage.cpu_user_us() + usage.cpu_system_us(), 4000u);
}

// v1 moves the child in when it has run a little already.
TEST(Usage, CpuTimeIsNoLessThanWhatWasWaitedFor) {
  Ending ending = WaitedFor(700, 300);
  ending.cgroup.cpu_us = 900;
  ending.cgroup.cpu_user_us = ending.cgroup.cpu_system_us = 450;
  const report::Usage usage = MakeUsage(ending);
  EXPECT_EQ(usage.cpu_user_us(), 700u);
  EXPECT_EQ(usage.cpu_system_us(), 300u);
}

TEST(Usage, WhatNobodyCountedIsUnset) {
  const report::Usage usage = MakeUsage(Ending{});
  EXPECT_FALSE(usage.has_memory_peak_bytes());
  EXPECT_FALSE(usage.has_memory_final_bytes());
  EXPECT_FALSE(usage.has_pids_peak());
  EXPECT_FALSE(usage.has_throttled_us());
  EXPECT_FALSE(usage.has_device_read_bytes());
  EXPECT_FALSE(usage.has_cpu_pressure());
}

TEST(Usage, HasWhatTheCgroupCounted) {
  Ending ending;
  CgroupUsage& counted = ending.cgroup;
  counted.memory_peak_bytes = 1;
  counted.memory_bytes = 2;
  counted.memory_anon_bytes = 3;
  counted.memory_file_bytes = 4;
  counted.memory_kernel_bytes = 5;
  counted.memory_shmem_bytes = 6;
  counted.pids_peak = 7;
  counted.cpu_throttled = 8;
  counted.cpu_throttled_us = 9;
  counted.io_read_bytes = 10;
  counted.io_write_bytes = 11;
  counted.memory_pressure = CgroupPressure{12, 13};
  const report::Usage usage = MakeUsage(ending);
  EXPECT_EQ(usage.memory_peak_bytes(), 1u);
  EXPECT_EQ(usage.memory_final_bytes(), 2u);
  EXPECT_EQ(usage.memory_anon_bytes(), 3u);
  EXPECT_EQ(usage.memory_file_bytes(), 4u);
  EXPECT_EQ(usage.memory_kernel_bytes(), 5u);
  EXPECT_EQ(usage.memory_shmem_bytes(), 6u);
  EXPECT_EQ(usage.pids_peak(), 7u);
  EXPECT_EQ(usage.throttled_periods(), 8u);
  EXPECT_EQ(usage.throttled_us(), 9u);
  EXPECT_EQ(usage.device_read_bytes(), 10u);
  EXPECT_EQ(usage.device_written_bytes(), 11u);
  EXPECT_EQ(usage.memory_pressure().some_us(), 12u);
  EXPECT_EQ(usage.memory_pressure().full_us(), 13u);
}

}  // namespace
}  // namespace jail
