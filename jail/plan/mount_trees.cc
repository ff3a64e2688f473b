// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// One detached mount for each kind of Mount, with its flags.
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/sched.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "jail/plan/mount_kinds.h"
#include "jail/plan/plan_mounts.h"

namespace jail {
namespace {

// Files in a tmpfs whose options name no nr_inodes: each takes about 1 KiB of
// kernel memory that `size` does not count.
constexpr uint64_t kTmpfsInodes = 65536;
// A DevPreset's own tmpfs, and its /dev/shm.
constexpr uint64_t kDevBytes = 64 << 10;
constexpr uint64_t kDevInodes = 256;
constexpr uint64_t kShmBytes = 64 << 20;
constexpr uint64_t kShmInodes = 4096;

bool HasOption(const std::vector<MountOption>& options,
               const std::string& key) {
  for (const MountOption& option : options) {
    if (option.key == key) return true;
  }
  return false;
}

}  // namespace

uint64_t MountPlanner::Attributes(const Item& item) const {
  const MountFlags flags = FlagsOf(*item.mount, nosuid_);
  uint64_t attributes = 0;
  if (flags.read_only) attributes |= MOUNT_ATTR_RDONLY;
  if (flags.nosuid) attributes |= MOUNT_ATTR_NOSUID;
  if (flags.nodev) attributes |= MOUNT_ATTR_NODEV;
  if (flags.noexec) attributes |= MOUNT_ATTR_NOEXEC;
  if (flags.nosymfollow) attributes |= MOUNT_ATTR_NOSYMFOLLOW;
  return attributes;
}

void MountPlanner::MakeTree(Item& item) {
  const Mount& mount = *item.mount;
  if (const auto* file = std::get_if<ContentFile>(&mount.what)) {
    MakeContent(item, *file);
  } else if (const auto* fs = std::get_if<FilesystemMount>(&mount.what)) {
    MakeFilesystem(item, *fs);
  } else if (const auto* overlay = std::get_if<OverlayMount>(&mount.what)) {
    MakeOverlay(item, *overlay);
  } else if (std::holds_alternative<ProvidedMount>(mount.what)) {
    MakeProvided(item);
  } else if (std::holds_alternative<DevPreset>(mount.what)) {
    MakeDev(item);
  } else if (IsBind(mount)) {
    MakeBind(item);
  } else if (const auto* proc = std::get_if<ProcMount>(&mount.what)) {
    MakeProc(item, *proc);
  }
}

void MountPlanner::MakeBind(Item& item) {
  item.tree = item.sources.front();
  const std::string& target = item.mount->target;
  const uint64_t attributes = Attributes(item);
  if (attributes != 0) {
    b_.MountSetattr(item.tree, AT_RECURSIVE, attributes, 0, target)
        .Why("and every mount beneath it");
  }
  if (&item == &root_ && (attributes & MOUNT_ATTR_RDONLY) != 0) {
    // Targets of mounts may have to be made in it.
    b_.MountSetattr(item.tree, 0, 0, MOUNT_ATTR_RDONLY, target)
        .Tolerate({EPERM})
        .Why("until all is in place");
  }
}

void MountPlanner::MakeContent(Item& item, const ContentFile& file) {
  const std::string& target = item.mount->target;
  const Slot out = b_.NewSlot(absl::StrCat("content of ", target));
  b_.OpenAt(InSlot(stage_), item.stage_name, O_WRONLY | O_CREAT | O_EXCL, 0644,
            out);
  if (!file.content.empty()) b_.Write(out, file.content, target);
  b_.Close(out);
  item.tree = b_.NewSlot(absl::StrCat("tree ", target));
  b_.OpenTree(InSlot(stage_), item.stage_name, 0, item.tree);
  b_.MountSetattr(item.tree, 0, Attributes(item), 0, target);
}

void MountPlanner::Configure(Slot context,
                             const std::vector<MountOption>& options) {
  for (const MountOption& option : options) {
    if (option.value) {
      b_.FsConfigString(context, option.key, *option.value);
    } else {
      b_.FsConfigFlag(context, option.key);
    }
  }
}

void MountPlanner::FinishTree(Item& item, Slot context, uint64_t attributes) {
  b_.FsConfigCreate(context);
  if (item.has_mounts_beneath) {
    attributes &= ~uint64_t{MOUNT_ATTR_RDONLY};  // MakeReadOnly() sees to it
  }
  item.tree = b_.NewSlot(
      &item == &root_ ? "root" : absl::StrCat("tree ", item.mount->target));
  b_.FsMount(context, attributes, item.tree);
  b_.Close(context);
}

void MountPlanner::MakeFilesystem(Item& item,
                                  const FilesystemMount& filesystem) {
  const Slot context = b_.NewSlot(filesystem.fstype);
  b_.FsOpen(filesystem.fstype, context);
  if (!filesystem.source.empty()) {
    b_.FsConfigString(context, "source", filesystem.source);
  }
  Configure(context, filesystem.options);
  const bool is_tmpfs = filesystem.fstype == "tmpfs";
  if (is_tmpfs && !HasOption(filesystem.options, "nr_inodes")) {
    b_.FsConfigString(context, "nr_inodes", absl::StrCat(kTmpfsInodes));
  }
  if (is_tmpfs && &item == &root_ && !HasOption(filesystem.options, "size")) {
    b_.FsConfigString(context, "size", absl::StrCat(kRootTmpfsBytes));
  } else if (is_tmpfs && !HasOption(filesystem.options, "size")) {
    b_.plan().warnings.push_back(
        absl::StrCat(item.mount->origin.ToString(),
                     ": a tmpfs without `size` may take half of the memory"));
  }
  FinishTree(item, context, Attributes(item));
  item.is_known = is_tmpfs;
}

void MountPlanner::MakeProc(Item& item, const ProcMount& proc) {
  const Slot context = b_.NewSlot("proc");
  b_.FsOpen("proc", context);
  if (proc.kind == ProcKind::kSubsetPid) {
    b_.FsConfigString(context, "subset", "pid");
    if (!HasOption(proc.options, "hidepid")) {
      b_.FsConfigString(context, "hidepid", "invisible");
    }
  }
  Configure(context, proc.options);
  FinishTree(item, context, Attributes(item));
}

void MountPlanner::MakeOverlay(Item& item, const OverlayMount& overlay) {
  // Layers are bound into the stage, so that they were opened with the
  // caller's ids and have short names: a parameter holds 255 bytes, and ":"
  // would have to be escaped.
  std::vector<std::string> layers;
  const auto add_layer = [&](Slot tree) {
    layers.push_back(absl::StrCat(item.stage_name, ".", layers.size()));
    b_.MkdirAt(stage_, layers.back(), 0755, layers.back());
    if (tree != kNoSlot) {
      b_.MoveMount(tree, InSlot(stage_), layers.back(), layers.back());
    }
    return layers.back();
  };
  for (Slot lower : item.sources) {
    add_layer(lower);
    b_.Close(lower);
  }
  std::string upper;
  if (overlay.upper_tmpfs.value != 0) {
    const Slot tmpfs =
        MakeTmpfs("upper", "0755", overlay.upper_tmpfs.value, kTmpfsInodes,
                  MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    b_.MkdirAt(tmpfs, "upper", 0755, "upper");
    b_.MkdirAt(tmpfs, "work", 0755, "work");
    upper = add_layer(tmpfs);
    layers.pop_back();
    b_.Close(tmpfs);
  } else if (layers.size() == 1) {
    add_layer(kNoSlot);  // without an upper layer the kernel wants two
  }
  const Slot context = b_.NewSlot("overlay");
  b_.Fchdir(stage_, "stage");
  b_.FsOpen("overlay", context);
  b_.FsConfigString(context, "lowerdir", absl::StrJoin(layers, ":"));
  if (!upper.empty()) {
    b_.FsConfigString(context, "upperdir", absl::StrCat(upper, "/upper"));
    b_.FsConfigString(context, "workdir", absl::StrCat(upper, "/work"));
  }
  if (spec_.namespaces.Has(CLONE_NEWUSER)) {
    // trusted.* attributes are the first user namespace's alone.
    b_.FsConfigFlag(context, "userxattr");
  }
  FinishTree(item, context, Attributes(item));
}

void MountPlanner::MakeProvided(Item& item) {
  uint64_t attributes = Attributes(item);
  if (item.has_mounts_beneath) {
    attributes &= ~uint64_t{MOUNT_ATTR_RDONLY};  // MakeReadOnly() sees to it
  }
  b_.MountSetattr(item.tree, 0, attributes, 0, item.mount->target)
      .Why("the launching program's mount");
}

void MountPlanner::MakeDev(Item& item) {
  const Slot context = b_.NewSlot("tmpfs");
  b_.FsOpen("tmpfs", context);
  b_.FsConfigString(context, "mode", "0755");
  b_.FsConfigString(context, "size", absl::StrCat(kDevBytes));
  b_.FsConfigString(context, "nr_inodes", absl::StrCat(kDevInodes));
  item.has_mounts_beneath = true;
  FinishTree(item, context, Attributes(item));
  item.is_known = true;
}

void MountPlanner::FillDev(const Item& item) {
  const std::string& dev = item.mount->target;
  const auto put = [&](Slot tree, const std::string& name, bool is_dir,
                       bool known) {
    const std::string target = absl::StrCat(dev, "/", name);
    targets_.Make(target, is_dir);
    targets_.Attach(tree, target);
    targets_.Mounted(target, known, tree);
  };
  for (size_t i = 0; i < kDevNames.size(); ++i) {
    const Slot tree = item.sources[i];
    // A device on a read-only mount can be written to all the same.
    b_.MountSetattr(tree, AT_RECURSIVE,
                    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
                    0, absl::StrCat(dev, "/", kDevNames[i]));
    put(tree, kDevNames[i], false, false);
    b_.Close(tree);
  }
  const Slot shm =
      MakeTmpfs("shm", "1777", kShmBytes, kShmInodes,
                MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  put(shm, "shm", true, true);

  const Slot context = b_.NewSlot("devpts"), pts = b_.NewSlot("pts");
  b_.FsOpen("devpts", context);
  b_.FsConfigFlag(context, "newinstance");
  b_.FsConfigString(context, "ptmxmode", "0666");
  b_.FsConfigString(context, "mode", "0620");
  b_.FsConfigCreate(context);
  b_.FsMount(context, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, pts);
  b_.Close(context);
  put(pts, "pts", true, false);
  b_.Close(pts);

  const std::pair<const char*, const char*> links[] = {
      {"ptmx", "pts/ptmx"},
      {"fd", "/proc/self/fd"},
      {"stdin", "/proc/self/fd/0"},
      {"stdout", "/proc/self/fd/1"},
      {"stderr", "/proc/self/fd/2"}};
  for (const auto& [name, text] : links) {
    targets_.Link(text, absl::StrCat(dev, "/", name), false);
  }
}

}  // namespace jail
