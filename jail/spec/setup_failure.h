// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SPEC_SETUP_FAILURE_H_
#define JAIL_SPEC_SETUP_FAILURE_H_

#include <string>

#include "jail/spec/origin.h"

namespace jail {

// Why the target never ran: our fault or the configuration's, never the
// program's.
struct SetupFailure {
  std::string stage;      // "plan" "clone" "parent" "child" "exec"
  int step = -1;          // as `--explain` numbers it; -1: none
  std::string operation;  // "move_mount"
  std::string object;     // "/dev/shm"
  int error = 0;          // errno, kCheckFailed, or 0
  std::string detail;     // instead of an errno: "is not a directory"
  Origin origin;
  std::string hint;  // one fix, or empty

  // "mount[3] (snek.cfg:41): move_mount /dev/shm: EPERM (Operation not
  // permitted): hint: ...".  Whoever prints it puts "jail: " before it.
  std::string ToString() const;
};

}  // namespace jail

#endif  // JAIL_SPEC_SETUP_FAILURE_H_
