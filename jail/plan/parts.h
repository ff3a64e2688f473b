// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The parts of a plan, one group for each plan_*.cc.  planner.cc puts them in
// order; none of them can fail, for feasibility.cc has looked first.
#ifndef JAIL_PLAN_PARTS_H_
#define JAIL_PLAN_PARTS_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "jail/plan/builder.h"
#include "jail/plan/host_facts.h"
#include "jail/plan/plan.h"
#include "jail/spec/setup_failure.h"
#include "jail/spec/spec.h"

namespace jail {

// ------------------------------------------------------------ feasibility.cc

// Can this host, for this caller, do what the Spec asks for?  Fills `failure`
// and answers false at the first thing that it can't.
bool IsFeasible(const Spec& spec, const HostFacts& facts,
                SetupFailure& failure);

// What the limit is set to, soft and hard.
uint64_t RlimitValue(const Rlimit& limit, const HostFacts& facts);

bool HasCapability(const HostFacts& facts, int capability);

// --------------------------------------------------------------- plan_ids.cc

// What the kernel allows this caller, user_namespaces(7).
struct Ids {
  bool new_namespace = false;  // else setresuid(2) changes the host's ids
  bool privileged = false;     // may map, or become, any id
  bool uid_by_helper = false, gid_by_helper = false;
  bool may_set_groups = false;
  uint32_t uid = 0, gid = 0;  // the target's, inside
  std::vector<IdMapping> uid_map, gid_map;
};
Ids DecideIds(const Spec& spec, const HostFacts& facts);

void EnterNamespaces(const Spec& spec, PlanBuilder& b);
void PlanIdMaps(const HostFacts& facts, const Ids& ids, PlanBuilder& b);
void ForbidNestedUserns(const Spec& spec, PlanBuilder& b);
// Before and after the parent's operations.
void ForbidTracingEarly(const Ids& ids, PlanBuilder& b);
void WaitForParent(const Spec& spec, PlanBuilder& b);
void ForbidTracing(const Ids& ids, PlanBuilder& b);
void BecomeTarget(const Spec& spec, const HostFacts& facts, const Ids& ids,
                  PlanBuilder& b);

// ----------------------------------------------------------- plan_process.cc

void LeaveParentsEnd(PlanBuilder& b);
void DieWithParent(const Spec& spec, PlanBuilder& b);
// Again, after the last change of credentials; and is the parent still there?
void DieWithParentForSure(PlanBuilder& b);
void AdjustOomScore(const Spec& spec, const HostFacts& facts, PlanBuilder& b);
void LeaveSession(const Spec& spec, const HostFacts& facts, PlanBuilder& b);
void ConnectStdio(const Spec& spec, PlanBuilder& b);
void SetHostname(const Spec& spec, PlanBuilder& b);
void EnterWorkingDirectory(const Spec& spec, PlanBuilder& b);
void SetUmask(const Spec& spec, PlanBuilder& b);
void SetScheduling(const Spec& spec, const HostFacts& facts, PlanBuilder& b);
void SetPriority(const Spec& spec, PlanBuilder& b);
void SetPersonality(const Spec& spec, PlanBuilder& b);
void RaiseOpenFiles(const Spec& spec, const HostFacts& facts, PlanBuilder& b);
void RaiseHardLimits(const Spec& spec, const HostFacts& facts, PlanBuilder& b);
void RaisePriority(const Spec& spec, const HostFacts& facts, PlanBuilder& b);
void LimitResources(const Spec& spec, const HostFacts& facts, PlanBuilder& b);
void JoinNewKeyring(PlanBuilder& b);
void ResetSignals(const HostFacts& facts, PlanBuilder& b);

// -------------------------------------------------------------- plan_exec.cc

void CloseOtherDescriptors(const Spec& spec, PlanBuilder& b);
void ForkFromReaper(const Spec& spec, PlanBuilder& b);
void InstallSeccomp(const Spec& spec, const HostFacts& facts, PlanBuilder& b);
void ExecuteTarget(const Spec& spec, PlanBuilder& b);
void BecomeReaper(const Spec& spec, PlanBuilder& b);

// ------------------------------------------------------------- plan_start.cc

// A jail that waits for its start does so for minutes: what it holds of the
// launcher's descriptors would keep connections and files of others open.
// What it needs goes to low numbers, and at last all others are closed.
void PlaceWhatIsKept(const Spec& spec, PlanBuilder& b);
void CloseWhatIsNotKept(const Spec& spec, PlanBuilder& b);
void WaitForStart(const Spec& spec, PlanBuilder& b);

// ------------------------------------------------------ plan_capabilities.cc

void DropCapabilities(const Spec& spec, const HostFacts& facts, PlanBuilder& b);
void SetNoNewPrivs(const Spec& spec, PlanBuilder& b);

// ----------------------------------------------------------- plan_network.cc

void PlanInterfaces(const Spec& spec, PlanBuilder& b);
void ConfigureInterfaces(const Spec& spec, PlanBuilder& b);

// ------------------------------------------------------------ plan_cgroup.cc

// v1: the child moves itself, with the caller's ids.
void JoinCgroups(PlanBuilder& b);
// A cgroup namespace shows as its root the cgroup that its maker is in: it is
// made once the child is in the jail's own.
void HideOtherCgroups(const Spec& spec, PlanBuilder& b);
// It may make and mount file systems: by a capability, or as root of a user
// namespace of its own.
bool MayMount(const Spec& spec);

}  // namespace jail

#endif  // JAIL_PLAN_PARTS_H_
