// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_INHERITED_H_
#define JAIL_PARENT_INHERITED_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "jail/parent/launch.h"
#include "jail/parent/output.h"
#include "jail/plan/plan.h"
#include "jail/spec/setup_failure.h"
#include "jail/spec/spec.h"
#include "jail/sys/fd.h"

namespace jail {

// The descriptors that the child is born with, in their slots.  All are above
// those that the target gets, and O_CLOEXEC, so that no dup3 of a step hits one
// by accident.
struct Inherited {
  Fd stdio[3];
  Fd sync_child, sync_parent;
  Fd target;
  std::vector<Fd> provided;  // copies of the caller's, where need be
  Fd reaper, report_write, report_read;
  std::unique_ptr<OutputCapture> output;  // stdout_limit, or null
  std::vector<int32_t> slots;

  // False: `failure` says why.
  bool Open(const Spec& spec, const Plan& plan, const LaunchIo& io,
            SetupFailure& failure);
  // A descriptor that somebody else keeps open until the child is there, for
  // `slot`.  False: errno says why.
  bool Take(int fd, Slot slot);
  // After clone3: what only the child needs.
  void CloseChildSide();

 private:
  bool TakeProvided(const Plan& plan, const LaunchIo& io,
                    SetupFailure& failure);

  int first_own_fd_ = 0;  // the lowest number of those here
};

}  // namespace jail

#endif  // JAIL_PARENT_INHERITED_H_
