// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/stats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jail {
namespace {

TEST(StatsText, IsAlignedAndHasUnits) {
  report::Report report;
  report.set_pid(4711);
  report.set_outcome(report::EXITED);
  report.set_exit_status(3);
  report.mutable_timing()->set_parse_us(120);
  report.mutable_timing()->set_setup_us(2'500'000);
  report::Usage& usage = *report.mutable_usage();
  usage.set_wall_time_us(1'204'499);
  usage.set_max_rss_bytes(12 << 20);
  usage.set_minor_faults(512);
  usage.set_written_bytes(1000);
  usage.set_memory_peak_bytes(uint64_t{3} << 29);
  EXPECT_EQ(StatsText(report),
            "usage of pid 4711: EXITED, status 3\n"
            "  wall time             1.204 s\n"
            "  cpu user              0.000 ms\n"
            "  cpu system            0.000 ms\n"
            "  max rss                12.0 MiB\n"
            "  minor faults            512\n"
            "  major faults              0\n"
            "  voluntary switches        0\n"
            "  involuntary switches      0\n"
            "  block reads               0\n"
            "  block writes              0\n"
            "  written                1000 bytes\n"
            "  memory peak             1.5 GiB\n"
            "  launch: parse         0.120 ms\n"
            "  launch: plan          0.000 ms\n"
            "  launch: clone         0.000 ms\n"
            "  launch: setup         2.500 s\n"
            "  launch: exec          0.000 ms\n");
}

TEST(StatsText, HasTheDeniedCalls) {
  report::Report report;
  report::DeniedCall& call = *report.add_denied_calls();
  call.set_syscall("mount");
  call.set_errno_name("EPERM");
  call.set_count(3);
  report.add_denied_calls()->set_number(600);
  const std::string text = StatsText(report);
  EXPECT_THAT(text,
              testing::HasSubstr("\n  denied: mount EPERM        3 calls\n"));
  EXPECT_THAT(text,
              testing::HasSubstr("\n  denied: SYSCALL[600]       0 calls\n"));
}

TEST(StatsText, OfAJailThatNeverWas) {
  report::Report report;
  report.set_outcome(report::SETUP_FAILED);
  report.set_exit_status(255);
  EXPECT_EQ(StatsText(report).substr(0, 43),
            "usage of pid 0: SETUP_FAILED, status 255\n  ");
}

}  // namespace
}  // namespace jail
