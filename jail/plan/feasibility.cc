// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <linux/capability.h>
#include <linux/sched.h>
#include <sys/resource.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "jail/plan/mount_kinds.h"
#include "jail/plan/parts.h"

namespace jail {
namespace {

// Their names, joined, must fit the 255 bytes of a mount parameter.
constexpr size_t kMaxOverlayLayers = 24;

bool Refuse(SetupFailure& failure, const Origin& origin, std::string operation,
            std::string object, int error, std::string detail,
            std::string hint) {
  failure = SetupFailure{};
  failure.stage = "plan";
  failure.origin = origin;
  failure.operation = std::move(operation);
  failure.object = std::move(object);
  failure.error = error;
  failure.detail = std::move(detail);
  failure.hint = std::move(hint);
  return false;
}

bool CanMakeNamespaces(const Spec& spec, const HostFacts& facts,
                       SetupFailure& failure) {
  const Namespaces& wanted = spec.namespaces;
  if (wanted.flags != 0 && !wanted.Has(CLONE_NEWUSER) &&
      !HasCapability(facts, CAP_SYS_ADMIN)) {
    return Refuse(failure, wanted.origin_of_user, "clone3", "namespaces", EPERM,
                  "", "clone_newuser: false needs root (CAP_SYS_ADMIN)");
  }
  if (!wanted.Has(CLONE_NEWUSER) && !wanted.Has(CLONE_NEWNS) &&
      !spec.root.directory.empty() && !HasCapability(facts, CAP_SYS_CHROOT)) {
    return Refuse(failure, spec.root.origin, "chroot", spec.root.directory,
                  EPERM, "", "chroot(2) needs root or clone_newuser");
  }
  if (!wanted.Has(CLONE_NEWNS) && !spec.mounts.empty()) {
    return Refuse(failure, spec.mounts.front().origin, "mount",
                  spec.mounts.front().target, 0,
                  "there is no mount namespace to mount it in",
                  "set clone_newns: true, or remove the mounts");
  }
  if (spec.pid1 == Pid1::kReaper &&
      (!wanted.Has(CLONE_NEWPID) || spec.mode == Mode::kExecve)) {
    return Refuse(failure, spec.pid1_origin, "clone", "reaper", 0,
                  "a reaper is process 1 of a pid namespace of its own",
                  "set clone_newpid: true and another mode than EXECVE");
  }
  return true;
}

bool CanMap(const std::vector<IdMapping>& map, const char* file, uint32_t own,
            const std::string& helper, const char* helper_name, bool privileged,
            SetupFailure& failure) {
  bool by_helper = false;
  for (const IdMapping& mapping : map) by_helper |= mapping.by_helper;
  const IdMapping& first = map.front();
  if (by_helper) {
    if (!helper.empty()) return true;
    return Refuse(failure, first.origin, "execve", helper_name, ENOENT, "",
                  absl::StrCat("use_newidmap needs ", helper_name,
                               " (Debian package uidmap)"));
  }
  if (privileged) return true;
  if (map.size() == 1 && first.count == 1 && first.outside == own) return true;
  return Refuse(failure, first.origin, "write",
                absl::StrCat("/proc/PID/", file), EPERM, "",
                absl::StrCat("without root only the caller's own id (", own,
                             ") can be mapped; use_newidmap: true maps ranges "
                             "of /etc/subuid and /etc/subgid"));
}

bool CanChangeIds(const Spec& spec, const HostFacts& facts,
                  SetupFailure& failure) {
  const Ids ids = DecideIds(spec, facts);
  if (ids.new_namespace) {
    return CanMap(ids.uid_map, "uid_map", facts.euid, facts.newuidmap,
                  "newuidmap", ids.privileged, failure) &&
           CanMap(ids.gid_map, "gid_map", facts.egid, facts.newgidmap,
                  "newgidmap", ids.privileged, failure);
  }
  if (!ids.privileged && (ids.uid != facts.uid || ids.gid != facts.gid)) {
    return Refuse(failure, ids.uid_map.front().origin, "setresuid",
                  absl::StrCat("uid ", ids.uid), EPERM, "",
                  "without root and clone_newuser ids can't be changed");
  }
  return true;
}

bool HasSources(const Mount& mount, const HostFacts& facts,
                SetupFailure& failure) {
  for (const std::string& source : SourcesOf(mount)) {
    const auto fact = facts.paths.find(source);
    if (fact == facts.paths.end() || fact->second.error == 0) continue;
    const int error = fact->second.error;
    const bool is_missing = error == ENOENT || error == ENOTDIR;
    if (is_missing && !mount.mandatory) continue;
    return Refuse(failure, mount.origin, "open_tree", source, error, "",
                  is_missing ? "create it, or set mandatory: false"
                             : "the caller must be able to reach it");
  }
  return true;
}

bool CanMount(const Spec& spec, const HostFacts& facts, SetupFailure& failure) {
  if (!spec.root.directory.empty()) {
    const auto fact = facts.paths.find(spec.root.directory);
    if (fact != facts.paths.end() && fact->second.error != 0) {
      return Refuse(failure, spec.root.origin, "open_tree", spec.root.directory,
                    fact->second.error, "", "chroot_dir must be there");
    }
  }
  for (const Mount& mount : spec.mounts) {
    if (mount.target == "/" && &mount != &spec.mounts.front()) {
      return Refuse(failure, mount.origin, "move_mount", "/", 0,
                    "it would hide the mounts before it",
                    "put the mount at / first");
    }
    if (!HasSources(mount, facts, failure)) return false;
    if (const auto* overlay = std::get_if<OverlayMount>(&mount.what);
        overlay != nullptr && overlay->lower.size() > kMaxOverlayLayers) {
      return Refuse(failure, mount.origin, "fsconfig", "lowerdir", 0,
                    absl::StrCat(overlay->lower.size(), " layers, more than ",
                                 kMaxOverlayLayers),
                    "join some of the directories");
    }
  }
  if (spec.namespaces.Has(CLONE_NEWNS) && spec.root.pivot &&
      facts.root_is_rootfs) {
    return Refuse(failure, spec.root.origin, "pivot_root", "/", EINVAL, "",
                  "the root is an initramfs: set no_pivotroot: true");
  }
  return true;
}

bool CanLimit(const Spec& spec, const HostFacts& facts, SetupFailure& failure) {
  if (spec.mode == Mode::kExecve && spec.cgroup.Any()) {
    return Refuse(failure, {"mode", "", 0, 0}, "mkdir", "cgroup", 0,
                  "mode EXECVE leaves no supervisor that would remove it",
                  "use mode ONCE, or no cgroup_* limits");
  }
  for (const Rlimit& limit : spec.process.rlimits) {
    const uint64_t hard = facts.rlimits[limit.resource].hard;
    const uint64_t value = RlimitValue(limit, facts);
    // Out of a user namespace the parent does it.
    const bool may_raise =
        (!spec.namespaces.Has(CLONE_NEWUSER) || spec.mode != Mode::kExecve) &&
        HasCapability(facts, CAP_SYS_RESOURCE);
    if (value <= hard || may_raise) continue;
    const std::string wanted = limit.from == Rlimit::From::kInfinity
                                   ? "infinity"
                                   : absl::StrCat(value);
    return Refuse(
        failure, limit.origin, "prlimit64", limit.name, EPERM,
        absl::StrCat(wanted, " is above the caller's hard limit of ", hard),
        "raise the caller's limit (ulimit -H), or ask for \"hard\"");
  }
  return true;
}

// Of what a waiting jail inherits, only the lowest numbers stay open.
bool CanWait(const Spec& spec, SetupFailure& failure) {
  if (!spec.process.waits_for_start) return true;
  for (const Located<int>& fd : spec.process.stdio.pass_fd) {
    if (fd.value < 3) continue;
    return Refuse(failure, fd.origin, "dup3",
                  absl::StrCat("descriptor ", fd.value), 0,
                  "a jail that is created before its start takes no "
                  "descriptors along",
                  "remove pass_fd, or launch it at once");
  }
  return true;
}

}  // namespace

bool HasCapability(const HostFacts& facts, int capability) {
  return (facts.effective_caps & (uint64_t{1} << capability)) != 0;
}

uint64_t RlimitValue(const Rlimit& limit, const HostFacts& facts) {
  const HostFacts::Limit& callers = facts.rlimits[limit.resource];
  switch (limit.from) {
    case Rlimit::From::kCallersSoft:
      return callers.soft;
    case Rlimit::From::kCallersHard:
      return callers.hard;
    case Rlimit::From::kInfinity:
      return RLIM_INFINITY;
    case Rlimit::From::kValue:
      break;
  }
  // A default asks for no more than there is.
  if (limit.origin.file.empty() && limit.value > callers.hard) {
    return callers.hard;
  }
  return limit.value;
}

bool IsFeasible(const Spec& spec, const HostFacts& facts,
                SetupFailure& failure) {
  return CanMakeNamespaces(spec, facts, failure) &&
         CanChangeIds(spec, facts, failure) && CanMount(spec, facts, failure) &&
         CanLimit(spec, facts, failure) && CanWait(spec, failure);
}

}  // namespace jail
