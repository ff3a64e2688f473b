// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <sched.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/jailctl/weakness.h"

namespace jail::jailctl {
namespace {

// `path` or something beneath it.
bool IsIn(const std::string& path, const std::string& directory) {
  if (directory == "/") return true;
  return path == directory || absl::StartsWith(path, directory + "/");
}

// What the machine itself runs or trusts: who writes there owns the machine.
bool IsSystem(const std::string& path) {
  if (path == "/") return true;
  for (const char* directory :
       {"/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/opt",
        "/proc", "/root", "/run", "/sbin", "/sys", "/usr", "/var"}) {
    if (IsIn(path, directory)) return true;
  }
  return path == "/home";
}

// Where services listen: whoever may talk to them may make them act.
bool HasSockets(const std::string& path) {
  return path == "/" || IsIn(path, "/run") || IsIn(path, "/var/run") ||
         path == "/var" || path == "/tmp" || absl::EndsWith(path, ".sock");
}

bool HasSecrets(const std::string& path) {
  return path == "/" || path == "/home" || IsIn(path, "/root") ||
         path == "/etc" || path == "/etc/shadow" ||
         absl::EndsWith(path, "/.ssh");
}

std::string Shown(const Mount& mount, const std::string& source) {
  return mount.target == source
             ? source
             : absl::StrCat(source, " (", mount.target, " inside)");
}

void LookAtBind(const Mount& mount, const std::string& source,
                std::vector<Weakness>& found) {
  const std::string shown = Shown(mount, source);
  if (!mount.flags.read_only && source != "/dev/null") {
    found.push_back(
        {IsSystem(source) ? Severity::kSevere : Severity::kHigh,
         absl::StrCat("The host's ", shown, " can be written",
                      IsSystem(source) ? ": the system itself is changed"
                                       : ": files there outlive the jail"),
         "rw: false, or a tmpfs", mount.origin});
  }
  if (HasSockets(source)) {
    found.push_back({Severity::kHigh,
                     absl::StrCat("The host's ", shown,
                                  " may hold sockets of services: read-only "
                                  "does not keep the program from talking to "
                                  "them"),
                     "bind single files", mount.origin});
  }
  if (HasSecrets(source)) {
    found.push_back({Severity::kMedium,
                     absl::StrCat("The host's ", shown,
                                  " may hold secrets that the program's user "
                                  "can read"),
                     "bind what is needed of it only", mount.origin});
  }
  if ((IsIn(source, "/dev") || source == "/") && !mount.flags.nodev &&
      (source == "/dev" || source == "/")) {
    found.push_back({Severity::kMedium,
                     absl::StrCat("Devices of the host can be opened beneath ",
                                  mount.target),
                     "dev_preset: true", mount.origin});
  }
}

void LookAtFilesystem(const Mount& mount, const FilesystemMount& filesystem,
                      std::vector<Weakness>& found) {
  if (filesystem.fstype == "sysfs" || filesystem.fstype == "cgroup" ||
      filesystem.fstype == "cgroup2") {
    found.push_back({Severity::kMedium,
                     absl::StrCat("A ", filesystem.fstype, " at ", mount.target,
                                  " shows much of the host"),
                     "leave it out", mount.origin});
    return;
  }
  if (filesystem.fstype != "tmpfs" || mount.flags.read_only) return;
  for (const MountOption& option : filesystem.options) {
    if (option.key == "size" || option.key == "nr_blocks") return;
  }
  found.push_back({Severity::kMedium,
                   absl::StrCat("The tmpfs at ", mount.target,
                                " has no size: it can take half of the "
                                "machine's memory"),
                   "options: \"size=64m\"", mount.origin});
}

}  // namespace

void FindWeakMounts(const Spec& spec, std::vector<Weakness>& found) {
  if (!spec.namespaces.Has(CLONE_NEWNS)) return;  // said already, and worse
  const Root& root = spec.root;
  if (root.writable && !root.directory.empty()) {
    found.push_back(
        {IsSystem(root.directory) ? Severity::kSevere : Severity::kHigh,
         absl::StrCat("The root is the host's ", root.directory,
                      ", and can be written"),
         "is_root_rw: false", root.origin});
  }
  if (root.directory == "/") {
    found.push_back(
        {Severity::kHigh, "The root is the host's whole file system",
         "leave out chroot_dir, and bind what is needed", root.origin});
  }
  if (!root.pivot) {
    found.push_back(
        {Severity::kHigh,
         "The old root stays mounted beneath the new one: chroot(2) "
         "can be left with privileges",
         "leave out no_pivotroot", root.origin});
  }
  for (const Mount& mount : spec.mounts) {
    if (const auto* bind = std::get_if<BindMount>(&mount.what)) {
      LookAtBind(mount, bind->source, found);
    } else if (const auto* fs = std::get_if<FilesystemMount>(&mount.what)) {
      LookAtFilesystem(mount, *fs, found);
    } else if (const auto* proc = std::get_if<ProcMount>(&mount.what)) {
      if (proc->kind == ProcKind::kBind) {
        found.push_back({Severity::kHigh,
                         absl::StrCat("The host's /proc is at ", mount.target,
                                      ": every process of the host is visible"),
                         "proc: SUBSET_PID", mount.origin});
      } else if (proc->kind == ProcKind::kFresh) {
        found.push_back({Severity::kLow,
                         absl::StrCat("The procfs at ", mount.target,
                                      " shows the machine (cmdline, cpuinfo, "
                                      "meminfo, sys)"),
                         "proc: SUBSET_PID", mount.origin});
      }
    }
  }
}

}  // namespace jail::jailctl
