// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/parts.h"

namespace jail {

void PlanCgroup(const Spec& spec, PlanBuilder& b) {
  if (!spec.cgroup.Any()) return;
  ParentOp op{};
  op.kind = ParentOp::Kind::kJoinCgroup;
  op.object = "cgroup";
  b.plan().parent.push_back(std::move(op));
}

}  // namespace jail
