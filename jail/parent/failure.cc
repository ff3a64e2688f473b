// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/failure.h"

#include <sys/syscall.h>
#include <sys/wait.h>

#include "absl/strings/str_cat.h"
#include "jail/plan/describe.h"

namespace jail {
namespace {

// What it means that the check of a step failed, though the call did not.
std::string FailedCheck(const Step& step) {
  switch (step.nr) {
    case SYS_getcwd:
      return "the working directory is outside of the jail";
    case SYS_recvfrom:
      return "the launcher is gone";
    case SYS_getgroups:
      return "supplementary groups are left";
    case SYS_capget:
      return "capabilities are not as they were set";
    default:
      return "the kernel did not do what was asked for";
  }
}

// The lane of the target ends with its exec, the reaper's begins behind it.
bool StepsAreDone(const Progress& progress, int last) {
  return last < 0 ||
         progress.state[last] != static_cast<uint8_t>(Progress::kNotReached);
}

}  // namespace

SetupFailure StepFailure(const Plan& plan, int step, int error) {
  SetupFailure failure;
  failure.stage =
      step >= plan.exec_step && step <= plan.exec_last ? "exec" : "child";
  failure.step = step;
  const size_t index = static_cast<size_t>(step);
  failure.operation = SyscallName(plan.child[index].nr);
  if (index < plan.notes.size()) {
    failure.object = plan.notes[index].object;
    failure.origin = plan.notes[index].origin;
  }
  failure.error = error;
  if (error == kCheckFailed) failure.detail = FailedCheck(plan.child[index]);
  return failure;
}

bool HasExecuted(const Plan& plan, const Progress& progress) {
  if (progress.error != 0) return false;
  // An exec that succeeds leaves no state: what is before it is done.
  if (!StepsAreDone(progress, plan.exec_step - 1)) return false;
  if (plan.reaper_step < 0) return true;
  const int last = static_cast<int>(plan.child.size()) - 1;
  return last == plan.reaper_step || StepsAreDone(progress, last - 1);
}

SetupFailure ChildFailure(const Plan& plan, const Progress& progress,
                          int wait_status) {
  if (progress.error != 0) {
    return StepFailure(plan, static_cast<int>(progress.failed), progress.error);
  }
  SetupFailure failure = StepFailure(plan, static_cast<int>(progress.step), 0);
  failure.detail =
      WIFSIGNALED(wait_status)
          ? absl::StrCat("killed by signal ", WTERMSIG(wait_status),
                         " while the jail was being made")
          : absl::StrCat("ended with status ", WEXITSTATUS(wait_status),
                         " while the jail was being made");
  return failure;
}

}  // namespace jail
