// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/parent_ops.h"

#include <errno.h>
#include <sys/resource.h>

#include "jail/parent/id_maps.h"
#include "jail/parent/network.h"

namespace jail {
namespace {

bool Fail(const ParentOp& op, const char* operation, SetupFailure& failure) {
  failure.error = errno;
  failure.stage = "parent";
  failure.operation = operation;
  failure.object = op.object;
  failure.origin = op.origin;
  return false;
}

bool RaiseHardLimit(const ParentOp& op, pid_t pid, SetupFailure& failure) {
  const auto resource = static_cast<__rlimit_resource>(op.resource);
  struct rlimit limit {};
  if (prlimit(pid, resource, nullptr, &limit) == 0) {
    limit.rlim_max = op.value;
    if (prlimit(pid, resource, &limit, nullptr) == 0) return true;
  }
  return Fail(op, "prlimit64", failure);
}

bool RaisePriority(const ParentOp& op, pid_t pid, SetupFailure& failure) {
  const auto nice = static_cast<int>(static_cast<int64_t>(op.value));
  return setpriority(PRIO_PROCESS, static_cast<id_t>(pid), nice) == 0 ||
         Fail(op, "setpriority", failure);
}

}  // namespace

bool DoParentOp(const ParentOp& op, const Spec& spec, pid_t pid,
                SetupFailure& failure) {
  switch (op.kind) {
    case ParentOp::Kind::kDenySetgroups:
    case ParentOp::Kind::kWriteUidMap:
    case ParentOp::Kind::kWriteGidMap:
    case ParentOp::Kind::kWriteOomScoreAdj:
      return WriteProcFile(op, pid, failure);
    case ParentOp::Kind::kRunIdMapHelper:
      return RunIdMapHelper(op, pid, failure);
    case ParentOp::Kind::kRaiseHardLimit:
      return RaiseHardLimit(op, pid, failure);
    case ParentOp::Kind::kRaisePriority:
      return RaisePriority(op, pid, failure);
    case ParentOp::Kind::kMoveInterface:
      return MoveInterface(op, pid, failure);
    case ParentOp::Kind::kAddMacvlan:
      if (!spec.network.macvlan) break;
      return AddMacvlan(op, *spec.network.macvlan, pid, failure);
  }
  failure.stage = "parent";
  failure.operation = "parent operation";
  failure.object = op.object;
  failure.detail =
      "a fault of jail itself: the plan has an operation that it has nothing "
      "for";
  failure.origin = op.origin;
  return false;
}

}  // namespace jail
