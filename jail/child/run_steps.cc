// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/child/run_steps.h"

#include "jail/child/ticks.h"

namespace jail {
namespace {

constexpr long kMaxErrno = 4095;  // results from -4095 to -1 are errors

uint64_t Value(const ChildPlan& plan, const Arg& arg) {
  switch (arg.kind) {
    case Arg::kPointer:
      return reinterpret_cast<uint64_t>(plan.arena + arg.value);
    case Arg::kSlot:
      return static_cast<uint64_t>(int64_t{plan.slots[arg.value]});
    case Arg::kLifeline:
      return reinterpret_cast<uint64_t>(plan.lifeline);
    case Arg::kLauncher:
      return plan.launcher;
    case Arg::kGivenArgv:
      return reinterpret_cast<uint64_t>(plan.given_argv);
    case Arg::kValue:
      break;
  }
  return arg.value;
}

bool IsTolerated(const Step& step, int error) {
  for (int i = 0; i < step.tolerated_count; ++i) {
    if (step.tolerated[i] == error) return true;
  }
  return false;
}

// The errno of a finished call by its check: 0, or why the step has failed.
int Verdict(const ChildPlan& plan, const Check& check, long result, int error) {
  bool holds = true;
  switch (check.kind) {
    case Check::kErrno:
      if (error != 0 && error != static_cast<int>(check.value)) return error;
      return error == 0 ? kCheckFailed : 0;
    case Check::kEquals:
      holds = static_cast<uint64_t>(result) == check.value;
      break;
    case Check::kBytes:
      for (uint32_t i = 0; i < check.length; ++i) {
        holds &= plan.arena[check.value + i] == plan.arena[check.other + i];
      }
      break;
    case Check::kNone:
    case Check::kFork:
      break;
  }
  return error != 0 ? error : holds ? 0 : kCheckFailed;
}

}  // namespace

#if defined(__x86_64__)
long RawSyscall(long nr, const uint64_t args[6]) {
  register uint64_t r10 asm("r10") = args[3];
  register uint64_t r8 asm("r8") = args[4];
  register uint64_t r9 asm("r9") = args[5];
  long result;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(nr), "D"(args[0]), "S"(args[1]), "d"(args[2]), "r"(r10),
                 "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
long RawSyscall(long nr, const uint64_t args[6]) {
  register long x8 asm("x8") = nr;
  register uint64_t x0 asm("x0") = args[0];
  register uint64_t x1 asm("x1") = args[1];
  register uint64_t x2 asm("x2") = args[2];
  register uint64_t x3 asm("x3") = args[3];
  register uint64_t x4 asm("x4") = args[4];
  register uint64_t x5 asm("x5") = args[5];
  asm volatile("svc 0"
               : "+r"(x0)
               : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
               : "memory");
  return static_cast<long>(x0);
}
#else
#error "jail knows the system call instruction of x86_64 and aarch64 only"
#endif

uint32_t RunSteps(const ChildPlan& plan, uint32_t first, SyscallFn kernel) {
  Progress* progress = plan.progress;
  uint32_t next = first;
  while (next < plan.count) {
    const uint32_t now = next++;
    const Step& step = plan.steps[now];
    progress->step = now;
    if (now == plan.exec_step) progress->exec_ticks = Ticks();
    uint64_t args[6];
    for (int i = 0; i < 6; ++i) args[i] = Value(plan, step.args[i]);
    const long result = kernel(step.nr, args);
    const int error =
        result < 0 && result >= -kMaxErrno ? static_cast<int>(-result) : 0;
    const int why = Verdict(plan, step.check, result, error);
    if (why != 0 && IsTolerated(step, why)) {
      progress->state[now] = Progress::kTolerated;
      next += step.skip;
      continue;
    }
    if (why != 0) {
      // `step` may be overwritten by the reaper's lane; `failed` is not.
      progress->failed = now;
      progress->error = why;
      return now;
    }
    progress->state[now] = Progress::kDone;
    if (step.result != kNoSlot) {
      plan.slots[step.result] = static_cast<int32_t>(result);
    }
    if (step.check.kind == Check::kFork && result > 0) {
      next = static_cast<uint32_t>(step.check.value);
    }
  }
  return plan.count;
}

}  // namespace jail
