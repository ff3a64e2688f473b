// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Makes the places that mounts are put on.  Where all that stands at a place
// was made by the plan itself, a path is as good as a descriptor.  Beneath
// what came from the host (a bind, a chroot directory, an overlay) any name
// may be a symbolic link, and each directory is opened beneath the jail's root
// (openat2(2), RESOLVE_IN_ROOT).
#ifndef JAIL_PLAN_TARGETS_H_
#define JAIL_PLAN_TARGETS_H_

#include <map>
#include <set>
#include <string>

#include "jail/plan/builder.h"

namespace jail {

class Targets {
 public:
  explicit Targets(PlanBuilder& b) : b_(b) {}

  // The root stands: its descriptor, and whether the plan knows all in it.
  void SetRoot(Slot root, bool known);

  // Makes `target` and the directories above it.
  void Make(const std::string& target, bool is_dir);
  // Puts `tree` at `target`, which Make() has made.
  void Attach(Slot tree, const std::string& target);

  // Makes the directories above `target` and the link itself.
  void Link(const std::string& text, const std::string& target, bool may_exist);

  // A mount stands at `target`; `known`: it is empty but for what the plan
  // puts there, and `slot` stays open.
  void Mounted(const std::string& target, bool known, Slot slot);

 private:
  struct Cover {
    bool known = false;
    Slot slot = kNoSlot;
  };
  // The mount that `path` lies in (never the one that stands on it).
  std::map<std::string, Cover>::const_iterator CoverOf(
      const std::string& path) const;
  bool IsPlain(const std::string& path) const;
  void MakeKnown(const std::string& mount, Slot slot, const std::string& path,
                 bool is_dir);
  void MakeForeign(const std::string& mount, const std::string& path,
                   bool is_dir);
  // Opens the directory above `path` into a slot of its own, to be closed.
  Slot OpenParent(const std::string& path);

  PlanBuilder& b_;
  Slot root_ = kNoSlot;
  Slot parent_ = kNoSlot, target_ = kNoSlot;  // used again and again
  std::map<std::string, Cover> covers_;       // by target
  std::set<std::string> made_;   // directories and files made by the plan
  std::set<std::string> links_;  // symbolic links made by the plan
};

}  // namespace jail

#endif  // JAIL_PLAN_TARGETS_H_
