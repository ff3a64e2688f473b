// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/child.h"

#include <signal.h>

#include "jail/parent/process_tree.h"

namespace jail {

Child::~Child() {
  if (reaped || !pidfd.valid()) return;
  Kill();
  Wait();
}

void Child::Kill() {
  if (reaped) return;
  if (cgroup == nullptr || !cgroup->KillAtOnce()) {
    if (!has_pid_namespace) KillTree(pid, has_session);
    if (cgroup != nullptr) cgroup->Kill();
  }
  // Process 1 of a pid namespace takes all of it along.
  SendSignal(pidfd.get(), SIGKILL);
}

Ended Child::Wait() {
  const Ended ended = Reap(pidfd.get());
  reaped = true;
  return ended;
}

void ChildDeleter::operator()(Child* child) const { delete child; }

pid_t ChildPid(const Child& child) { return child.pid; }

}  // namespace jail
