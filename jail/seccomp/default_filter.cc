// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/default_filter.h"

#include <iterator>

namespace jail::seccomp {
namespace {

constexpr sock_filter kFilter[] = {
// Made by default_filter_generator in the build.
#include "jail/seccomp/default_filter.inc"
};

}  // namespace

FilterView DefaultFilter() { return {kFilter, std::size(kFilter)}; }

}  // namespace jail::seccomp
