// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_BENCHMARK_OCI_H_
#define TOOLS_BENCHMARK_OCI_H_

#include <string>

#include "absl/status/statusor.h"
#include "tools/benchmark/contender.h"

namespace jail::benchmark {

// crun or runc, with an OCI bundle (config.json and an empty root file system)
// made for them beneath the scratch directory.
absl::StatusOr<Contender> OciContender(const std::string& name,
                                       const std::string& program,
                                       const Setting& setting,
                                       const Workload& workload,
                                       const Identity& identity);

}  // namespace jail::benchmark

#endif  // TOOLS_BENCHMARK_OCI_H_
