// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/native_codec.h"

#include <utility>

#include "tools/evalctl/request_json.h"
#include "tools/evalctl/serve/openapi.h"

namespace jail::eval {

EvalCodec NativeCodec() {
  EvalCodec codec;
  codec.parse = [](absl::string_view text,
                   Request& request) -> std::optional<Error> {
    Error error;
    if (ParseRequest(text, request, error)) return std::nullopt;
    return error;
  };
  codec.write = [](Response response) {
    return ResponseJson(std::move(response));
  };
  codec.openapi = [] { return OpenApiDocument(JAIL_VERSION); };
  return codec;
}

}  // namespace jail::eval
