// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/sys/errno_name.h"

#include <string.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace jail {

std::string ErrnoName(int error) {
  const char* name = strerrorname_np(error);
  return name != nullptr ? name : absl::StrCat("errno ", error);
}

std::string DescribeErrno(int error) {
  const char* text = strerrordesc_np(error);
  return absl::StrCat(ErrnoName(error), " (",
                      text != nullptr ? text : "unknown error", ")");
}

absl::Status ErrnoStatus(int error, absl::string_view what) {
  return absl::Status(absl::ErrnoToStatusCode(error),
                      absl::StrCat(what, ": ", DescribeErrno(error)));
}

}  // namespace jail
