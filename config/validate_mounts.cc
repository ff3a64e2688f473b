// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The list of mounts as a whole: which there are, in which order, and whether
// they get in each other's way.  config/validate_mount.cc looks at one.
#include <sched.h>

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "config/path_rules.h"
#include "config/suggest.h"
#include "config/validate_context.h"
#include "config/validate_mount.h"

namespace jail {
namespace {

constexpr char kNeedsMountNamespace[] =
    "needs clone_newns: it would change the file system of the whole machine";

// The procfs that mount_proc, proc, proc_path and is_proc_rw ask for.
void AppendProc(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  const char* field = proto.has_proc() ? "proc" : "mount_proc";
  ProcKind kind = proto.mount_proc() ? ProcKind::kFresh : ProcKind::kNone;
  if (proto.has_proc()) {
    switch (proto.proc()) {
      case config::FRESH:
        kind = ProcKind::kFresh;
        break;
      case config::SUBSET_PID:
        kind = ProcKind::kSubsetPid;
        break;
      case config::BIND:
        kind = ProcKind::kBind;
        break;
      case config::NONE:
        kind = ProcKind::kNone;
        break;
    }
  }
  absl::StatusOr<std::string> target = CleanInsidePath(proto.proc_path());
  if (!target.ok()) {
    context.Error("proc_path", std::string(target.status().message()));
    return;
  }
  if (kind == ProcKind::kNone) {
    if (proto.is_proc_rw()) {
      context.Warning("is_proc_rw", "has no effect: no procfs is mounted");
    }
    return;
  }
  if (*target == "/") {
    context.Error("proc_path", "cannot be the jail's root");
    return;
  }
  if (!context.spec.namespaces.Has(CLONE_NEWNS)) {
    if (context.At(field).file.empty()) {
      context.Warning(field, "is left out: clone_newns is false");
    } else {
      context.Error(field, kNeedsMountNamespace);
    }
    return;
  }
  if (kind == ProcKind::kBind && proto.is_proc_rw()) {
    context.Error("is_proc_rw",
                  "cannot be true with proc: BIND: the host's /proc is bound "
                  "read-only");
  }
  CheckProcKind(context, field, kind);
  Mount mount;
  mount.target = *target;
  mount.what = ProcMount{kind, {}};
  mount.flags = {.read_only = !proto.is_proc_rw(),
                 .nosuid = true,
                 .nodev = true,
                 .noexec = true};
  mount.is_dir = true;
  mount.origin = context.At(field);
  context.spec.mounts.push_back(std::move(mount));
}

// Makes `mount`, whose target is "/", the jail's root.  It stays in the list
// of mounts, as the first one: there its flags and options are.
void TakeAsRoot(ValidateContext& context, Mount mount) {
  Spec& spec = context.spec;
  const std::string& path = mount.origin.path;
  const Origin chroot = context.At("chroot_dir");
  if (!context.proto.chroot_dir().empty()) {
    if (chroot.file == "command line" && mount.origin.file != chroot.file) {
      context.Warning(path, "is left out: --chroot gives the jail's root");
    } else {
      context.Error(path, absl::StrCat("stands at / where ", chroot.ToString(),
                                       " stands already"));
    }
    return;
  }
  if (!mount.mandatory) {
    context.Error(absl::StrCat(path, ".mandatory"),
                  "cannot be false at /: a jail has a root");
  }
  const auto* bind = std::get_if<BindMount>(&mount.what);
  if (bind == nullptr && !std::holds_alternative<FilesystemMount>(mount.what) &&
      !std::holds_alternative<OverlayMount>(mount.what)) {
    context.Error(path,
                  "only a bind, a file system or an overlay can stand at /");
    return;
  }
  if (!spec.mounts.empty() && spec.mounts.back().origin.path != "dev_preset") {
    context.Warning(path,
                    "becomes the jail's root, and hides none of the mounts "
                    "before it");
  }
  if (context.proto.is_root_rw()) mount.flags.read_only = false;
  spec.root.directory = bind != nullptr ? bind->source : "";
  spec.root.writable = !mount.flags.read_only;
  spec.root.origin = mount.origin;
  spec.mounts.insert(spec.mounts.begin(), std::move(mount));
}

// May another mount lie upon it or beneath it?  A symbolic link is no mount:
// what came after it would be where it leads.
bool CanBeStacked(const Mount& mount) {
  return !std::holds_alternative<Symlink>(mount.what) &&
         !std::holds_alternative<DevPreset>(mount.what);
}

// Two mounts on one place, and mounts that a later one covers.
void CompareTargets(ValidateContext& context) {
  std::map<std::string, const Mount*> earlier;
  for (const Mount& mount : context.spec.mounts) {
    const auto same = earlier.find(mount.target);
    if (same != earlier.end()) {
      const Mount& first = *same->second;
      if (!CanBeStacked(first) || !CanBeStacked(mount)) {
        context.diagnostics.Error(
            mount.origin,
            absl::StrCat("stands at ", mount.target, " where ",
                         first.origin.ToString(), " stands already"));
        continue;
      }
      context.diagnostics.Warning(
          first.origin,
          absl::StrCat("is hidden: ", mount.origin.ToString(),
                       " is mounted later on the same place, ", mount.target));
    }
    const std::string beneath = absl::StrCat(mount.target, "/");
    for (auto at = earlier.lower_bound(beneath);
         at != earlier.end() && IsBeneath(at->first, mount.target); ++at) {
      context.diagnostics.Warning(
          at->second->origin,
          absl::StrCat("is hidden: ", mount.origin.ToString(),
                       " is mounted later on ", mount.target,
                       "; put that one first"));
    }
    earlier[mount.target] = &mount;
  }
}

// Can the program's working directory be there?  Only what is known for
// certain is an error: a tmpfs is empty but for the mounts in it.
void CheckCwd(ValidateContext& context) {
  const Spec& spec = context.spec;
  const std::string& cwd = spec.process.cwd;
  if (cwd == "/") return;
  const Mount* around = nullptr;  // the last one at or above cwd
  std::vector<std::string> known;
  for (const Mount& mount : spec.mounts) {
    if (mount.target == cwd || IsBeneath(cwd, mount.target)) {
      around = &mount;
    } else if (IsBeneath(mount.target, cwd)) {
      return;
    } else {
      known.push_back(mount.target);
    }
  }
  if (around == nullptr) {
    if (!spec.root.directory.empty()) return;
  } else {
    if (around->target == cwd) return;
    const auto* made = std::get_if<FilesystemMount>(&around->what);
    if (made == nullptr || made->fstype != "tmpfs") return;
  }
  context.Error("cwd", absl::StrCat("is not in the jail: no mount makes ", cwd,
                                    DidYouMean(cwd, known)));
}

}  // namespace

void ValidateRoot(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Root& root = context.spec.root;
  root.pivot = !proto.no_pivotroot();
  root.writable = proto.is_root_rw();
  root.origin = context.At("chroot_dir");
  if (!proto.chroot_dir().empty()) {
    absl::StatusOr<std::string> directory =
        CleanOutsidePath(proto.chroot_dir(), context.caller.working_directory);
    if (directory.ok()) {
      root.directory = *std::move(directory);
    } else {
      context.Error("chroot_dir", std::string(directory.status().message()));
    }
  }
  if (context.spec.namespaces.Has(CLONE_NEWNS)) return;
  if (proto.dev_preset()) context.Error("dev_preset", kNeedsMountNamespace);
  // Nothing can be mounted: the program stays in the caller's file system, or
  // in a directory of it by chroot(2), and that cannot be made read-only.
  root.pivot = false;
  root.writable = true;
  if (proto.chroot_dir().empty()) {
    root.origin = context.At("clone_newns");
  } else if (!proto.is_root_rw()) {
    context.Error("chroot_dir",
                  "cannot be read-only without clone_newns: set is_root_rw "
                  "(--rw), or clone_newns");
  }
}

void ValidateMounts(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Spec& spec = context.spec;
  const bool has_namespace = spec.namespaces.Has(CLONE_NEWNS);
  if (proto.dev_preset() && has_namespace) {
    Mount mount;
    mount.target = "/dev";
    mount.what = DevPreset{};
    mount.is_dir = true;
    mount.origin = context.At("dev_preset");
    spec.mounts.push_back(std::move(mount));
  }
  std::optional<Origin> root;
  const int errors_before = context.diagnostics.error_count();
  for (int i = 0; i < proto.mount_size(); ++i) {
    if (!has_namespace) {
      context.Error(absl::StrCat("mount[", i, "]"), kNeedsMountNamespace);
      continue;
    }
    std::optional<Mount> mount = ValidateMount(context, i);
    if (!mount) continue;
    if (mount->target != "/") {
      spec.mounts.push_back(*std::move(mount));
      continue;
    }
    if (root) {
      context.diagnostics.Error(
          mount->origin, absl::StrCat("stands at / where ", root->ToString(),
                                      " stands already"));
      continue;
    }
    root = mount->origin;
    TakeAsRoot(context, *std::move(mount));
  }
  AppendProc(context);
  CompareTargets(context);

  absl::StatusOr<std::string> cwd = CleanInsidePath(proto.cwd());
  spec.process.cwd_origin = context.At("cwd");
  if (!cwd.ok()) {
    context.Error("cwd", std::string(cwd.status().message()));
    return;
  }
  spec.process.cwd = *std::move(cwd);
  // With a mount missing from the list there would be errors that are none.
  if (context.diagnostics.error_count() == errors_before && has_namespace) {
    CheckCwd(context);
  }
}

}  // namespace jail
