// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The native request and response as JSON: proto/eval.proto says how.
#ifndef TOOLS_EVALCTL_REQUEST_JSON_H_
#define TOOLS_EVALCTL_REQUEST_JSON_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "proto/eval.pb.h"
#include "tools/evalctl/body.h"

namespace jail::eval {

inline constexpr size_t kMaxRequestBytes = 32 << 20;

// False: `error` is a BAD_REQUEST with its place.
bool ParseRequest(absl::string_view json, Request& request, Error& error);

// One line without its newline; with `pretty`, indented.  Numbers are numbers,
// enums their names, bytes base64.  Left out: unset and empty strings, unset
// messages and enums, empty lists but for `commands` and `files`.
Body ResponseJson(Response response, bool pretty = false);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_REQUEST_JSON_H_
