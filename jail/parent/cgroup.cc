// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "jail/sys/errno_name.h"

namespace jail {
namespace {

constexpr size_t kMaxCgroupFileBytes = 1 << 20;
// A killed process leaves its cgroup a moment after its parent is told.
constexpr int kRemoveTries = 200;
constexpr long kRemovePauseNs = 5'000'000;
// v2: where a launcher goes that lives in the very cgroup that it divides.
constexpr char kSupervisorLeaf[] = "jail.supervisor";

CgroupFacts::Kind KindOf(const std::string& mount) {
  struct statfs fs;
  if (statfs(mount.c_str(), &fs) != 0) return CgroupFacts::Kind::kNone;
  if (fs.f_type == CGROUP2_SUPER_MAGIC) return CgroupFacts::Kind::kV2;
  if (fs.f_type == CGROUP_SUPER_MAGIC) return CgroupFacts::Kind::kV1;
  return CgroupFacts::Kind::kNone;
}

// Field 22 of /proc/PID/stat: clock ticks since boot; -1: no such process.
int64_t StartTime(const std::string& pid) {
  absl::StatusOr<std::string> stat =
      ReadFile(absl::StrCat("/proc/", pid, "/stat"), 4096);
  if (!stat.ok()) return -1;
  // The second field, the command, may hold anything, ")" included.
  size_t end = stat->rfind(')');
  if (end == std::string::npos) return -1;
  std::vector<std::string> fields =
      absl::StrSplit(stat->substr(end + 1), ' ', absl::SkipEmpty());
  int64_t ticks = -1;
  if (fields.size() < 20 || !absl::SimpleAtoi(fields[19], &ticks)) return -1;
  return ticks;
}

// A pid means something within its pid namespace only.
std::string PidNamespace() {
  struct stat st;
  if (stat("/proc/self/ns/pid", &st) != 0) return "0";
  return absl::StrCat(st.st_ino);
}

std::string UniqueName() {
  static std::atomic<uint64_t> number{0};
  return absl::StrCat("jail.", PidNamespace(), ".", getpid(), ".",
                      StartTime("self"), ".", number.fetch_add(1));
}

bool Fail(SetupFailure& failure, const char* operation, std::string object,
          int error, const Origin& origin, std::string hint = {}) {
  failure.stage = "parent";
  failure.operation = operation;
  failure.object = std::move(object);
  failure.error = error;
  failure.origin = origin;
  failure.hint = std::move(hint);
  return false;
}

// One write(2), and its errno: cgroupfs answers with it.
int WriteErrno(const std::string& path, const std::string& value) {
  Fd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd.valid()) return errno;
  ssize_t n = write(fd.get(), value.data(), value.size());
  return n == static_cast<ssize_t>(value.size()) ? 0 : n < 0 ? errno : EIO;
}

std::string ReadTrimmed(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path, kMaxCgroupFileBytes);
  return text.ok() ? std::string(absl::StripAsciiWhitespace(*text)) : "";
}

// The kernel rounds byte counts down to pages.
bool SameLimit(const std::string& written, const std::string& read) {
  if (written == read) return true;
  uint64_t want, have;
  return absl::SimpleAtoi(written, &want) && absl::SimpleAtoi(read, &have) &&
         have <= want && want - have < 65536 && have > 0;
}

std::optional<uint64_t> ReadNumber(const std::string& path) {
  uint64_t value;
  if (!absl::SimpleAtoi(ReadTrimmed(path), &value)) return std::nullopt;
  return value;
}

// The value of `key` in a file of "key value" lines.
std::optional<uint64_t> ReadKey(const std::string& path, const char* key) {
  const std::string text = ReadTrimmed(path);
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(line, absl::MaxSplits(' ', 1));
    uint64_t value;
    if (pair.first == key && absl::SimpleAtoi(pair.second, &value)) {
      return value;
    }
  }
  return std::nullopt;
}

// The cgroup that this process lives in, on a host with v2 alone.
std::string OwnCgroup(const std::string& mount) {
  const std::string text = ReadTrimmed("/proc/self/cgroup");
  absl::string_view path = text;
  if (!absl::ConsumePrefix(&path, "0::/") || path.empty()) return "";
  return absl::StrCat(" (", mount, "/", path, ")");
}

std::string PermissionHint(int error, const CgroupDirectory& directory) {
  if (error != EACCES && error != EPERM && error != EROFS) return "";
  return absl::StrCat(
      "this user may not make cgroups there: run as root, or in a systemd unit "
      "with Delegate=yes and cgroupv2_mount set to the unit's own cgroup",
      OwnCgroup(directory.mount));
}

// mkdir -p beneath the mount; a parent that exists is fine.
bool MakeParent(const CgroupDirectory& directory, SetupFailure& failure) {
  std::string path = directory.mount;
  absl::string_view rest = directory.parent;
  absl::ConsumePrefix(&rest, directory.mount);
  for (absl::string_view part : absl::StrSplit(rest, '/', absl::SkipEmpty())) {
    absl::StrAppend(&path, "/", part);
    if (mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) {
      const int error = errno;
      return Fail(failure, "mkdir", path, error, directory.origin,
                  PermissionHint(error, directory));
    }
  }
  return true;
}

// v2: a cgroup with processes of its own can't be divided (EBUSY).  Where this
// process is the only one there, as in a systemd unit of its own, it moves to a
// leaf.  No process that is not ours is moved.
bool MoveToLeaf(const std::string& parent) {
  if (ReadTrimmed(parent + "/cgroup.procs") != absl::StrCat(getpid())) {
    return false;
  }
  const std::string leaf = absl::StrCat(parent, "/", kSupervisorLeaf);
  return (mkdir(leaf.c_str(), 0755) == 0 || errno == EEXIST) &&
         WriteErrno(leaf + "/cgroup.procs", absl::StrCat(getpid())) == 0;
}

std::string ControllerHint(int error, const std::string& name,
                           const CgroupDirectory& directory) {
  const std::string& parent = directory.parent;
  if (error == EBUSY) {
    return absl::StrCat("processes live in ", parent,
                        " itself; move them to a leaf beneath it, or name "
                        "another cgroup by cgroupv2_mount");
  }
  if (error == ENOENT) {
    return absl::StrCat("the ", name, " controller is not available in ",
                        parent,
                        ": see its cgroup.controllers, and whether v1 has "
                        "it mounted");
  }
  return PermissionHint(error, directory);
}

// v2: a controller can be used in a directory once its parent has it in
// cgroup.subtree_control.
bool EnableControllers(const CgroupDirectory& directory,
                       SetupFailure& failure) {
  const std::string control =
      absl::StrCat(directory.parent, "/cgroup.subtree_control");
  const std::string present = ReadTrimmed(control);
  const std::vector<std::string> enabled = absl::StrSplit(present, ' ');
  const std::vector<std::string> wanted =
      absl::StrSplit(directory.controller, ' ');
  for (const std::string& name : wanted) {
    if (std::find(enabled.begin(), enabled.end(), name) != enabled.end()) {
      continue;
    }
    int error = WriteErrno(control, "+" + name);
    if (error == EBUSY && MoveToLeaf(directory.parent)) {
      error = WriteErrno(control, "+" + name);
    }
    if (error != 0) {
      return Fail(failure, "write", absl::StrCat(control, " +", name), error,
                  directory.origin, ControllerHint(error, name, directory));
    }
  }
  return true;
}

bool WriteSettings(const CgroupDirectory& directory, const std::string& path,
                   SetupFailure& failure) {
  for (const CgroupSetting& setting : directory.settings) {
    const std::string file = absl::StrCat(path, "/", setting.file);
    if (int error = WriteErrno(file, setting.value); error != 0) {
      std::string hint;
      if (error == ENOENT && setting.file == "memory.memsw.limit_in_bytes") {
        hint =
            "swap accounting is off: boot with swapaccount=1, or leave "
            "cgroup_mem_swap_max and cgroup_mem_memsw_max unset";
      }
      return Fail(failure, "write", absl::StrCat(file, " ", setting.value),
                  error, setting.origin, std::move(hint));
    }
    const std::string read = ReadTrimmed(file);
    if (!SameLimit(setting.value, read)) {
      Fail(failure, "read", file, 0, setting.origin);
      failure.detail = absl::StrCat("is \"", read, "\" after \"", setting.value,
                                    "\" was written");
      return false;
    }
  }
  return true;
}

void KillAll(const std::string& directory) {
  const std::string text = ReadTrimmed(directory + "/cgroup.procs");
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    pid_t pid;
    // Pid 0 is a process of a pid namespace that we do not see.
    if (absl::SimpleAtoi(line, &pid) && pid > 0) kill(pid, SIGKILL);
  }
}

// rmdir beneath `directory` first: a jail with a cgroup file system of its own
// could have made directories.
void RemoveTree(const std::string& directory, int depth) {
  if (depth > 0) {
    if (DIR* dir = opendir(directory.c_str()); dir != nullptr) {
      while (dirent* entry = readdir(dir)) {
        if (entry->d_type != DT_DIR || entry->d_name[0] == '.') continue;
        RemoveTree(absl::StrCat(directory, "/", entry->d_name), depth - 1);
      }
      closedir(dir);
    }
  }
  rmdir(directory.c_str());
}

void Remove(const std::string& directory) {
  for (int i = 0; i < kRemoveTries; ++i) {
    if (rmdir(directory.c_str()) == 0 || errno == ENOENT) return;
    KillAll(directory);
    RemoveTree(directory, /*depth=*/8);
    const timespec pause = {0, kRemovePauseNs};
    nanosleep(&pause, nullptr);
  }
}

}  // namespace

CgroupFacts CollectCgroupFacts(const Cgroup& spec) {
  CgroupFacts facts;
  if (!spec.Any()) return facts;
  facts.memory_mount = KindOf(spec.memory_mount);
  facts.pids_mount = KindOf(spec.pids_mount);
  facts.net_cls_mount = KindOf(spec.net_cls_mount);
  facts.cpu_mount = KindOf(spec.cpu_mount);
  facts.v2_mount = KindOf(spec.v2_mount);
  facts.v1_has_memsw =
      facts.memory_mount == CgroupFacts::Kind::kV1 &&
      access((spec.memory_mount + "/memory.memsw.limit_in_bytes").c_str(),
             F_OK) == 0;
  return facts;
}

std::unique_ptr<CgroupOfJail> CgroupOfJail::Make(const CgroupPlan& plan,
                                                 SetupFailure& failure) {
  std::unique_ptr<CgroupOfJail> cgroup(new CgroupOfJail(plan));
  const std::string name = UniqueName();
  for (const CgroupDirectory& directory : plan.directories) {
    if (!MakeParent(directory, failure)) return nullptr;
    RemoveStaleCgroups(directory.parent);
    if (plan.v2 && !EnableControllers(directory, failure)) return nullptr;
    const std::string path = absl::StrCat(directory.parent, "/", name);
    if (mkdir(path.c_str(), 0700) != 0) {
      const int error = errno;
      Fail(failure, "mkdir", path, error, directory.origin,
           PermissionHint(error, directory));
      return nullptr;
    }
    cgroup->made_.push_back(path);
    if (!WriteSettings(directory, path, failure)) return nullptr;
    if (plan.v2) {
      cgroup->clone_fd_.Reset(
          open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      if (!cgroup->clone_fd_.valid()) {
        Fail(failure, "open", path, errno, directory.origin);
        return nullptr;
      }
    }
  }
  return cgroup;
}

CgroupOfJail::~CgroupOfJail() {
  clone_fd_.Reset();
  for (const std::string& directory : made_) Remove(directory);
}

bool CgroupOfJail::Join(pid_t child, SetupFailure& failure) {
  if (plan_.v2) return true;
  for (size_t i = 0; i < made_.size(); ++i) {
    const std::string file = made_[i] + "/cgroup.procs";
    if (int error = WriteErrno(file, absl::StrCat(child)); error != 0) {
      return Fail(failure, "write", absl::StrCat(file, " ", child), error,
                  plan_.directories[i].origin);
    }
  }
  return true;
}

void CgroupOfJail::Kill() {
  for (const std::string& directory : made_) {
    // cgroup.kill: kernel 5.14, v2 only.
    if (WriteErrno(directory + "/cgroup.kill", "1") != 0) KillAll(directory);
  }
}

CgroupUsage CgroupOfJail::Read() const {
  CgroupUsage usage;
  for (size_t i = 0; i < made_.size(); ++i) {
    const std::string& path = made_[i];
    if (plan_.v2) {
      usage.memory_peak_bytes = ReadNumber(path + "/memory.peak");
      usage.oom_kills = ReadKey(path + "/memory.events", "oom_kill");
      usage.pids_denied = ReadKey(path + "/pids.events", "max");
      usage.cpu_us = ReadKey(path + "/cpu.stat", "usage_usec");
    } else if (plan_.directories[i].controller == "memory") {
      usage.memory_peak_bytes = ReadNumber(path + "/memory.max_usage_in_bytes");
      usage.oom_kills = ReadKey(path + "/memory.oom_control", "oom_kill");
    } else if (plan_.directories[i].controller == "pids") {
      usage.pids_denied = ReadKey(path + "/pids.events", "max");
    }
  }
  return usage;
}

void RemoveStaleCgroups(const std::string& parent) {
  DIR* dir = opendir(parent.c_str());
  if (dir == nullptr) return;
  const std::string ours = PidNamespace();
  while (dirent* entry = readdir(dir)) {
    std::vector<std::string> parts = absl::StrSplit(entry->d_name, '.');
    int64_t start;
    if (parts.size() != 5 || parts[0] != "jail" || parts[1] != ours ||
        !absl::SimpleAtoi(parts[3], &start) || StartTime(parts[2]) == start) {
      continue;
    }
    // Only rmdir(2): what still has processes is not proved dead.
    RemoveTree(absl::StrCat(parent, "/", entry->d_name), /*depth=*/8);
  }
  closedir(dir);
}

}  // namespace jail
