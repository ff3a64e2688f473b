// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/cgroup_facts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/sched.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "jail/parent/cgroup_files.h"
#include "jail/parent/systemd_scope.h"
#include "jail/plan/cgroup_limits.h"

namespace jail {
namespace {

constexpr char kSystemd[] = "/run/systemd/system";  // sd_booted(3)

bool IsOfType(const std::string& path, long type) {
  struct statfs fs;
  return statfs(path.c_str(), &fs) == 0 && fs.f_type == type;
}

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

int WriteErrno(const std::string& path) {
  return faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0 ? 0 : errno;
}

// Of making a directory at `path`, whose parents may not exist yet.
int MakeErrno(std::string path) {
  while (path.size() > 1 && !Exists(path)) path.resize(path.rfind('/'));
  return WriteErrno(path);
}

// mountinfo writes space, tab, newline and backslash as octal digits.
std::string Unescape(absl::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 3 >= text.size()) {
      plain += text[i];
      continue;
    }
    plain += static_cast<char>((text[i + 1] - '0') << 6 |
                               (text[i + 2] - '0') << 3 | (text[i + 3] - '0'));
    i += 3;
  }
  return plain;
}

std::vector<CgroupMount> ReadMounts() {
  std::vector<CgroupMount> mounts;
  const std::string text = ReadCgroupFile("/proc/self/mountinfo");
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    CgroupMount mount;
    if (ParseCgroupMount(std::string(line), mount)) mounts.push_back(mount);
  }
  return mounts;
}

bool HasController(const CgroupMount& mount, absl::string_view controller) {
  for (absl::string_view option : absl::StrSplit(mount.options, ',')) {
    if (option == controller) return true;
  }
  return false;
}

// What systemd writes on a cgroup that it gives away.
bool IsMarkedDelegated(const std::string& path) {
  char value[2] = {};
  for (const char* name : {"user.delegate", "trusted.delegate"}) {
    if (getxattr(path.c_str(), name, value, sizeof value) == 1 &&
        value[0] == '1') {
      return true;
    }
  }
  return false;
}

// Ours, in a cgroup that is not: somebody with the right to do so has given it
// away.  What a user's own systemd makes is beneath others of the user's.  Up
// to version 252 of systemd its mark is for root's eyes only.
bool IsGivenToUser(const std::string& path) {
  struct stat own, above;
  return geteuid() != 0 && stat(path.c_str(), &own) == 0 &&
         stat((path + "/..").c_str(), &above) == 0 && own.st_uid == geteuid() &&
         above.st_uid != own.st_uid;
}

class Collector {
 public:
  explicit Collector(const Cgroup& spec) : spec_(spec), mounts_(ReadMounts()) {}

  CgroupFacts Run(bool wants_cpuacct, bool wants_freezer) {
    AddV1("memory", spec_.memory_mount, spec_.memory_parent);
    AddV1("pids", spec_.pids_mount, spec_.pids_parent);
    AddV1("cpu", spec_.cpu_mount, spec_.cpu_parent);
    AddV1("net_cls", spec_.net_cls_mount, spec_.net_cls_parent);
    AddV1("cpuset", "", spec_.cpu_parent);
    AddV1("blkio", "", spec_.cpu_parent);
    if (const auto memory = facts_.v1.find("memory");
        memory != facts_.v1.end()) {
      facts_.v1_has_memsw =
          Exists(memory->second.mount + "/memory.memsw.limit_in_bytes");
      facts_.v1_has_tcp =
          Exists(memory->second.mount + "/memory.kmem.tcp.limit_in_bytes");
    }
    for (const CgroupIo& io : spec_.io) AddDevice(io.device);
    AddV2();
    if (wants_cpuacct) AddHelper("cpuacct");
    if (wants_freezer) AddHelper("freezer");
    return std::move(facts_);
  }

 private:
  std::string FindV1(const std::string& controller) const {
    std::string mount;
    for (const CgroupMount& each : mounts_) {
      if (!each.v2 && HasController(each, controller)) mount = each.path;
    }
    return mount;
  }

  void AddHelper(const std::string& controller) {
    const std::string mount = FindV1(controller);
    if (mount.empty()) return;
    facts_.v1[controller] = {
        mount, MakeErrno(absl::StrCat(mount, "/", spec_.cpu_parent))};
  }

  void AddV1(const std::string& controller, const std::string& in_spec,
             const std::string& parent) {
    std::string mount;
    const std::string usual = "/sys/fs/cgroup/" + controller;
    if (!in_spec.empty() && IsOfType(in_spec, CGROUP_SUPER_MAGIC)) {
      mount = in_spec;
    } else if (in_spec.empty() || in_spec == usual) {
      mount = FindV1(controller);
    }
    if (mount.empty()) return;
    const std::string path =
        parent.empty() ? mount : absl::StrCat(mount, "/", parent);
    facts_.v1[controller] = {mount, MakeErrno(path)};
    AdviseOn(facts_.v1[controller].error, path);
  }

  void AddDevice(const std::string& device) {
    if (device.empty() || device[0] != '/') return;
    CgroupFacts::Device found;
    struct stat st;
    if (stat(device.c_str(), &st) != 0) {
      found.error = errno;
    } else if (!S_ISBLK(st.st_mode)) {
      found.error = ENOTBLK;
    } else {
      found.number = absl::StrCat(major(st.st_rdev), ":", minor(st.st_rdev));
    }
    facts_.devices[device] = found;
  }

  static CgroupFacts::V2 Look(const std::string& path) {
    return {path, ReadCgroupFile(path + "/cgroup.controllers"),
            MakeErrno(path)};
  }

  void AddV2() {
    if (spec_.v2_given) {
      if (!IsOfType(spec_.v2_mount, CGROUP2_SUPER_MAGIC)) return;
      facts_.v2_given = Look(spec_.v2_mount);
      AdviseOn(facts_.v2_given.error, spec_.v2_mount);
      return;
    }
    for (const CgroupMount& mount : mounts_) {
      if (!mount.v2) continue;
      facts_.v2_root = Look(mount.path);
      if (!IsHybrid()) AddOwn(mount);
      AdviseOn(facts_.v2_root.error, OwnCgroup(mount));
      break;
    }
    facts_.systemd = !IsHybrid() && !facts_.v2_root.path.empty() &&
                     facts_.v2_own.path.empty() && Exists(kSystemd) &&
                     !SystemdSocket().empty();
  }

  // systemd keeps a hierarchy of v1 for itself: then it divides those of v1,
  // and no cgroup of v2 that it makes has a controller.
  bool IsHybrid() const {
    return std::any_of(mounts_.begin(), mounts_.end(), [](const auto& mount) {
      return !mount.v2 && HasController(mount, "name=systemd");
    });
  }

  // Delegated is what systemd says is, the root of a cgroup namespace (a
  // container's), and without systemd what is ours to write to.
  void AddOwn(const CgroupMount& mount) {
    std::string path = OwnCgroup(mount);
    const absl::string_view leaf = kSupervisorLeaf;
    if (absl::EndsWith(path, absl::StrCat("/", leaf))) {
      path.resize(path.size() - leaf.size() - 1);
    }
    // The root of all has no type.
    if (path.empty() || !Exists(path + "/cgroup.type")) return;
    const bool delegated = path == mount.path || IsMarkedDelegated(path) ||
                           IsGivenToUser(path) || !Exists(kSystemd);
    if (!delegated || WriteErrno(path) != 0 ||
        WriteErrno(path + "/cgroup.procs") != 0 ||
        WriteErrno(path + "/cgroup.subtree_control") != 0) {
      return;
    }
    const std::string inside = ReadCgroupFile(path + "/cgroup.procs");
    const bool alone = inside.empty() || inside == absl::StrCat(getpid());
    if (alone || AllEnabled(path)) facts_.v2_own = Look(path);
  }

  bool AllEnabled(const std::string& path) const {
    const std::string enabled = absl::StrCat(
        " ", ReadCgroupFile(path + "/cgroup.subtree_control"), " ");
    for (const PlannedLimit& limit : PlanLimits(spec_, facts_)) {
      const std::string& controller = limit.v2.controller;
      if (!controller.empty() &&
          !absl::StrContains(enabled, absl::StrCat(" ", controller, " "))) {
        return false;
      }
    }
    return true;
  }

  void AdviseOn(int error, const std::string& path) {
    if (error == 0 || !facts_.advice.empty()) return;
    if (error == EROFS) {
      facts_.advice =
          "give the container a writable /sys/fs/cgroup: docker run "
          "--privileged, or --cgroupns=host -v /sys/fs/cgroup:/sys/fs/cgroup";
    } else if (Exists(kSystemd)) {
      facts_.advice = absl::StrCat(
          "write Delegate=yes into the [Service] section of this unit (", path,
          "), or let systemd serve this user: loginctl enable-linger ",
          geteuid());
    } else {
      facts_.advice = absl::StrCat("give it to this user, as root: mkdir -p ",
                                   path, " && chown ", geteuid(), " ", path);
    }
    absl::StrAppend(&facts_.advice,
                    "; or do without: cgroup_best_effort: \"all\"");
  }

  const Cgroup& spec_;
  const std::vector<CgroupMount> mounts_;
  CgroupFacts facts_;
};

}  // namespace

bool ParseCgroupMount(const std::string& line, CgroupMount& mount) {
  const std::vector<std::string> halves =
      absl::StrSplit(line, absl::MaxSplits(" - ", 1));
  if (halves.size() != 2) return false;
  const std::vector<std::string> left = absl::StrSplit(halves[0], ' ');
  const std::vector<std::string> right = absl::StrSplit(halves[1], ' ');
  if (left.size() < 6 || right.size() < 3) return false;
  if (right[0] != "cgroup" && right[0] != "cgroup2") return false;
  mount = {Unescape(left[3]), Unescape(left[4]), right[0] == "cgroup2",
           right[2]};
  return true;
}

std::string OwnCgroup(const CgroupMount& mount) {
  const std::string text = ReadCgroupFile("/proc/self/cgroup");
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    absl::string_view path = line;
    if (!absl::ConsumePrefix(&path, "0::")) continue;
    if (mount.root != "/" && !absl::ConsumePrefix(&path, mount.root)) return "";
    absl::ConsumePrefix(&path, "/");
    if (absl::StartsWith(path, "..")) return "";
    return path.empty() ? mount.path : absl::StrCat(mount.path, "/", path);
  }
  return "";
}

CgroupFacts CollectCgroupFacts(const Spec& spec) {
  const Cgroup& cgroup = spec.cgroup;
  if (!cgroup.Any()) return {};
  const bool has_cpu_limit = cgroup.cpu_per_second || cgroup.cpu_weight ||
                             spec.limits.cpu_time.value.count() > 0;
  // With a pid namespace the kernel ends all of it at once.
  const bool has_pid_namespace = spec.namespaces.Has(CLONE_NEWPID);
  return Collector(cgroup).Run(has_cpu_limit, !has_pid_namespace);
}

}  // namespace jail
