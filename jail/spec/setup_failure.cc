// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/spec/setup_failure.h"

#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"

namespace jail {

std::string SetupFailure::ToString() const {
  std::string text;
  if (!origin.path.empty()) absl::StrAppend(&text, origin.ToString(), ": ");
  absl::StrAppend(&text, operation);
  if (!object.empty()) absl::StrAppend(&text, " ", object);
  if (!detail.empty()) {
    absl::StrAppend(&text, ": ", detail);
  } else if (error != 0) {
    absl::StrAppend(&text, ": ", DescribeErrno(error));
  }
  if (!hint.empty()) absl::StrAppend(&text, ": hint: ", hint);
  return text;
}

}  // namespace jail
