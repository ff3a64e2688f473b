// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/plan_mounts.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "absl/strings/str_cat.h"
#include "jail/plan/mount_kinds.h"

namespace jail {
namespace {

constexpr uint64_t kRootTmpfsInodes = 4096;  // and the targets of mounts
constexpr uint64_t kPageBytes = 4096;

uint64_t CountComponents(const std::vector<Mount>& mounts) {
  uint64_t count = 0;
  for (const Mount& mount : mounts) {
    count += std::count(mount.target.begin(), mount.target.end(), '/');
  }
  return count;
}

// "/a/b" to "/a"; "/a" to "/".
std::string ParentOf(const std::string& path) {
  return path.substr(0, std::max<size_t>(path.rfind('/'), 1));
}

}  // namespace

MountPlanner::MountPlanner(const Spec& spec, const HostFacts& facts,
                           PlanBuilder& b)
    : spec_(spec),
      facts_(facts),
      b_(b),
      active_(spec.namespaces.Has(CLONE_NEWNS)),
      nosuid_(spec.process.no_new_privs.value),
      targets_(b) {
  root_mount_.target = "/";
  root_mount_.flags.read_only = !spec.root.writable;
  root_mount_.origin = spec.root.origin;
  if (spec.root.directory.empty()) {
    root_mount_.what = FilesystemMount{
        "tmpfs",
        "",
        {{"mode", "0755"},
         {"size", absl::StrCat(kRootTmpfsBytes)},
         {"nr_inodes",
          absl::StrCat(kRootTmpfsInodes + CountComponents(spec.mounts))}}};
  } else {
    root_mount_.what = BindMount{spec.root.directory};
  }
  root_.mount = &root_mount_;
  root_.stage_name = "root";
  root_.has_mounts_beneath = true;
  std::map<std::string, size_t> by_target;
  for (const Mount& mount : spec.mounts) {
    if (mount.target == "/") {
      root_.mount = &mount;
      continue;
    }
    Item item;
    item.mount = &mount;
    item.is_dir = IsDirectory(mount);
    item.stage_name = absl::StrCat(items_.size());
    item.planned = PlannedMountOf(mount, nosuid_);
    item.planned.skipped = IsSkipped(mount);
    for (std::string above = ParentOf(mount.target); above != "/";
         above = ParentOf(above)) {
      const auto earlier = by_target.find(above);
      if (earlier == by_target.end()) continue;
      items_[earlier->second].has_mounts_beneath = true;
    }
    by_target[mount.target] = items_.size();
    items_.push_back(std::move(item));
  }
  root_.planned = PlannedMountOf(*root_.mount, nosuid_);
}

bool MountPlanner::IsSkipped(const Mount& mount) const {
  if (mount.mandatory) return false;
  for (const std::string& source : SourcesOf(mount)) {
    const auto fact = facts_.paths.find(source);
    if (fact != facts_.paths.end() &&
        (fact->second.error == ENOENT || fact->second.error == ENOTDIR)) {
      return true;
    }
  }
  return false;
}

bool MountPlanner::IsDirectory(const Mount& mount) const {
  if (mount.is_dir) return *mount.is_dir;
  if (std::holds_alternative<ContentFile>(mount.what)) return false;
  if (const auto* bind = std::get_if<BindMount>(&mount.what)) {
    const auto fact = facts_.paths.find(bind->source);
    if (fact != facts_.paths.end() && fact->second.error == 0) {
      return S_ISDIR(fact->second.mode);
    }
  }
  return true;
}

// ------------------------------------------------------- before the new root

void MountPlanner::StopPropagation() {
  if (!active_) return;
  b_.Because(spec_.namespaces.origin_of_mount);
  mount_attr attr{};
  attr.propagation = MS_PRIVATE;
  b_.Call(SYS_mount_setattr,
          {AtFdcwd(), Pointer(b_.PutString("/")), Value(AT_RECURSIVE),
           Pointer(b_.PutStruct(attr)), Value(sizeof attr)},
          "/")
      .Why("mounts of the jail stay in the jail, and the host's outside");
}

void MountPlanner::OpenSources() {
  if (!active_) {
    if (spec_.root.directory.empty()) {
      b_.plan().warnings.push_back(
          "clone_newns is false and there is no chroot_dir: the jail has the "
          "host's whole file system");
      return;
    }
    b_.Because(spec_.root.origin);
    root_.tree = b_.NewSlot("root");
    b_.OpenAt(AtFdcwd(), spec_.root.directory, O_PATH | O_DIRECTORY, 0,
              root_.tree);
    return;
  }
  OpenSourcesOf(root_);
  for (Item& item : items_) OpenSourcesOf(item);
  NameProvided();
}

void MountPlanner::NameProvided() {
  for (Item& item : items_) {
    const auto* provided = std::get_if<ProvidedMount>(&item.mount->what);
    if (provided == nullptr) continue;
    item.tree = b_.NewSlot(absl::StrCat("provided for ", item.mount->target));
    std::vector<Slot>& slots = b_.plan().provided_slots;
    if (slots.size() <= provided->index) {
      slots.resize(provided->index + 1, kNoSlot);
    }
    slots[provided->index] = item.tree;
  }
}

void MountPlanner::OpenSourcesOf(Item& item) {
  if (item.planned.skipped) return;
  b_.Because(item.mount->origin);
  for (const std::string& source : SourcesOf(*item.mount)) {
    const Slot tree =
        b_.NewSlot(&item == &root_ ? "root" : absl::StrCat("tree ", source));
    b_.OpenTree(AtFdcwd(), source, AT_RECURSIVE, tree);
    if (!item.mount->mandatory) {
      b_.Tolerate({ENOENT, ENOTDIR}).Why("it is not mandatory");
    }
    item.sources.push_back(tree);
  }
}

void MountPlanner::MakeStage() {
  if (!active_) return;
  uint64_t bytes = 0, inodes = 0;
  const auto count = [&](const Item& item) {
    if (const auto* file = std::get_if<ContentFile>(&item.mount->what)) {
      bytes += (file->content.size() / kPageBytes + 1) * kPageBytes;
      inodes += 1;
    } else if (std::holds_alternative<OverlayMount>(item.mount->what)) {
      inodes += item.sources.size() + 2;
    }
  };
  count(root_);
  for (const Item& item : items_) count(item);
  if (inodes == 0) return;
  b_.Because({});
  stage_ = MakeTmpfs("stage", "0700", bytes + kPageBytes, inodes + 1,
                     MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
  b_.MoveMount(stage_, AtFdcwd(), "/", "stage")
      .Why("only what is attached can be bound");
}

Slot MountPlanner::MakeTmpfs(const std::string& name, const std::string& mode,
                             uint64_t bytes, uint64_t inodes,
                             uint64_t attributes) {
  const Slot context = b_.NewSlot("tmpfs");
  const Slot tree = b_.NewSlot(name);
  b_.FsOpen("tmpfs", context);
  b_.FsConfigString(context, "mode", mode);
  b_.FsConfigString(context, "size", absl::StrCat(bytes));
  b_.FsConfigString(context, "nr_inodes", absl::StrCat(inodes));
  b_.FsConfigCreate(context);
  b_.FsMount(context, attributes, tree);
  b_.Close(context);
  return tree;
}

// ------------------------------------------------------------------ the root

void MountPlanner::MakeRoot() {
  if (!active_) return;
  b_.Because(root_.mount->origin);
  root_.planned.first_step = b_.Next();
  MakeTree(root_);
  b_.MoveMount(root_.tree, AtFdcwd(), "/", "/")
      .Why("only what is attached can be mounted upon");
  root_.planned.last_step = b_.Next() - 1;
  targets_.SetRoot(root_.tree, root_.is_known);
  if (root_.mount->flags.read_only) late_.push_back(&root_);
  b_.plan().mounts.push_back(root_.planned);
}

void MountPlanner::MakeMounts() {
  if (!active_) return;
  for (Item& item : items_) {
    if (!item.planned.skipped) {
      b_.Because(item.mount->origin);
      item.planned.first_step = b_.Next();
      MakeItem(item);
      item.planned.last_step = b_.Next() - 1;
    }
    b_.plan().mounts.push_back(item.planned);
  }
}

void MountPlanner::MakeItem(Item& item) {
  const std::string& target = item.mount->target;
  if (const auto* link = std::get_if<Symlink>(&item.mount->what)) {
    targets_.Link(link->target, target, !item.mount->mandatory);
    return;
  }
  targets_.Make(target, item.is_dir);
  // A source that was not there left its slot empty: the rest is skipped.
  const int test = b_.Next();
  const bool may_be_missing = !item.mount->mandatory && !item.sources.empty();
  if (may_be_missing) {
    for (Slot source : item.sources) b_.TestSlot(source);
  }
  const int tested = b_.Next();
  MakeTree(item);
  targets_.Attach(item.tree, target);
  targets_.Mounted(target, item.is_known, item.tree);
  if (std::holds_alternative<DevPreset>(item.mount->what)) FillDev(item);
  if (IsReadOnlyLater(item)) {
    late_.push_back(&item);
  } else if (!(item.is_known && item.has_mounts_beneath)) {
    b_.Close(item.tree);
  }
  if (may_be_missing) {
    for (int step = test; step < tested; ++step) {
      b_.JumpOn(step, EBADF, b_.Next());
    }
  }
}

bool MountPlanner::IsReadOnlyLater(const Item& item) const {
  return item.mount->flags.read_only && item.has_mounts_beneath &&
         !IsBind(*item.mount);
}

void MountPlanner::MakeReadOnly() {
  for (const Item* item : late_) {
    b_.Because(item->mount->origin);
    b_.MountSetattr(item->tree, 0, MOUNT_ATTR_RDONLY, 0, item->mount->target)
        .Why("read-only, now that all is in place");
  }
}

void MountPlanner::EnterRoot() {
  b_.Because(spec_.root.origin);
  if (!active_) {
    if (spec_.root.directory.empty()) return;
    b_.Fchdir(root_.tree, spec_.root.directory);
    b_.Chroot(".", spec_.root.directory);
    b_.Chdir("/");
    return;
  }
  b_.Fchdir(root_.tree, "new root");
  if (spec_.root.pivot) {
    b_.Call(SYS_pivot_root,
            {Pointer(b_.PutString(".")), Pointer(b_.PutString("."))},
            "new root")
        .Why("the old root comes to lie upon the new one");
    if (stage_ != kNoSlot) b_.Umount(".", "stage");
    b_.Umount(".", "old root").Why("no host path stays reachable");
  } else {
    b_.Chroot(".", "new root");
    b_.plan().warnings.push_back(
        "no_pivotroot: the host's root stays mounted beneath the jail's");
  }
  b_.Chdir("/");
}

}  // namespace jail
