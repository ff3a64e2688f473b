// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What every plan must do to the file system.  The flags that a mount must
// have are worked out here once more, and not taken from the planner.
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <sys/syscall.h>

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "jail/plan/builder.h"
#include "jail/plan/plan_view.h"

namespace jail {
namespace {

bool HasMounts(const PlanView& view) {
  return view.spec.namespaces.Has(CLONE_NEWNS);
}

bool IsAtFdcwd(const PlanView& view, int i, int index) {
  return view.ArgIs(i, index, AtFdcwd().value);
}

// move_mount(2) onto "/": the new root, and before it the stage.
bool AttachesToRoot(const PlanView& view, int i) {
  return view.Is(i, SYS_move_mount) && IsAtFdcwd(view, i, 2) &&
         view.TextIs(i, 3, "/");
}

int RootAttachment(const PlanView& view) {
  return view.FindLast([&](int i) { return AttachesToRoot(view, i); });
}

bool StopsPropagationFirst(const PlanView& view) {
  if (!HasMounts(view)) return true;
  const int stop = view.FindFirst([&](int i) {
    return view.Is(i, SYS_mount_setattr) && IsAtFdcwd(view, i, 0) &&
           view.TextIs(i, 1, "/") && view.ArgIs(i, 2, AT_RECURSIVE) &&
           view.Struct<mount_attr>(i, 3).propagation == MS_PRIVATE;
  });
  const int mount = view.FindFirst([&](int i) {
    return view.Is(i, SYS_open_tree) || view.Is(i, SYS_fsopen) ||
           view.Is(i, SYS_move_mount);
  });
  return stop >= 0 && stop < mount;
}

bool LeavesTheOldRoot(const PlanView& view) {
  const Spec& spec = view.spec;
  const int enter = view.enter_step();
  if (!HasMounts(view) && spec.root.directory.empty()) return enter < 0;
  // From the root's own descriptor.
  if (enter < 1 || !view.Is(enter - 1, SYS_fchdir)) return false;
  if (HasMounts(view)) {
    const int attach = RootAttachment(view);
    if (attach < 0 || attach > enter ||
        !view.SlotIs(enter - 1, 0, view.SlotOf(attach, 0))) {
      return false;
    }
  }
  int next = enter + 1;
  if (HasMounts(view) && spec.root.pivot) {
    if (!view.Is(enter, SYS_pivot_root) || !view.TextIs(enter, 0, ".") ||
        !view.TextIs(enter, 1, ".")) {
      return false;
    }
    // One for the old root, and one for each other mount that lay upon it.
    for (int i = 0; i < view.size(); ++i) {
      if (!AttachesToRoot(view, i)) continue;
      if (!view.Is(next, SYS_umount2) || !view.TextIs(next, 0, ".") ||
          !view.ArgIs(next, 1, kMntDetach) || !view.IsCertain(next)) {
        return false;
      }
      ++next;
    }
  } else if (!view.Is(enter, SYS_chroot) || !view.TextIs(enter, 0, ".")) {
    return false;
  }
  return view.Is(next, SYS_chdir) && view.TextIs(next, 0, "/") &&
         view.IsCertain(next);
}

bool MountsNothingAfterwards(const PlanView& view) {
  if (!HasMounts(view)) {
    return view.FindFirst([&](int i) { return view.Is(i, SYS_move_mount); }) <
           0;
  }
  for (int i = view.enter_step() + 1; i < view.size(); ++i) {
    if (view.Is(i, SYS_move_mount) || view.Is(i, SYS_open_tree) ||
        view.Is(i, SYS_fsmount) || view.Is(i, SYS_mount_setattr)) {
      return false;
    }
  }
  return true;
}

bool IsSafeName(absl::string_view path) {
  for (absl::string_view part : absl::StrSplit(path, '/')) {
    if (part.empty() || part == "..") return false;
  }
  return true;
}

// A path beneath a descriptor is followed by the kernel as it likes.  That is
// right only where no symbolic link can be: in a file system that the plan has
// made, beneath nothing that was put into it.
bool StaysBeneathTheRoot(const PlanView& view) {
  std::set<Slot> own;      // mounts of new tmpfs file systems
  std::set<Slot> tmpfs;    // their contexts
  std::set<Slot> beneath;  // opened by openat2(2) beneath the root
  std::map<Slot, std::vector<absl::string_view>>
      placed;  // names that lead elsewhere
  const auto is_plain = [&](Slot dir, absl::string_view path) {
    if (beneath.contains(dir)) {
      return path.empty() || !absl::StrContains(path, '/');
    }
    if (!own.contains(dir) || !IsSafeName(path)) return false;
    for (absl::string_view name : placed[dir]) {
      if (absl::StartsWith(path, name) && path.size() > name.size() &&
          path[name.size()] == '/') {
        return false;
      }
    }
    return true;
  };
  const int root = RootAttachment(view);
  for (int i = 0; i < view.size(); ++i) {
    const Step& step = view.at(i);
    switch (step.nr) {
      case SYS_fsopen:
        tmpfs.erase(step.result);
        if (view.TextIs(i, 0, "tmpfs")) tmpfs.insert(step.result);
        break;
      case SYS_fsmount:
        if (tmpfs.contains(view.SlotOf(i, 0))) own.insert(step.result);
        break;
      case SYS_openat2: {
        const auto how = view.Struct<open_how>(i, 2);
        const uint64_t wanted = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
        if ((how.resolve & wanted) != wanted) return false;
        if (root < 0 || !view.SlotIs(i, 0, view.SlotOf(root, 0))) return false;
        beneath.insert(step.result);
        break;
      }
      case SYS_mkdirat:
      case SYS_mknodat:
        if (!is_plain(view.SlotOf(i, 0), view.Text(i, 1))) return false;
        break;
      case SYS_symlinkat:
        if (!is_plain(view.SlotOf(i, 1), view.Text(i, 2))) return false;
        placed[view.SlotOf(i, 1)].push_back(view.Text(i, 2));
        break;
      case SYS_move_mount:
        if (AttachesToRoot(view, i)) break;
        if (!is_plain(view.SlotOf(i, 2), view.Text(i, 3))) return false;
        placed[view.SlotOf(i, 2)].push_back(view.Text(i, 3));
        break;
    }
  }
  return true;
}

// ------------------------------------------------------------- flags of mounts

struct TreeFlags {
  uint64_t attributes = 0;
  uint64_t recursive = 0;  // those that hold for every mount beneath
};

// What the mount in `slot`, made by a step between `first` and the end, comes
// to have.  Steps that may be skipped count if the attachment is skipped too.
TreeFlags FlagsOfTree(const PlanView& view, Slot slot, int attach) {
  TreeFlags flags;
  for (int i = 0; i < view.size(); ++i) {
    const Step& step = view.at(i);
    if (step.nr == SYS_fsmount && step.result == slot) {
      flags.attributes = flags.recursive = view.Number(i, 2);
    }
    if (step.nr == SYS_open_tree && step.result == slot) flags = {};
    if (step.nr != SYS_mount_setattr || !view.SlotIs(i, 0, slot)) continue;
    const auto attr = view.Struct<mount_attr>(i, 3);
    flags.attributes &= ~attr.attr_clr;
    if (view.Number(i, 2) & AT_RECURSIVE) flags.recursive &= ~attr.attr_clr;
    const std::vector<int>& skippers = view.SkippersOf(i);
    const std::vector<int>& allowed = view.SkippersOf(attach);
    const bool counts = step.tolerated_count == 0 &&
                        std::includes(allowed.begin(), allowed.end(),
                                      skippers.begin(), skippers.end());
    if (!counts) continue;
    flags.attributes |= attr.attr_set;
    if (view.Number(i, 2) & AT_RECURSIVE) flags.recursive |= attr.attr_set;
  }
  return flags;
}

uint64_t WantedAttributes(const PlanView& view, const MountFlags& flags) {
  uint64_t wanted = 0;
  if (flags.read_only) wanted |= MOUNT_ATTR_RDONLY;
  if (flags.nosuid || view.spec.process.no_new_privs.value) {
    wanted |= MOUNT_ATTR_NOSUID;
  }
  if (flags.nodev) wanted |= MOUNT_ATTR_NODEV;
  if (flags.noexec) wanted |= MOUNT_ATTR_NOEXEC;
  if (flags.nosymfollow) wanted |= MOUNT_ATTR_NOSYMFOLLOW;
  return wanted;
}

// The step that puts something at `target`, of those that make this mount.
int AttachmentOf(const PlanView& view, const PlannedMount& planned) {
  for (int i = planned.first_step; i >= 0 && i <= planned.last_step; ++i) {
    if (view.Is(i, SYS_move_mount) && view.at(i).tolerated_count == 0 &&
        view.plan.notes[i].object == planned.target) {
      return i;
    }
  }
  return -1;
}

bool IsTree(const Mount& mount) {
  const auto* proc = std::get_if<ProcMount>(&mount.what);
  return std::holds_alternative<BindMount>(mount.what) ||
         (proc != nullptr && proc->kind == ProcKind::kBind);
}

bool HasItsFlags(const PlanView& view, const Mount& mount,
                 const PlannedMount& planned) {
  if (planned.target != mount.target) return false;
  if (planned.skipped) return !mount.mandatory;
  if (std::holds_alternative<Symlink>(mount.what)) {
    for (int i = planned.first_step; i >= 0 && i <= planned.last_step; ++i) {
      if (view.Is(i, SYS_symlinkat)) return true;
    }
    return false;
  }
  const int attach = AttachmentOf(view, planned);
  if (attach < 0) return false;
  if (mount.mandatory && !view.IsCertain(attach)) return false;
  if (const auto* provided = std::get_if<ProvidedMount>(&mount.what)) {
    const std::vector<Slot>& slots = view.plan.provided_slots;
    if (provided->index >= slots.size() ||
        !view.SlotIs(attach, 0, slots[provided->index])) {
      return false;
    }
  }
  const TreeFlags flags = FlagsOfTree(view, view.SlotOf(attach, 0), attach);
  const uint64_t wanted = WantedAttributes(view, mount.flags);
  const uint64_t found = IsTree(mount) ? flags.recursive : flags.attributes;
  return (found & wanted) == wanted;
}

bool MountsWhatIsAskedFor(const PlanView& view) {
  const Spec& spec = view.spec;
  if (!HasMounts(view)) return view.plan.mounts.empty();
  // The root comes first, be it a mount of the Spec's or not.
  const size_t own_root =
      spec.mounts.empty() || spec.mounts.front().target != "/" ? 1 : 0;
  if (view.plan.mounts.size() != spec.mounts.size() + own_root) return false;
  for (size_t i = 0; i < spec.mounts.size(); ++i) {
    if (!HasItsFlags(view, spec.mounts[i], view.plan.mounts[i + own_root])) {
      return false;
    }
  }
  return true;
}

bool ProtectsTheRoot(const PlanView& view) {
  if (!HasMounts(view)) return true;
  const int attach = RootAttachment(view);
  if (attach < 0) return false;
  const TreeFlags flags = FlagsOfTree(view, view.SlotOf(attach, 0), attach);
  MountFlags wanted;
  wanted.read_only = !view.spec.root.writable;
  if (!view.spec.mounts.empty() && view.spec.mounts.front().target == "/") {
    wanted = view.spec.mounts.front().flags;
  }
  const uint64_t attributes = WantedAttributes(view, wanted);
  if ((flags.attributes & attributes) != attributes) return false;
  // Mounts that a chroot directory brings along.
  return view.spec.root.directory.empty() ||
         (flags.recursive & attributes) == attributes;
}

// Each new tmpfs, the stage included, is bounded, and has no devices.
bool BoundsEveryTmpfs(const PlanView& view) {
  for (int i = 0; i < view.size(); ++i) {
    if (!view.Is(i, SYS_fsopen) || !view.TextIs(i, 0, "tmpfs")) continue;
    const Slot context = view.at(i).result;
    const int mount = view.FindFirst(
        [&](int step) {
          return view.Is(step, SYS_fsmount) && view.SlotIs(step, 0, context);
        },
        i, view.size());
    const int limit = view.FindFirst(
        [&](int step) {
          return view.Is(step, SYS_fsconfig) && view.SlotIs(step, 0, context) &&
                 view.TextIs(step, 2, "nr_inodes");
        },
        i, mount);
    if (mount < 0 || limit < 0 || !(view.Number(mount, 2) & MOUNT_ATTR_NODEV)) {
      return false;
    }
  }
  return true;
}

// The devices of a DevPreset can be used, and not changed.
bool ProtectsDevices(const PlanView& view) {
  for (int i = 0; i < view.size(); ++i) {
    if (!view.Is(i, SYS_move_mount)) continue;
    const std::string& object = view.plan.notes[i].object;
    const bool is_device =
        std::any_of(view.spec.mounts.begin(), view.spec.mounts.end(),
                    [&](const Mount& mount) {
                      return std::holds_alternative<DevPreset>(mount.what) &&
                             object.rfind(mount.target + "/", 0) == 0;
                    });
    const Slot tree = view.SlotOf(i, 0);
    const bool is_bind = view.FindFirst([&](int step) {
      return view.Is(step, SYS_open_tree) && view.at(step).result == tree;
    }) >= 0;
    const bool is_spec_mount =
        std::any_of(view.spec.mounts.begin(), view.spec.mounts.end(),
                    [&](const Mount& mount) { return mount.target == object; });
    if (!is_device || !is_bind || is_spec_mount) continue;
    constexpr uint64_t kWanted =
        MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
    if ((FlagsOfTree(view, tree, i).attributes & kWanted) != kWanted) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::vector<PlanRule> MountRules() {
  return {
      {"mounts do not propagate to the host", StopsPropagationFirst},
      {"the old root is left", LeavesTheOldRoot},
      {"nothing is mounted after that", MountsNothingAfterwards},
      {"no name leads out of the new root", StaysBeneathTheRoot},
      {"every mount is made, with its flags", MountsWhatIsAskedFor},
      {"the root has its flags", ProtectsTheRoot},
      {"every tmpfs is bounded", BoundsEveryTmpfs},
      {"devices cannot be changed", ProtectsDevices},
  };
}

}  // namespace jail
