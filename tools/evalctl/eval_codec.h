// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_EVAL_CODEC_H_
#define TOOLS_EVALCTL_EVAL_CODEC_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "proto/eval.pb.h"
#include "tools/evalctl/body.h"

namespace jail::eval {

// The native form of requests and responses, for `batch` and `serve`.
struct EvalCodec {
  // Nothing, or a BAD_REQUEST.
  std::function<std::optional<Error>(absl::string_view text, Request& request)>
      parse;
  // One line without its end.
  std::function<Body(Response response)> write;
  // The document of GET /openapi.json.
  std::function<std::string()> openapi;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_EVAL_CODEC_H_
