// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "jail/parent/cgroup_facts.h"
#include "jail/parent/cgroup_files.h"
#include "jail/parent/cgroup_hints.h"
#include "jail/parent/cgroup_kill.h"
#include "jail/parent/oom_notice.h"
#include "jail/parent/stale_cgroups.h"
#include "jail/parent/systemd_scope.h"

namespace jail {
namespace {

// A killed process leaves its cgroup a moment after its parent is told.
constexpr int kRemoveTries = 200;
constexpr long kRemovePauseNs = 5'000'000;

bool Fail(SetupFailure& failure, const char* operation, std::string object,
          int error, const Origin& origin, std::string hint = {}) {
  failure = SetupFailure{};
  failure.stage = "parent";
  failure.operation = operation;
  failure.object = std::move(object);
  failure.error = error;
  failure.origin = origin;
  failure.hint = std::move(hint);
  return false;
}

// v1: a new cgroup has no processors and no memory nodes until it is given
// some.
void InheritCpuset(const std::string& parent, const std::string& path) {
  for (const char* file : {"/cpuset.cpus", "/cpuset.mems"}) {
    if (!ReadCgroupFile(path + file).empty()) continue;
    WriteCgroupFile(path + file, ReadCgroupFile(parent + file));
  }
}

bool Has(const CgroupDirectory& directory, absl::string_view controller) {
  const std::vector<absl::string_view> names =
      absl::StrSplit(directory.controller, ' ');
  return std::find(names.begin(), names.end(), controller) != names.end();
}

// mkdir -p beneath the mount; a parent that exists is fine.
bool MakeParent(const CgroupDirectory& directory, bool v2,
                SetupFailure& failure) {
  std::string path = directory.mount;
  absl::string_view rest = directory.parent;
  absl::ConsumePrefix(&rest, directory.mount);
  for (absl::string_view part : absl::StrSplit(rest, '/', absl::SkipEmpty())) {
    const std::string above = path;
    absl::StrAppend(&path, "/", part);
    if (mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) {
      const int error = errno;
      return Fail(failure, "mkdir", path, error, directory.origin,
                  CgroupHint(error));
    }
    if (!v2 && Has(directory, "cpuset")) InheritCpuset(above, path);
  }
  return true;
}

// v2: a cgroup with processes of its own can't be divided.  Where this process
// is the only one there, as in a systemd unit of its own, it moves to a leaf.
// No process that is not ours is moved: EBUSY when others live there.  The
// kernel says so, too, but not for pids and cpu, which it divides by threads,
// and then takes no process into a cgroup beneath it.  Returns an errno or 0.
int MakeRoom(const std::string& parent) {
  const std::string inside = ReadCgroupFile(parent + "/cgroup.procs");
  // The root of all is the exception: it has no type.
  if (inside.empty() || access((parent + "/cgroup.type").c_str(), F_OK) != 0) {
    return 0;
  }
  const std::string self = absl::StrCat(getpid());
  if (inside != self) return EBUSY;
  const std::string leaf = absl::StrCat(parent, "/", kSupervisorLeaf);
  if (mkdir(leaf.c_str(), 0755) != 0 && errno != EEXIST) return errno;
  return WriteCgroupFile(leaf + "/cgroup.procs", self);
}

void Remove(const std::string& directory, const std::string& inside) {
  for (int i = 0; i < kRemoveTries; ++i) {
    if (RemoveCgroupTree(directory)) return;
    KillListed(inside);
    const timespec pause = {0, kRemovePauseNs};
    nanosleep(&pause, nullptr);
  }
}

}  // namespace

bool CgroupOfJail::Lose(const CgroupSetting& setting, SetupFailure& failure) {
  if (!setting.best_effort) return false;
  SetupFailure reason = failure;
  failure = SetupFailure{};
  // One limit may take several files.
  for (const CgroupLoss& loss : losses_) {
    if (loss.origin.path == setting.origin.path) return true;
  }
  reason.origin = {};
  reason.hint.clear();
  losses_.push_back({setting.origin, reason.ToString()});
  return true;
}

bool CgroupOfJail::LoseAll(const CgroupDirectory& directory,
                           SetupFailure& failure) {
  for (const CgroupSetting& setting : directory.settings) {
    if (!setting.best_effort) failure.origin = setting.origin;
  }
  if (!directory.IsBestEffort()) return false;
  const SetupFailure reason = failure;
  for (const CgroupSetting& setting : directory.settings) {
    failure = reason;
    Lose(setting, failure);
  }
  failure = SetupFailure{};
  return true;
}

// The scope is where this process is once it was asked for.
bool CgroupOfJail::FindScope(CgroupDirectory& directory,
                             SetupFailure& failure) {
  const absl::Status entered = EnterScope();
  if (entered.ok()) {
    directory.parent = OwnCgroup({"/", directory.mount, true, ""});
    absl::string_view parent = directory.parent;
    // A launch before this one has moved us to the leaf.
    absl::ConsumeSuffix(&parent, absl::StrCat("/", kSupervisorLeaf));
    directory.parent = std::string(parent);
    if (!directory.parent.empty()) return true;
  }
  if (access(directory.mount.c_str(), W_OK) == 0) {
    directory.parent = directory.mount;
    source_ = CgroupSource::kRoot;
    return true;
  }
  Fail(failure, "StartTransientUnit", "", 0, directory.origin,
       "write Delegate=yes into the [Service] section of this unit, or do "
       "without: cgroup_best_effort: \"all\"");
  failure.detail = std::string(entered.message());
  return false;
}

// v2: a controller can be used in a directory once its parent has it in
// cgroup.subtree_control.
bool CgroupOfJail::EnableControllers(CgroupDirectory& directory,
                                     SetupFailure& failure) {
  const std::string control =
      absl::StrCat(directory.parent, "/cgroup.subtree_control");
  const std::string present = ReadCgroupFile(control);
  const std::vector<std::string> enabled = absl::StrSplit(present, ' ');
  const std::vector<std::string> wanted =
      absl::StrSplit(directory.controller, ' ', absl::SkipEmpty());
  for (const std::string& name : wanted) {
    if (std::find(enabled.begin(), enabled.end(), name) != enabled.end()) {
      continue;
    }
    int error = MakeRoom(directory.parent);
    if (error == 0) error = WriteCgroupFile(control, "+" + name);
    if (error == 0) continue;
    auto& settings = directory.settings;
    for (auto setting = settings.begin(); setting != settings.end();) {
      if (!setting->file.starts_with(name + ".") || setting->value.empty()) {
        ++setting;
        continue;
      }
      Fail(failure, "write", absl::StrCat(control, " +", name), error,
           setting->origin, ControllerHint(error, name, directory.parent));
      if (!Lose(*setting, failure)) return false;
      setting = settings.erase(setting);
    }
  }
  return true;
}

bool CgroupOfJail::WriteSettings(const CgroupDirectory& directory,
                                 const std::string& path,
                                 SetupFailure& failure) {
  for (const CgroupSetting& setting : directory.settings) {
    const std::string file = absl::StrCat(path, "/", setting.file);
    if (setting.value.empty()) {
      if (!ReadCgroupFile(file).empty()) continue;
      Fail(failure, "read", file, 0, setting.origin,
           SettingHint(0, setting, directory.parent));
      failure.detail = "the kernel does not count it";
      if (!Lose(setting, failure)) return false;
      continue;
    }
    if (int error = WriteCgroupFile(file, setting.value); error != 0) {
      Fail(failure, "write", absl::StrCat(file, " ", setting.value), error,
           setting.origin, SettingHint(error, setting, directory.parent));
      if (!Lose(setting, failure)) return false;
      continue;
    }
    const std::string read = ReadCgroupFile(file);
    if (KeepsValue(setting.value, read)) continue;
    Fail(failure, "read", file, 0, setting.origin);
    failure.detail = absl::StrCat("is \"", read, "\" after \"", setting.value,
                                  "\" was written");
    if (!Lose(setting, failure)) return false;
  }
  return true;
}

bool CgroupOfJail::MakeOne(CgroupDirectory directory, const std::string& name,
                           SetupFailure& failure) {
  if (source_ == CgroupSource::kScope && !FindScope(directory, failure)) {
    source_ = CgroupSource::kNone;
    return LoseAll(directory, failure);
  }
  if (!MakeParent(directory, v2_, failure)) return LoseAll(directory, failure);
  RemoveStaleCgroupsOnce(directory.parent);
  if (v2_ && !EnableControllers(directory, failure)) return false;
  if (directory.settings.empty() && !directory.helps) return true;
  const std::string path = absl::StrCat(directory.parent, "/", name);
  if (mkdir(path.c_str(), 0700) != 0) {
    const int error = errno;
    Fail(failure, "mkdir", path, error, directory.origin, CgroupHint(error));
    return LoseAll(directory, failure);
  }
  made_.push_back(path);
  directories_.push_back(directory);
  if (!v2_ && Has(directory, "cpuset")) InheritCpuset(directory.parent, path);
  if (!WriteSettings(directory, path, failure)) return false;
  const std::string inside = Inside(made_.size() - 1);
  if (apart_) {
    if (mkdir(inside.c_str(), 0700) != 0) {
      return Fail(failure, "mkdir", inside, errno, directory.origin);
    }
    if (!v2_ && Has(directory, "cpuset")) InheritCpuset(path, inside);
  }
  if (!v2_) return OpenTasks(failure);
  clone_fd_.Reset(open(inside.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (clone_fd_.valid()) return true;
  Fail(failure, "open", inside, errno, directory.origin);
  return LoseAll(directory, failure);
}

bool CgroupOfJail::OpenTasks(SetupFailure& failure) {
  const size_t made = made_.size() - 1;
  const std::string file = Inside(made) + "/tasks";
  Entry& entry = entries_.back();
  entry.made = made;
  entry.tasks.Reset(open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (entry.tasks.valid()) return true;
  const int error = errno;
  Fail(failure, "open", file, error, directories_[made].origin,
       JoinHint(error, directories_[made]));
  return LoseAll(directories_[made], failure);
}

bool CgroupOfJail::MakeAll(const CgroupPlan& plan, SetupFailure& failure) {
  const std::string name = UniqueCgroupName();
  for (const CgroupDirectory& directory : plan.directories) {
    entries_.emplace_back();
    if (!MakeOne(directory, name, failure)) return false;
  }
  if (made_.empty()) source_ = CgroupSource::kNone;
  return true;
}

std::unique_ptr<CgroupOfJail> CgroupOfJail::Make(const CgroupPlan& plan,
                                                 SetupFailure& failure) {
  std::unique_ptr<CgroupOfJail> cgroup(new CgroupOfJail(plan));
  if (!cgroup->MakeAll(plan, failure)) return nullptr;
  return cgroup;
}

CgroupOfJail::~CgroupOfJail() {
  clone_fd_.Reset();
  for (size_t i = 0; i < made_.size(); ++i) Remove(made_[i], Inside(i));
}

std::string CgroupOfJail::Inside(size_t i) const {
  return apart_ ? absl::StrCat(made_[i], "/", kApartName) : made_[i];
}

bool CgroupOfJail::DoWithout(int error) {
  SetupFailure failure;
  Fail(failure, "clone3", "CLONE_INTO_CGROUP", error, {});
  for (const CgroupDirectory& directory : directories_) {
    if (!LoseAll(directory, failure)) return false;
  }
  source_ = CgroupSource::kNone;
  clone_fd_.Reset();
  return true;
}

void CgroupOfJail::Explain(SetupFailure& failure) const {
  if (failure.error != EOPNOTSUPP || directories_.empty()) return;
  failure.object = absl::StrCat("CLONE_INTO_CGROUP ", made_.front());
  failure.origin = directories_.front().origin;
  failure.hint = ThreadedHint(directories_.front().parent);
}

void CgroupOfJail::Entered(size_t i) {
  entries_[i].tasks.Reset();
  const size_t made = entries_[i].made;
  if (Has(directories_[made], "freezer")) freezer_ = static_cast<int>(made);
}

void CgroupOfJail::NotEntered(size_t i) {
  if (!entries_[i].tasks.valid()) return;  // none was made: told already
  entries_[i].tasks.Reset();
  const size_t made = entries_[i].made;
  SetupFailure failure;
  Fail(failure, "write", Inside(made) + "/tasks 0", 0, {});
  failure.detail = "the kernel does not let the process in";
  LoseAll(directories_[made], failure);
}

void CgroupOfJail::ExplainEntry(size_t i, SetupFailure& failure) const {
  const size_t made = entries_[i].made;
  failure.object = Inside(made) + "/tasks";
  failure.hint = JoinHint(failure.error, directories_[made]);
}

bool CgroupOfJail::KillAtOnce() {
  // cgroup.kill: kernel 5.14.
  if (v2_) {
    return clone_fd_.valid() &&
           WriteCgroupFile(made_.front() + "/cgroup.kill", "1") == 0;
  }
  if (freezer_ < 0) return false;
  const auto i = static_cast<size_t>(freezer_);
  return FreezeAndKill(made_[i], Inside(i));
}

void CgroupOfJail::Kill() {
  if (KillAtOnce()) return;
  for (size_t i = 0; i < made_.size(); ++i) KillListed(Inside(i));
}

Fd CgroupOfJail::TakeOomNotice() {
  for (size_t i = 0; i < made_.size() && !v2_; ++i) {
    if (Has(directories_[i], "memory")) return WatchForOom(made_[i]);
  }
  return Fd();
}

CgroupUsage CgroupOfJail::Read() const {
  CgroupUsage usage;
  for (size_t i = 0; i < made_.size(); ++i) {
    if (v2_) {
      ReadUsageV2(made_[i], pressure_, usage);
    } else {
      ReadUsageV1(made_[i], directories_[i].controller, usage);
      if (apart_) AddEventsBeneathV1(made_[i], usage);
    }
  }
  return usage;
}

std::optional<uint64_t> CgroupOfJail::ReadCpuMicroseconds() const {
  for (const std::string& directory : made_) {
    const std::string stat = ReadCgroupFile(directory + "/cpu.stat");
    if (const auto used = FindKey(stat, "usage_usec")) return used;
    if (const auto used = ReadCgroupNumber(directory + "/cpuacct.usage")) {
      return *used / 1000;
    }
  }
  return std::nullopt;
}

}  // namespace jail
