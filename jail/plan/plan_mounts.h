// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The jail's file system, from the host's trees to the pivot.
#ifndef JAIL_PLAN_PLAN_MOUNTS_H_
#define JAIL_PLAN_PLAN_MOUNTS_H_

#include <string>
#include <utility>
#include <vector>

#include "jail/plan/builder.h"
#include "jail/plan/host_facts.h"
#include "jail/plan/targets.h"
#include "jail/spec/spec.h"

namespace jail {

class MountPlanner {
 public:
  MountPlanner(const Spec& spec, const HostFacts& facts, PlanBuilder& b);

  // The parts, in order of making.
  void StopPropagation();
  void OpenSources();  // with the caller's ids still
  void MakeStage();    // where files and layers are made before they are bound
  void MakeRoot();
  void MakeMounts();
  void MakeReadOnly();  // what had to be writable until everything was made
  void EnterRoot();

 private:
  // What a mount of the Spec has while it is planned.
  struct Item {
    const Mount* mount = nullptr;
    PlannedMount planned;
    Slot tree = kNoSlot;
    std::vector<Slot> sources;  // trees of an overlay's layers, of devices
    bool is_dir = true;
    bool is_known = false;  // nothing in it but what the plan puts there
    bool has_mounts_beneath = false;
    std::string stage_name;  // unique in the stage
  };

  bool IsSkipped(const Mount& mount) const;
  bool IsDirectory(const Mount& mount) const;
  bool IsReadOnlyLater(const Item& item) const;
  uint64_t Attributes(const Item& item) const;
  void OpenSourcesOf(Item& item);
  void NameProvided();  // slots for what the parent fills
  void MakeItem(Item& item);
  void Configure(Slot context, const std::vector<MountOption>& options);

  // Each leaves a detached mount in item.tree.
  void MakeTree(Item& item);
  void MakeBind(Item& item);
  void MakeContent(Item& item, const ContentFile& file);
  void MakeFilesystem(Item& item, const FilesystemMount& filesystem);
  void MakeProc(Item& item, const ProcMount& proc);
  void MakeOverlay(Item& item, const OverlayMount& overlay);
  void MakeProvided(Item& item);
  void MakeDev(Item& item);
  void FillDev(const Item& item);
  // fsmount(2) of `context`; not yet read-only where more is put into it.
  void FinishTree(Item& item, Slot context, uint64_t attributes);
  Slot MakeTmpfs(const std::string& name, const std::string& mode,
                 uint64_t bytes, uint64_t inodes, uint64_t attributes);

  const Spec& spec_;
  const HostFacts& facts_;
  PlanBuilder& b_;
  const bool active_;  // the jail has a mount namespace of its own
  const bool nosuid_;  // on every mount
  Targets targets_;
  Mount root_mount_;  // Spec::root, as a mount
  Item root_;
  std::vector<Item> items_;
  Slot stage_ = kNoSlot;
  std::vector<const Item*> late_;  // made read-only last
};

}  // namespace jail

#endif  // JAIL_PLAN_PLAN_MOUNTS_H_
