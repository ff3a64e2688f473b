// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Making processes and learning how they ended, by raw system calls: nothing
// here asks libc to fork or wait, so that no handler, no SIGCHLD disposition
// and no waitpid(-1) of the embedding program comes between us and our child.
#ifndef JAIL_PARENT_PROCESS_H_
#define JAIL_PARENT_PROCESS_H_

#include <linux/sched.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>

namespace jail {

// clone3(2) with all signals blocked: the new process begins, and stays, with
// every signal blocked; the caller's mask is as before.  Gives the pid, 0 in
// the new process, or -errno.
pid_t Clone3(clone_args& args);

// How a process ended.
struct Ended {
  int error = 0;        // errno: the status could not be had
  int wait_status = 0;  // as wait(2) gives it
  struct rusage usage {};
};

// Waits for the end of our child behind `pidfd` and reaps it.  Where the
// kernel has reaped it already, since SIGCHLD is ignored, the status is that
// of PIDFD_GET_INFO, and there is no usage.
Ended Reap(int pidfd);

// False where a child's end could not be learnt: SIGCHLD is ignored, and the
// kernel can't tell the status of a process that it has reaped (before 6.15).
bool CanLearnEnd();

// pidfd_send_signal(2): 0 or the errno.
int SendSignal(int pidfd, int signal);

}  // namespace jail

#endif  // JAIL_PARENT_PROCESS_H_
