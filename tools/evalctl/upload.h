// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// A request's files, on their way into the workspace.
#ifndef TOOLS_EVALCTL_UPLOAD_H_
#define TOOLS_EVALCTL_UPLOAD_H_

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace jail::eval {

inline constexpr size_t kMaxUploadedFiles = 10'000;

// Borrows path and content.
struct Upload {
  absl::string_view path;
  absl::string_view content;
  mode_t mode = 0644;
};

// By path; what the collector compares with.
using Uploads = std::map<absl::string_view, Upload>;

struct Owner {
  uid_t uid = 0;
  gid_t gid = 0;
};

// Writes the files beneath the empty folder `root`, and makes the folders that
// they name, 0755.  All belong to `owner`.  The error names the path and, where
// the workspace is full, says so (ResourceExhausted).
absl::Status WriteUploads(int root, const Uploads& uploads, Owner owner);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_UPLOAD_H_
