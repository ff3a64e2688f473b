// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What Python's json module says of a text that isn't JSON.
#ifndef TOOLS_EVALCTL_DIALECTS_JSON_FAULT_H_
#define TOOLS_EVALCTL_DIALECTS_JSON_FAULT_H_

#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/json.h"

namespace jail::eval {

// The first fault of `text`, which is UTF-8, nested no deeper than
// kMaxJsonDepth, and was refused by the parser.
JsonFault ExplainJsonFault(absl::string_view text);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_JSON_FAULT_H_
