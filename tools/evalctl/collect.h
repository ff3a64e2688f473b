// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What a program left in its workspace.  The tree is hostile: nothing in it is
// trusted to be what it seems, to end, or to be small.
#ifndef TOOLS_EVALCTL_COLLECT_H_
#define TOOLS_EVALCTL_COLLECT_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "proto/eval.pb.h"
#include "tools/evalctl/glob.h"
#include "tools/evalctl/upload.h"

namespace jail::eval {

// Names that are looked at, hidden and unwanted ones included.
inline constexpr uint64_t kMaxEntriesVisited = 200'000;
// Folders in folders, whatever the request's max_depth is.
inline constexpr uint64_t kMaxCollectDepth = 1000;
// Files that were left out and are told of.
inline constexpr uint64_t kMaxLeftOut = 1000;

struct CollectOptions {
  std::vector<Glob> patterns;  // none: every file that is not hidden
  std::string but;             // this path is not collected
  uint64_t max_files = 100;
  uint64_t max_bytes = 16 << 20;      // of all together
  uint64_t max_file_bytes = 8 << 20;  // of each
  uint64_t max_depth = 16;            // components of a path
  std::chrono::milliseconds max_time{5000};
  bool follow_links = false;  // to files of the workspace
  std::string workspace;      // its path in the jail, as absolute links have it
};

// Adds to `response.files` what is new beneath `root` or differs from
// `uploads`, by path in order of its bytes, and sets `files_complete`.  To be
// called when no process of the jail is left: what is read holds still.
void CollectFiles(int root, const Uploads& uploads,
                  const CollectOptions& options, Response& response);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_COLLECT_H_
