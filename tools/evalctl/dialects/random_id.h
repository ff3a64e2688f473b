// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_DIALECTS_RANDOM_ID_H_
#define TOOLS_EVALCTL_DIALECTS_RANDOM_ID_H_

#include <string>

namespace jail::eval {

// Eleven characters of [A-Za-z0-9_-], from the kernel's random numbers; names
// a request in a log.
std::string RandomId();

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_RANDOM_ID_H_
