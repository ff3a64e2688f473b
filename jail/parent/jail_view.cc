// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/jail_view.h"

#include <limits.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <deque>
#include <optional>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace jail {
namespace {

constexpr int kMaxLinks = 40;  // as the kernel

bool IsBeneath(const std::string& path, const std::string& dir) {
  return dir == "/" || path == dir || absl::StartsWith(path, dir + "/");
}

void PushFront(std::deque<std::string>& parts, const std::string& path) {
  const std::vector<std::string> more =
      absl::StrSplit(path, '/', absl::SkipEmpty());
  parts.insert(parts.begin(), more.begin(), more.end());
}

// The mount that `path` lies on: the last made of the deepest ones.
const Mount* Covering(const Spec& spec, const std::string& path) {
  const Mount* best = nullptr;
  for (const Mount& mount : spec.mounts) {
    if (IsBeneath(path, mount.target) &&
        (best == nullptr || mount.target.size() >= best->target.size())) {
      best = &mount;
    }
  }
  return best;
}

bool IsMadeForMount(const Spec& spec, const std::string& path) {
  for (const Mount& mount : spec.mounts) {
    if (IsBeneath(mount.target, path)) return true;
  }
  return path == "/";
}

// The same file on the host, if a file of the host it is.
std::optional<std::string> OnHost(const Spec& spec, const Mount* mount,
                                  const std::string& path) {
  if (mount == nullptr) {
    if (spec.root.directory.empty()) {
      if (spec.namespaces.Has(CLONE_NEWNS)) return std::nullopt;
      return path;
    }
    return absl::StrCat(spec.root.directory, path);
  }
  const std::string rest =
      mount->target == "/" ? path : path.substr(mount->target.size());
  if (const auto* bind = std::get_if<BindMount>(&mount->what)) {
    return absl::StrCat(bind->source, rest);
  }
  if (const auto* overlay = std::get_if<OverlayMount>(&mount->what)) {
    struct stat status {};
    for (const std::string& lower : overlay->lower) {
      std::string host = absl::StrCat(lower, rest);
      if (lstat(host.c_str(), &status) == 0) return host;
    }
  }
  return std::nullopt;
}

std::string ReadLink(const std::string& path) {
  char buffer[PATH_MAX];
  const ssize_t n = readlink(path.c_str(), buffer, sizeof buffer);
  return n <= 0 ? "" : std::string(buffer, static_cast<size_t>(n));
}

}  // namespace

HostPlace FindOnHost(const Spec& spec, const std::string& path) {
  HostPlace place;
  std::deque<std::string> parts;
  PushFront(parts, path);
  std::string now;  // the jail's path as far as it is resolved; "" is "/"
  for (int links = 0; links <= kMaxLinks && !parts.empty();) {
    const std::string part = parts.front();
    parts.pop_front();
    if (part == ".") continue;
    if (part == "..") {
      now.resize(now.empty() ? 0 : now.rfind('/'));
      continue;
    }
    const std::string next = absl::StrCat(now, "/", part);
    const Mount* mount = Covering(spec, next);
    std::string link;
    const Symlink* symlink = mount != nullptr && mount->target == next
                                 ? std::get_if<Symlink>(&mount->what)
                                 : nullptr;
    const std::optional<std::string> host = OnHost(spec, mount, next);
    struct stat status {};
    if (symlink != nullptr) {
      link = symlink->target;
    } else if (host && lstat(host->c_str(), &status) == 0) {
      if (S_ISLNK(status.st_mode)) link = ReadLink(*host);
    } else if (!IsMadeForMount(spec, next)) {
      place.missing = next;
      return place;
    }
    if (!link.empty()) {
      ++links;
      if (link[0] == '/') now.clear();
      PushFront(parts, link);
      continue;
    }
    now = next;
    place.mount = mount;
    place.host = host.value_or("");
  }
  place.found = parts.empty() && !place.host.empty();
  if (!place.found) place.missing = path;
  return place;
}

}  // namespace jail
