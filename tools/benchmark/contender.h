// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Who is compared, and how each is told to give the same isolation: new user,
// mount, pid, net, ipc, uts and cgroup namespaces, a root of its own with ten
// read-only binds, a tmpfs on /tmp and a new procfs on /proc.
#ifndef TOOLS_BENCHMARK_CONTENDER_H_
#define TOOLS_BENCHMARK_CONTENDER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/benchmark/spawn.h"

namespace jail::benchmark {

// One of the binds.  Those of the host stand at the same place inside.
struct Bind {
  std::string source;
  std::string target;
};

// A program that is timed: as it is called outside, and inside.
struct Workload {
  std::string name;
  std::vector<std::string> outside;
  std::vector<std::string> inside;
};

// Where everything is.
struct Setting {
  std::string directory;  // scratch; removed at the end
  std::string programs;   // the directory with noop, floor, witness, peak_rss
  std::string jail;       // the binary under test
  std::string nsjail;     // from the environment; may be empty
  std::vector<Bind> binds;
};

// Fills the scratch directory and chooses the binds.
absl::StatusOr<Setting> MakeSetting(const std::string& programs,
                                    const std::string& jail);
void RemoveSetting(const Setting& setting);

// The workloads of the launch benchmark, and the one that checks the isolation.
Workload NoOp(const Setting& setting);
Workload Python();
Workload Witness(const Setting& setting);

inline constexpr char kIdMark[] = "{id}";
inline constexpr char kSlotMark[] = "{slot}";
inline constexpr int kSlots = 32;  // bundles; as many as are launched in a turn

// A launcher, ready to run one workload as one identity.
struct Contender {
  std::string name;               // "jail", "bubblewrap"
  std::string version;            // first line of --version; may be empty
  std::string missing;            // why it cannot be measured; empty: it can
  std::vector<std::string> argv;  // with kIdMark and kSlotMark in it

  // argv with the marks replaced: a container's id differs for each launch, its
  // bundle for those that may run at once.
  std::vector<std::string> Launch(int sequence) const;
};

// "bare", "floor" and all launchers, in the order of the table.  Writes the
// configs and bundles that they want.  Those that are not installed, or fail
// the witness, have `missing` set.
absl::StatusOr<std::vector<Contender>> MakeContenders(const Setting& setting,
                                                      const Workload& workload,
                                                      const Identity& identity);

}  // namespace jail::benchmark

#endif  // TOOLS_BENCHMARK_CONTENDER_H_
