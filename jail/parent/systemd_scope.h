// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// A transient scope of systemd for this process: a cgroup of its own that is
// delegated to it.  org.freedesktop.systemd1(5), systemd.scope(5)
#ifndef JAIL_PARENT_SYSTEMD_SCOPE_H_
#define JAIL_PARENT_SYSTEMD_SCOPE_H_

#include <string>

#include "absl/status/status.h"

namespace jail {

// The bus of the systemd that serves this user: the system's for root, else the
// user's own.  Empty: there is none.
std::string SystemdSocket();

// Asks systemd to move this process, and nothing else, to a scope that is
// delegated to it, and waits until that is done.  Once in the life of a
// process: later calls give the first one's answer.  Thread-safe.
absl::Status EnterScope();

}  // namespace jail

#endif  // JAIL_PARENT_SYSTEMD_SCOPE_H_
