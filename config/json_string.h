// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_JSON_STRING_H_
#define CONFIG_JSON_STRING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace jail {

// Decodes a JSON string as written, quotes included.  Returns what is wrong;
// empty: `out` has the content.
std::string DecodeJsonString(absl::string_view written, std::string& out);

}  // namespace jail

#endif  // CONFIG_JSON_STRING_H_
