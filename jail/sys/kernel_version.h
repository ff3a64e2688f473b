// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SYS_KERNEL_VERSION_H_
#define JAIL_SYS_KERNEL_VERSION_H_

#include <compare>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace jail {

struct KernelVersion {
  int major = 0;
  int minor = 0;
  auto operator<=>(const KernelVersion&) const = default;
};

// Of uname(2)'s release: "6.1.0-49-amd64".  Not by scanf(3), which brings 40
// KiB of code to each launch.
absl::StatusOr<KernelVersion> ParseKernelRelease(absl::string_view release);

absl::StatusOr<KernelVersion> RunningKernel();

}  // namespace jail

#endif  // JAIL_SYS_KERNEL_VERSION_H_
