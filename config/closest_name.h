// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_CLOSEST_NAME_H_
#define CONFIG_CLOSEST_NAME_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace jail {

// The candidate that `name` is most likely a misspelling of; the first one of
// several, empty when none is near.
std::string ClosestName(absl::string_view name,
                        const std::vector<std::string>& candidates);

}  // namespace jail

#endif  // CONFIG_CLOSEST_NAME_H_
