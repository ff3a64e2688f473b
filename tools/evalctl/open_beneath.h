// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Opens what a program left in its workspace, and nothing else.
#ifndef TOOLS_EVALCTL_OPEN_BENEATH_H_
#define TOOLS_EVALCTL_OPEN_BENEATH_H_

#include <string>

#include "absl/strings/string_view.h"
#include "jail/sys/fd.h"

namespace jail::eval {

// Links that are followed on the way to one file, as many as the kernel does.
inline constexpr int kMaxLinks = 40;

// openat2(2) beneath `folder`: onto no other file system, through no magic
// link; without `links` through no symbolic link either, and O_PATH opens a
// link itself.  To follow an absolute link fails with EXDEV.
Fd OpenBeneath(int folder, const std::string& path, int flags, bool links);

// Where `path`, relative to `root`, leads in the eyes of a program that has
// `root` at `workspace`, an absolute path without links: relative to `root`,
// and without links.  Empty: out of the workspace, nowhere, or in a ring.
std::string ResolveBeneath(int root, absl::string_view path,
                           absl::string_view workspace);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_OPEN_BENEATH_H_
