// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_SERVE_OPENAPI_H_
#define TOOLS_EVALCTL_SERVE_OPENAPI_H_

#include <string>

#include "absl/strings/string_view.h"

namespace jail::eval {

// GET /openapi.json: OpenAPI 3.1, its schemas from proto/eval.proto as it was
// compiled in.
std::string OpenApiDocument(absl::string_view version);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_SERVE_OPENAPI_H_
