// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/open_beneath.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace jail::eval {
namespace {

using Names = std::vector<std::string>;

// What the link holds; empty: it is none.
std::string ReadLink(int root, const std::string& path) {
  const Fd link = OpenBeneath(root, path, O_PATH, false);
  char target[PATH_MAX];
  const ssize_t length =
      link.valid() ? readlinkat(link.get(), "", target, sizeof target) : -1;
  return length <= 0 ? "" : std::string(target, static_cast<size_t>(length));
}

// The names of `path` come next, the first of them last.
void Push(absl::string_view path, Names& next) {
  const Names names = absl::StrSplit(path, '/', absl::SkipEmpty());
  next.insert(next.end(), names.rbegin(), names.rend());
}

}  // namespace

Fd OpenBeneath(int folder, const std::string& path, int flags, bool links) {
  open_how how{};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  // openat2(2) takes neither with O_PATH.
  if ((flags & O_PATH) == 0) how.flags |= O_NONBLOCK | O_NOCTTY;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  if (!links) {
    how.flags |= O_NOFOLLOW;
    how.resolve |= RESOLVE_NO_SYMLINKS;
  }
  return Fd(static_cast<int>(
      syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how)));
}

std::string ResolveBeneath(int root, absl::string_view path,
                           absl::string_view workspace) {
  const Names top = absl::StrSplit(workspace, '/', absl::SkipEmpty());
  Names done = top;  // absolute, and without links
  Names next;
  Push(path, next);
  int links = 0;
  while (!next.empty()) {
    std::string name = std::move(next.back());
    next.pop_back();
    if (name == ".") continue;
    if (name == "..") {
      if (!done.empty()) done.pop_back();
      continue;
    }
    done.push_back(std::move(name));
    // On the way to the workspace again, or anywhere else?
    const size_t common = std::min(done.size(), top.size());
    if (!std::equal(done.begin(), done.begin() + common, top.begin())) {
      return "";
    }
    if (done.size() <= top.size()) continue;
    const std::string target = ReadLink(
        root, absl::StrJoin(done.begin() + top.size(), done.end(), "/"));
    if (target.empty()) continue;
    if (++links > kMaxLinks || next.size() > PATH_MAX) return "";
    if (absl::StartsWith(target, "/")) {
      done.clear();
    } else {
      done.pop_back();
    }
    Push(target, next);
  }
  if (done.size() <= top.size()) return "";
  return absl::StrJoin(done.begin() + top.size(), done.end(), "/");
}

}  // namespace jail::eval
