// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_SERVE_ERROR_REPLY_H_
#define TOOLS_EVALCTL_SERVE_ERROR_REPLY_H_

#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/dialect.h"

namespace jail::eval {

// {"error":{"kind","message"},"detail"}: the shape of Response.error, and the
// message again where clients of FastAPI services look for it.
HttpReply ErrorReply(int status, absl::string_view kind,
                     absl::string_view message);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_SERVE_ERROR_REPLY_H_
