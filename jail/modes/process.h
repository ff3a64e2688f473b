// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What the program `jail` does to its own process.  The library does none of
// it.
#ifndef JAIL_MODES_PROCESS_H_
#define JAIL_MODES_PROCESS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "jail/sys/fd.h"

namespace jail {

// The first act of main(): /dev/null in place of a closed stdin, stdout or
// stderr, so that nothing of ours lands there; and neither may be a directory
// or a block device, which would be a way out of the jail.  SIGCHLD gets its
// default back, SIGPIPE becomes an EPIPE; the target gets both at default.
absl::Status PrepareProcess();

// Did `fd` come with the program?  What it opens itself is O_CLOEXEC, and that
// flag does not survive an execve(2).
bool IsInherited(int fd);

// Blocks SIGINT, SIGTERM, SIGHUP and SIGQUIT and makes a signalfd(2) of them.
absl::StatusOr<Fd> TakeFatalSignals();

// Blocks SIGUSR1, by which somebody asks what runs, and makes a signalfd(2).
absl::StatusOr<Fd> TakeStatusSignal();

// Writes all of `text` to stdout.
absl::Status WriteStdout(const std::string& text);

// Goes to the background: a process of its own session, stdio at /dev/null,
// whose parent has exited with 0.  Before any thread is made.  daemon(7)
absl::Status BecomeDaemon();

}  // namespace jail

#endif  // JAIL_MODES_PROCESS_H_
