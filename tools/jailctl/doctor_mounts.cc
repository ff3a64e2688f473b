// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Mounts are tried as jail makes them: in a user, a mount and a pid namespace
// of their own, which end with the trying process.
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "tools/jailctl/doctor.h"

namespace jail::jailctl {
namespace {

constexpr unsigned kAtRecursive = 0x8000;  // AT_RECURSIVE
constexpr uint64_t kMountNamespaces =
    CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC;

struct Option {
  const char* key;
  const char* value;  // null: a flag
};

// A new file system, detached: its descriptor, or -1 and errno.
int NewFilesystem(const char* type, std::initializer_list<Option> options) {
  const int fs = syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
  if (fs < 0) return -1;
  for (const Option& option : options) {
    if (syscall(SYS_fsconfig, fs,
                option.value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG,
                option.key, option.value, 0) != 0) {
      return -1;
    }
  }
  if (syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) !=
      0) {
    return -1;
  }
  return syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID);
}

Attempt PrivateRoot() {
  struct mount_attr attr {};
  attr.propagation = 1 << 18;  // MS_PRIVATE
  return From(syscall(SYS_mount_setattr, AT_FDCWD, "/", kAtRecursive, &attr,
                      sizeof attr),
              "mount_setattr /");
}

Attempt ReadOnlyTree() {
  const int tree = syscall(SYS_open_tree, AT_FDCWD, "/usr",
                           OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | kAtRecursive);
  if (tree < 0) return {errno, "open_tree /usr"};
  struct mount_attr attr {};
  attr.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  return From(syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | kAtRecursive,
                      &attr, sizeof attr),
              "mount_setattr /usr");
}

// Attaches a tmpfs on /; relative paths from its descriptor are inside it.
Attempt Overlay() {
  const int tmpfs = NewFilesystem("tmpfs", {});
  if (tmpfs < 0) return {errno, "tmpfs"};
  if (syscall(SYS_move_mount, tmpfs, "", AT_FDCWD, "/",
              MOVE_MOUNT_F_EMPTY_PATH) != 0) {
    return {errno, "move_mount"};
  }
  if (mkdirat(tmpfs, "upper", 0755) != 0 || mkdirat(tmpfs, "work", 0755) != 0) {
    return {errno, "mkdirat"};
  }
  const std::string base = absl::StrCat("/proc/self/fd/", tmpfs);
  return From(NewFilesystem("overlay", {{"lowerdir", "/usr"},
                                        {"upperdir", (base + "/upper").c_str()},
                                        {"workdir", (base + "/work").c_str()}}),
              "overlay");
}

Attempt Pivot() {
  Attempt attempt = PrivateRoot();
  if (!attempt.ok()) return attempt;
  const int root = NewFilesystem("tmpfs", {});
  if (root < 0) return {errno, "tmpfs"};
  if (syscall(SYS_move_mount, root, "", AT_FDCWD, "/",
              MOVE_MOUNT_F_EMPTY_PATH) != 0) {
    return {errno, "move_mount"};
  }
  if (fchdir(root) != 0) return {errno, "fchdir"};
  return From(syscall(SYS_pivot_root, ".", "."), "pivot_root");
}

struct Feature {
  const char* name;
  Attempt (*body)();
  const char* fix;
  bool needed;  // by every jail
};

const Feature kFeatures[] = {
    {"private mounts", PrivateRoot,
     "allow mount_setattr(2) in the container's seccomp profile; Linux 5.12",
     true},
    {"read-only bind mounts", ReadOnlyTree,
     "allow open_tree(2) and mount_setattr(2) in the container's seccomp "
     "profile",
     true},
    {"tmpfs", [] { return From(NewFilesystem("tmpfs", {}), "tmpfs"); },
     "allow fsopen(2) and fsmount(2) in the container's seccomp profile", true},
    {"pivot_root", Pivot, "no_pivotroot: true in the config", true},
    {"fresh proc", [] { return From(NewFilesystem("proc", {}), "proc"); },
     "proc: NONE or proc: BIND in the config; or let the container see a whole "
     "/proc: docker --security-opt systempaths=unconfined, podman "
     "--security-opt unmask=ALL",
     false},
    {"proc with subset=pid",
     [] {
       return From(NewFilesystem("proc", {{"subset", "pid"}}), "proc");
     },
     "Linux 5.8, and as for a fresh proc", false},
    {"overlay", Overlay, "Linux 5.11 with CONFIG_OVERLAY_FS; modprobe overlay",
     false},
    {"devpts", [] { return From(NewFilesystem("devpts", {}), "devpts"); },
     "a kernel with CONFIG_UNIX98_PTYS=y", false},
    {"mqueue", [] { return From(NewFilesystem("mqueue", {}), "mqueue"); },
     "a kernel with CONFIG_POSIX_MQUEUE=y", false},
};

}  // namespace

Section ExamineMounts(const std::vector<Who>& everyone) {
  Section section{"Mounts, in a user namespace", {}};
  for (const Who& who : everyone) {
    if (!Try(who, kMountNamespaces).ok()) {
      section.findings.push_back({Finding::State::kNote,
                                  absl::StrCat("all, as ", who.Name()),
                                  "not tried: no namespaces", ""});
      continue;
    }
    for (const Feature& feature : kFeatures) {
      section.findings.push_back(
          FromAttempt(absl::StrCat(feature.name, ", as ", who.Name()),
                      Try(who, kMountNamespaces, feature.body), feature.fix));
    }
  }
  return section;
}

Verdict Judge(const Who& who) {
  Verdict verdict;
  verdict.who = who.IsRoot()
                    ? "root"
                    : absl::StrCat(who.is_caller ? "this user (uid "
                                                 : "an unprivileged user (uid ",
                                   who.uid, ")");
  verdict.is_caller = who.is_caller;
  // One namespace after the other, so that the one to blame is known.
  uint64_t flags = 0;
  const struct {
    const char* name;
    uint64_t flag;
  } kSteps[] = {{"user", CLONE_NEWUSER},    {"mnt", CLONE_NEWNS},
                {"pid", CLONE_NEWPID},      {"net", CLONE_NEWNET},
                {"ipc", CLONE_NEWIPC},      {"uts", CLONE_NEWUTS},
                {"cgroup", CLONE_NEWCGROUP}};
  for (const auto& step : kSteps) {
    flags |= step.flag;
    const Attempt attempt = Try(who, flags);
    if (attempt.ok()) continue;
    verdict.why = absl::StrCat(step.name, " namespace: ", attempt.ToString());
    verdict.fix = NamespaceFix(step.name, attempt.error, who);
    return verdict;
  }
  for (const Feature& feature : kFeatures) {
    const Attempt attempt = Try(who, flags, feature.body);
    if (attempt.ok()) continue;
    if (!feature.needed) {
      verdict.lacks.push_back(feature.name);
      continue;
    }
    verdict.why = absl::StrCat(feature.name, ": ", attempt.ToString());
    verdict.fix = feature.fix;
    return verdict;
  }
  verdict.can = true;
  return verdict;
}

}  // namespace jail::jailctl
