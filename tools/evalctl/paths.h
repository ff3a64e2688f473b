// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What a path of a request may be.
#ifndef TOOLS_EVALCTL_PATHS_H_
#define TOOLS_EVALCTL_PATHS_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace jail::eval {

inline constexpr size_t kMaxPathBytes = 4095;  // PATH_MAX, without its NUL
inline constexpr size_t kMaxNameBytes = 255;   // of one component
inline constexpr size_t kMaxPathDepth = 64;    // components

// Relative and clean: no "/" at either end, no empty, "." or ".." component, no
// NUL.  The error says what is wrong, without the path.
absl::Status CheckPath(absl::string_view path);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_PATHS_H_
