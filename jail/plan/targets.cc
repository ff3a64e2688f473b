// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/targets.h"

#include <fcntl.h>

#include <cerrno>
#include <vector>

namespace jail {
namespace {

constexpr uint64_t kDirectoryMode = 0755;
constexpr uint64_t kFileMode = 0644;

// "/a/b/c" to "/a/b"; "/a" to "/".
std::string Parent(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string Name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// `path` as seen from the mount at `mount`: without a leading slash.
std::string Relative(const std::string& mount, const std::string& path) {
  return mount == "/" ? path.substr(1) : path.substr(mount.size() + 1);
}

// Of an ordered set or map of paths, those beneath `directory`.
template <typename Paths>
void EraseBeneath(Paths& paths, const std::string& directory) {
  constexpr char kAfterSlash = '/' + 1;
  paths.erase(paths.lower_bound(directory + '/'),
              paths.lower_bound(directory + kAfterSlash));
}

// The paths between `mount` and `path`, topmost first, `path` last.
std::vector<std::string> Steps(const std::string& mount,
                               const std::string& path) {
  std::vector<std::string> steps;
  size_t from = mount == "/" ? 1 : mount.size() + 1;
  for (;;) {
    const size_t slash = path.find('/', from);
    if (slash == std::string::npos) break;
    steps.push_back(path.substr(0, slash));
    from = slash + 1;
  }
  steps.push_back(path);
  return steps;
}

}  // namespace

void Targets::SetRoot(Slot root, bool known) {
  root_ = root;
  covers_["/"] = {known, root};
}

std::map<std::string, Targets::Cover>::const_iterator Targets::CoverOf(
    const std::string& path) const {
  std::string above = Parent(path);
  for (;;) {
    const auto found = covers_.find(above);
    if (found != covers_.end()) return found;
    above = Parent(above);
  }
}

// Is there no symbolic link of ours at `path` or above it?
bool Targets::IsPlain(const std::string& path) const {
  for (std::string at = path; at != "/"; at = Parent(at)) {
    if (links_.contains(at)) return false;
  }
  return true;
}

void Targets::MakeKnown(const std::string& mount, Slot slot,
                        const std::string& path, bool is_dir) {
  for (const std::string& step : Steps(mount, path)) {
    if (made_.contains(step) || covers_.contains(step)) continue;
    const std::string name = Relative(mount, step);
    if (step != path || is_dir) {
      b_.MkdirAt(slot, name, kDirectoryMode, step);
    } else {
      b_.MakeFileAt(slot, name, kFileMode, step);
    }
    made_.insert(step);
  }
}

Slot Targets::OpenParent(const std::string& path) {
  if (parent_ == kNoSlot) parent_ = b_.NewSlot("parent");
  const std::string parent = Parent(path);
  b_.OpenAt2InRoot(root_, parent == "/" ? "." : parent.substr(1),
                   O_PATH | O_DIRECTORY, parent_)
      .Why("beneath the root");
  return parent_;
}

void Targets::MakeForeign(const std::string& mount, const std::string& path,
                          bool is_dir) {
  for (const std::string& step : Steps(mount, path)) {
    if (made_.contains(step) || covers_.contains(step)) continue;
    const Slot parent = OpenParent(step);
    if (step != path || is_dir) {
      b_.MkdirAt(parent, Name(step), kDirectoryMode, step);
    } else {
      b_.MakeFileAt(parent, Name(step), kFileMode, step);
    }
    b_.Tolerate({EEXIST}).Why("unless it is there");
    b_.Close(parent);
    made_.insert(step);
  }
}

void Targets::Make(const std::string& target, bool is_dir) {
  const auto& [mount, cover] = *CoverOf(target);
  if (cover.known && IsPlain(target)) {
    MakeKnown(mount, cover.slot, target, is_dir);
  } else {
    MakeForeign(mount, target, is_dir);
  }
}

void Targets::Attach(Slot tree, const std::string& target) {
  const auto& [mount, cover] = *CoverOf(target);
  if (cover.known && IsPlain(target)) {
    b_.MoveMount(tree, InSlot(cover.slot), Relative(mount, target), target);
    return;
  }
  if (target_ == kNoSlot) target_ = b_.NewSlot("target");
  b_.OpenAt2InRoot(root_, target.substr(1), O_PATH, target_)
      .Why("beneath the root");
  b_.MoveMount(tree, InSlot(target_), "", target);
  b_.Close(target_);
}

void Targets::Link(const std::string& text, const std::string& target,
                   bool may_exist) {
  const auto& [mount, cover] = *CoverOf(target);
  const std::string parent = Parent(target);
  const bool parent_is_mount = parent == mount;
  if (cover.known && IsPlain(target)) {
    if (!parent_is_mount) MakeKnown(mount, cover.slot, parent, true);
    b_.SymlinkAt(text, cover.slot, Relative(mount, target), target);
    if (may_exist) b_.Tolerate({EEXIST});
  } else {
    if (!parent_is_mount) MakeForeign(mount, parent, true);
    const Slot directory = OpenParent(target);
    b_.SymlinkAt(text, directory, Name(target), target);
    if (may_exist) b_.Tolerate({EEXIST});
    b_.Close(directory);
  }
  links_.insert(target);
}

void Targets::Mounted(const std::string& target, bool known, Slot slot) {
  // What was there before lies hidden now.
  EraseBeneath(made_, target);
  EraseBeneath(links_, target);
  EraseBeneath(covers_, target);
  covers_[target] = {known, slot};
}

}  // namespace jail
