// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_NATIVE_CODEC_H_
#define TOOLS_EVALCTL_NATIVE_CODEC_H_

#include "tools/evalctl/eval_codec.h"

namespace jail::eval {

// Requests and responses as proto/eval.proto has them.
EvalCodec NativeCodec();

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_NATIVE_CODEC_H_
