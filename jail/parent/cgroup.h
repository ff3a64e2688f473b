// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The cgroup of one jail: made before clone3, entered before the target runs,
// read and removed after its end.  cgroups(7)
#ifndef JAIL_PARENT_CGROUP_H_
#define JAIL_PARENT_CGROUP_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "jail/parent/cgroup_usage.h"
#include "jail/plan/cgroup_plan.h"
#include "jail/spec/setup_failure.h"
#include "jail/sys/fd.h"

namespace jail {

class CgroupOfJail {
 public:
  // Makes the directories and writes the limits, each of which is read back.
  // v2: where the calling process is alone in the cgroup that is to hold the
  // jail's, it moves to the leaf "jail.supervisor" of it, and stays there;
  // with CgroupSource::kScope it first moves to a scope of systemd's.
  // Null when a required limit can't be set: `failure` names file, value and
  // errno, and nothing is left.
  static std::unique_ptr<CgroupOfJail> Make(const CgroupPlan& plan,
                                            SetupFailure& failure);

  // Kills what is left inside, and removes the directories.
  ~CgroupOfJail();

  CgroupOfJail(const CgroupOfJail&) = delete;
  CgroupOfJail& operator=(const CgroupOfJail&) = delete;

  // v2: a descriptor for CLONE_INTO_CGROUP; -1 with v1.
  int clone_fd() const { return clone_fd_.get(); }

  // v1: of the plan's directory `i`, its file "tasks" to write "0" to, by which
  // a process moves itself in.  -1: there is none; see losses().
  int tasks_fd(size_t i) const { return entries_[i].tasks.get(); }
  // The jail has moved in; or it was refused, and need not be there.
  void Entered(size_t i);
  void NotEntered(size_t i);
  // Of a jail that was refused: which file it was, and what would help.
  void ExplainEntry(size_t i, SetupFailure& failure) const;

  // v2: the child can't be started in it, clone3 said `error`.  False: some
  // limit is required.
  bool DoWithout(int error);
  // Of a failed clone3: in its own words where the cgroup is the reason.
  void Explain(SetupFailure& failure) const;

  // The best-effort limits that are not in force, those of the plan included.
  const std::vector<CgroupLoss>& losses() const { return losses_; }
  CgroupSource source() const { return source_; }
  // The jail's own directories.
  const std::vector<std::string>& paths() const { return made_; }

  CgroupUsage Read() const;
  // Of these, the CPU time alone: for whoever looks often.
  std::optional<uint64_t> ReadCpuMicroseconds() const;

  // v1: readable once the kernel is about to kill for the memory limit.  Not
  // valid: no such limit, or v2, whose memory.oom.group ends all of the jail.
  Fd TakeOomNotice();

  // SIGKILL to every process inside, in one stroke that none can fork away
  // from: v2's cgroup.kill, v1's freezer.  False: there is no such thing.
  bool KillAtOnce();

  // The same, or else one after the other.
  void Kill();

 private:
  explicit CgroupOfJail(const CgroupPlan& plan)
      : v2_(plan.v2),
        pressure_(plan.pressure),
        apart_(plan.apart),
        source_(plan.source),
        losses_(plan.losses) {}

  bool MakeAll(const CgroupPlan& plan, SetupFailure& failure);
  bool MakeOne(CgroupDirectory directory, const std::string& name,
               SetupFailure& failure);
  bool FindScope(CgroupDirectory& directory, SetupFailure& failure);
  bool EnableControllers(CgroupDirectory& directory, SetupFailure& failure);
  bool WriteSettings(const CgroupDirectory& directory, const std::string& path,
                     SetupFailure& failure);
  // True, and the loss is written down, when the limits can be done without;
  // else the failure stands.
  bool Lose(const CgroupSetting& setting, SetupFailure& failure);
  bool LoseAll(const CgroupDirectory& directory, SetupFailure& failure);

  // v1: the way in to what was made last.
  bool OpenTasks(SetupFailure& failure);

  // Where the jail's processes are: made_[i], or a cgroup beneath it.
  std::string Inside(size_t i) const;

  const bool v2_, pressure_, apart_;
  CgroupSource source_;
  std::vector<CgroupLoss> losses_;
  std::vector<CgroupDirectory> directories_;  // those that were made
  std::vector<std::string> made_;             // beside directories_
  struct Entry {
    Fd tasks;
    size_t made = 0;  // which of made_, if `tasks` is valid
  };
  std::vector<Entry> entries_;  // v1: beside the plan's directories
  Fd clone_fd_;
  int freezer_ = -1;  // v1: which of made_, once the jail is inside
};

}  // namespace jail

#endif  // JAIL_PARENT_CGROUP_H_
