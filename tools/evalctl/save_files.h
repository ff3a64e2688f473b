// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_SAVE_FILES_H_
#define TOOLS_EVALCTL_SAVE_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "proto/eval.pb.h"

namespace jail::eval {

// Writes the files of `response` beneath `directory`, which is made when it is
// not there.  No link in it is followed; an existing file is replaced.
absl::Status SaveFiles(const Response& response, const std::string& directory);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_SAVE_FILES_H_
