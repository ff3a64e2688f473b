// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_BENCHMARK_SPAWN_H_
#define TOOLS_BENCHMARK_SPAWN_H_

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace jail::benchmark {

using Nanoseconds = std::chrono::nanoseconds;

// Who a launcher is started as.
struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;
};

// Runs the program and waits for it.  The time is that of the whole process:
// from before posix_spawn(3) to after wait4(2).  An exit status other than 0 is
// an error.
absl::StatusOr<Nanoseconds> TimeOne(const std::vector<std::string>& argv);

// Runs the programs, at most `at_a_time` of them at once.  One time for each.
absl::StatusOr<std::vector<Nanoseconds>> TimeMany(
    const std::vector<std::vector<std::string>>& programs, int at_a_time);

// What a program wrote to stderr and descriptor 3, and how it ended.
struct Output {
  std::string error;    // stderr, at most 64 KiB
  std::string result;   // descriptor 3, at most 64 KiB
  int exit_status = 0;  // 128+signal when killed
};
absl::StatusOr<Output> Capture(const std::vector<std::string>& argv);

// Runs `work` in a child process that is `identity`, with /dev/null as stdin
// and stdout and a file in memory as stderr; returns the text that `work` made,
// or its error.
absl::StatusOr<std::string> RunAs(
    const Identity& identity,
    absl::StatusOr<std::string> (*work)(const void* argument),
    const void* argument);

}  // namespace jail::benchmark

#endif  // TOOLS_BENCHMARK_SPAWN_H_
