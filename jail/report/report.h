// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_REPORT_REPORT_H_
#define JAIL_REPORT_REPORT_H_

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "jail/parent/ending.h"
#include "jail/plan/plan.h"
#include "jail/spec/spec.h"
#include "proto/report.pb.h"

namespace jail {

// Ending to report.  `plan` may be null (nothing was planned).
report::Report MakeReport(const Spec& spec, const Plan* plan,
                          const Ending& ending);

// A report for a configuration that never became a Spec.  `message` holds
// every error, one a line.
report::Report MakeConfigFailureReport(const SetupFailure& failure,
                                       const std::string& message);

// What `jail` exits with: the target's own status, 128+signal, or 255 when the
// target never ran.  A jail that was ended by a signal to `jail`: 128 and that
// signal.
int ExitStatus(const Ending& ending);

// One JSON document on one line, ended by a newline; keys in snake_case, enums
// by name, 64-bit numbers as numbers.
// Scalars and lists are written even when 0 or empty; messages and `optional`
// fields only when they are set.
std::string ReportJson(const report::Report& report);

// nsjail's lines, which wrappers parse:
//   Executing '/bin/sh' for '[STANDALONE MODE]'
//   pid=4711 ([STANDALONE MODE]) exited with status: 0, (PIDs left: 0)
//   pid=4711 ([::1]:50000) terminated with signal: SIGKILL (9), (PIDs left: 2)
// `remote` is the client in mode LISTEN, else empty; `jails_left` counts the
// launcher's other jails.
std::string StartLine(const std::string& program, const std::string& remote);
std::string EndLine(const Ending& ending, const std::string& remote,
                    int jails_left);

// A line for each jail that runs, when somebody asks by SIGUSR1:
//   pid=4711, Remote host: [::1]:50000, Run time: 2 sec. (time left: 598 s.)
std::string RunningLine(const Spec& spec, pid_t pid, const std::string& remote,
                        std::chrono::nanoseconds ran);

// The line before it where a wall-time limit ended the jail, else empty:
//   pid=4711 run time >= time limit (6 >= 6) ([STANDALONE MODE]). Killing it
std::string TimeLimitLine(const Spec& spec, const Ending& ending,
                          const std::string& remote);

// The line at the moment when the OOM killer comes, where that is told:
//   pid=4711 cgroup_mem_max: out of memory at 33554432 bytes, the kernel kills
//   a process of the jail ([STANDALONE MODE])
std::string OutOfMemoryLine(const Spec& spec, pid_t pid,
                            const std::string& remote);

// A line for each other limit that was reached, whether it ended the jail or
// not:
//   pid=4711 cpu_time_ms: reached 101 of 100 ms ([STANDALONE MODE])
std::vector<std::string> LimitLines(const Spec& spec, const Ending& ending,
                                    const std::string& remote);

// With report_violations the line before it where the filter ended the jail,
// else empty:
//   pid=4711 seccomp: python3 (thread 4711) called ptrace(request=0x10, ...),
//   x86_64: snek.kafel:12:3: KILL { ptrace } ([STANDALONE MODE]). Killing it
std::string ViolationLine(const Ending& ending, const std::string& remote);

// Likewise of the calls that the filter answered with an errno: the most
// frequent ones.
std::vector<std::string> DeniedCallLines(const Ending& ending,
                                         const std::string& remote);

// Output that the program wrote within stdout_limit, and that its reader has
// not got.
std::vector<std::string> OutputWarnings(const Ending& ending);

// "SIGKILL".
std::string SignalName(int signal);

}  // namespace jail

#endif  // JAIL_REPORT_REPORT_H_
