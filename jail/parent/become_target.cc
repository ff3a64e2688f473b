// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/become_target.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "jail/child/run_steps.h"
#include "jail/parent/failure.h"
#include "jail/parent/hints.h"
#include "jail/parent/inherited.h"
#include "jail/parent/parent_ops.h"
#include "jail/parent/progress_page.h"

namespace jail {
namespace {

// The helper's failure, in memory that both processes see.
struct HelperFailure {
  bool failed;
  int op;  // index in Plan::parent
  int error;
  char operation[64];
  char object[512];
  char detail[2048];
};

template <size_t N>
void Copy(const std::string& from, char (&to)[N]) {
  to[from.copy(to, N - 1)] = '\0';
}

// Memory for one HelperFailure, or null.
HelperFailure* MapHelperFailure() {
  void* p = mmap(nullptr, sizeof(HelperFailure), PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return p == MAP_FAILED ? nullptr : static_cast<HelperFailure*>(p);
}

// The helper stays outside of the new namespaces.  Its word is one byte; if it
// says nothing, its end of the socket is closed, and the wait fails.
[[noreturn]] void RunHelper(const Spec& spec, const Plan& plan, pid_t launcher,
                            Inherited& inherited, HelperFailure* result) {
  inherited.CloseChildSide();  // so that the launcher's death shows
  char byte = 0;
  const int sync = inherited.sync_parent.get();
  if (recv(sync, &byte, 1, 0) != 1) _exit(0);
  for (size_t i = 0; i < plan.parent.size(); ++i) {
    SetupFailure failure;
    if (DoParentOp(plan.parent[i], spec, launcher, failure)) continue;
    result->op = static_cast<int>(i);
    result->error = failure.error;
    Copy(failure.operation, result->operation);
    Copy(failure.object, result->object);
    Copy(failure.detail, result->detail);
    result->failed = true;
    _exit(1);
  }
  send(sync, &byte, 1, MSG_NOSIGNAL);
  _exit(0);
}

// Forked twice: the target must not find a child that it did not make.
bool StartHelper(const Spec& spec, const Plan& plan, Inherited& inherited,
                 HelperFailure* result) {
  const pid_t launcher = getpid();
  const pid_t between = fork();
  if (between < 0) return false;
  if (between == 0) {
    const pid_t helper = fork();
    if (helper == 0) RunHelper(spec, plan, launcher, inherited, result);
    _exit(helper < 0 ? 1 : 0);
  }
  int status = 0;
  while (waitpid(between, &status, 0) < 0) {
    if (errno == EINTR) continue;
    return errno == ECHILD;  // SIGCHLD is ignored
  }
  errno = EAGAIN;
  return status == 0;
}

SetupFailure Failure(std::string operation, int error) {
  SetupFailure failure;
  failure.stage = "parent";
  failure.operation = std::move(operation);
  failure.error = error;
  return failure;
}

SetupFailure WordHelperFailure(const Plan& plan, const HelperFailure& result) {
  SetupFailure failure = Failure(result.operation, result.error);
  failure.object = result.object;
  failure.detail = result.detail;
  failure.origin = plan.parent[static_cast<size_t>(result.op)].origin;
  return failure;
}

}  // namespace

SetupFailure BecomeTarget(const Spec& spec, const Plan& plan,
                          const LaunchIo& io) {
  SetupFailure failure;
  Inherited inherited;
  ProgressPage page(plan);
  HelperFailure* result = MapHelperFailure();
  if (!page.valid() || result == nullptr) return Failure("mmap", ENOMEM);
  if (!inherited.Open(spec, plan, io, failure)) return failure;
  if (!plan.parent.empty()) {
    if (!StartHelper(spec, plan, inherited, result)) {
      return Failure("fork", errno);
    }
  }
  const ChildPlan child_plan = {
      plan.child.data(), static_cast<uint32_t>(plan.child.size()),
      const_cast<char*>(plan.arena.data()), inherited.slots.data(), page.get()};
  const uint32_t failed = RunSteps(child_plan, 0, RawSyscall);
  // Whoever is told of the failure is told on the stdio that there was.
  for (int fd = 0; fd < 3; ++fd) {
    if (inherited.stdio[fd].valid()) dup2(inherited.stdio[fd].get(), fd);
  }
  failure = result->failed
                ? WordHelperFailure(plan, *result)
                : StepFailure(plan, static_cast<int>(failed), page->error);
  munmap(result, sizeof *result);
  AddHint(spec, plan, failure);
  // A step has closed this end already, by its number.
  if (!plan.parent.empty()) inherited.sync_parent.Release();
  return failure;
}

}  // namespace jail
