// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_QUOTE_H_
#define CONFIG_QUOTE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace jail {

// Text of a user made safe for one line of a terminal: control characters,
// backslashes and bytes that are no UTF-8 become escapes.
std::string EscapeText(absl::string_view text);

// The same, cut after 64 bytes.
std::string Cut(absl::string_view text);

// The same in double quotes: "/usr/li"...
std::string Quote(absl::string_view text);

}  // namespace jail

#endif  // CONFIG_QUOTE_H_
