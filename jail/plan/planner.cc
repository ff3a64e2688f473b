// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/planner.h"

#include "jail/plan/builder.h"
#include "jail/plan/parts.h"
#include "jail/plan/plan_mounts.h"

namespace jail {

absl::Status MakePlan(const Spec& spec, const HostFacts& facts, Plan& plan,
                      SetupFailure& failure) {
  if (!IsFeasible(spec, facts, failure)) {
    return absl::FailedPreconditionError(failure.ToString());
  }
  plan = Plan{};
  absl::Status status =
      PlanCgroup(spec.cgroup, facts.cgroup, plan.cgroup, failure);
  if (!status.ok()) return status;
  if (plan.cgroup) {
    plan.cgroup->apart = MayMount(spec);
    for (const CgroupLoss& loss : plan.cgroup->losses) {
      plan.warnings.push_back(loss.ToString());
    }
  }
  PlanBuilder b(plan);
  const Ids ids = DecideIds(spec, facts);
  plan.outside_uid = ids.new_namespace ? ids.uid_map.front().outside : ids.uid;
  plan.outside_gid = ids.new_namespace ? ids.gid_map.front().outside : ids.gid;
  MountPlanner mounts(spec, facts, b);

  // The parent's side.
  PlanIdMaps(facts, ids, b);
  PlanInterfaces(spec, b);
  RaiseHardLimits(spec, facts, b);
  RaisePriority(spec, facts, b);

  // The child's side.  Cut loose from the caller:
  EnterNamespaces(spec, b);
  LeaveParentsEnd(b);
  PlaceWhatIsKept(spec, b);
  DieWithParent(spec, b);
  AdjustOomScore(spec, facts, b);
  ForbidTracingEarly(ids, b);
  LeaveSession(spec, facts, b);
  ConnectStdio(spec, b);
  JoinNewKeyring(b);
  JoinCgroups(b);

  // While the parent works, and with the caller's ids:
  RaiseOpenFiles(spec, facts, b);
  mounts.StopPropagation();
  mounts.OpenSources();
  ForbidNestedUserns(spec, b);

  WaitForParent(spec, b);
  HideOtherCgroups(spec, b);
  ForbidTracing(ids, b);
  BecomeTarget(spec, facts, ids, b);

  // The file system:
  mounts.MakeStage();
  mounts.MakeRoot();
  mounts.MakeMounts();
  mounts.MakeReadOnly();
  mounts.EnterRoot();

  // What the target finds:
  SetHostname(spec, b);
  ConfigureInterfaces(spec, b);
  EnterWorkingDirectory(spec, b);
  SetUmask(spec, b);
  SetScheduling(spec, facts, b);
  SetPersonality(spec, b);
  LimitResources(spec, facts, b);
  ResetSignals(facts, b);

  // Privilege goes last:
  DropCapabilities(spec, facts, b);
  SetNoNewPrivs(spec, b);
  DieWithParentForSure(b);
  CloseOtherDescriptors(spec, b);
  CloseWhatIsNotKept(spec, b);

  ForkFromReaper(spec, b);
  WaitForStart(spec, b);
  SetPriority(spec, b);
  InstallSeccomp(spec, facts, b);
  ExecuteTarget(spec, b);
  BecomeReaper(spec, b);

  if (b.HasTooManySlots()) {
    plan = Plan{};
    failure = SetupFailure{};
    failure.stage = "plan";
    failure.operation = "open_tree";
    failure.detail = "the mounts take more than 32767 descriptors";
    failure.hint = "mount fewer things";
    return absl::FailedPreconditionError(failure.ToString());
  }
  b.Seal();
  return absl::OkStatus();
}

}  // namespace jail
