// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/mount_kinds.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace jail {

const std::vector<std::string> kDevNames = {"null",   "zero",    "full",
                                            "random", "urandom", "tty"};

std::vector<std::string> SourcesOf(const Mount& mount) {
  if (const auto* bind = std::get_if<BindMount>(&mount.what)) {
    return {bind->source};
  }
  if (const auto* overlay = std::get_if<OverlayMount>(&mount.what)) {
    return overlay->lower;
  }
  if (const auto* proc = std::get_if<ProcMount>(&mount.what)) {
    if (proc->kind == ProcKind::kBind) return {"/proc"};
  }
  if (std::holds_alternative<DevPreset>(mount.what)) {
    std::vector<std::string> devices;
    for (const std::string& name : kDevNames) {
      devices.push_back(absl::StrCat("/dev/", name));
    }
    return devices;
  }
  return {};
}

bool IsBind(const Mount& mount) {
  if (const auto* proc = std::get_if<ProcMount>(&mount.what)) {
    return proc->kind == ProcKind::kBind;
  }
  return std::holds_alternative<BindMount>(mount.what) ||
         std::holds_alternative<ContentFile>(mount.what);
}

MountFlags FlagsOf(const Mount& mount, bool nosuid) {
  MountFlags flags = mount.flags;
  flags.nosuid |= nosuid;
  if (const auto* filesystem = std::get_if<FilesystemMount>(&mount.what)) {
    // The terminals of devpts are devices, and nothing else is in it.
    flags.nodev |= filesystem->fstype != "devpts";
  } else if (std::holds_alternative<ProcMount>(mount.what)) {
    flags.nosuid = flags.nodev = flags.noexec = true;
  } else if (std::holds_alternative<OverlayMount>(mount.what) ||
             std::holds_alternative<ContentFile>(mount.what)) {
    flags.nodev = true;
  } else if (std::holds_alternative<DevPreset>(mount.what)) {
    flags.nosuid = flags.nodev = flags.noexec = true;
  }
  return flags;
}

PlannedMount PlannedMountOf(const Mount& mount, bool nosuid) {
  PlannedMount planned;
  planned.target = mount.target;
  planned.origin = mount.origin;
  planned.source = absl::StrJoin(SourcesOf(mount), ":");
  if (const auto* filesystem = std::get_if<FilesystemMount>(&mount.what)) {
    planned.fstype = filesystem->fstype;
    planned.source = filesystem->source;
  } else if (std::holds_alternative<OverlayMount>(mount.what)) {
    planned.fstype = "overlay";
  } else if (std::holds_alternative<ContentFile>(mount.what)) {
    planned.fstype = "file";
  } else if (const auto* link = std::get_if<Symlink>(&mount.what)) {
    planned.fstype = "symlink";
    planned.source = link->target;
    return planned;  // a link has no flags
  } else if (std::holds_alternative<DevPreset>(mount.what)) {
    planned.fstype = "dev";
    planned.source.clear();
  } else if (std::holds_alternative<ProcMount>(mount.what) && !IsBind(mount)) {
    planned.fstype = "proc";
  } else if (std::holds_alternative<ProvidedMount>(mount.what)) {
    planned.fstype = "provided";
  } else {
    planned.fstype = "bind";
  }
  const MountFlags flags = FlagsOf(mount, nosuid);
  planned.flags.push_back(flags.read_only ? "ro" : "rw");
  if (flags.nosuid) planned.flags.push_back("nosuid");
  if (flags.nodev) planned.flags.push_back("nodev");
  if (flags.noexec) planned.flags.push_back("noexec");
  if (flags.nosymfollow) planned.flags.push_back("nosymfollow");
  return planned;
}

}  // namespace jail
