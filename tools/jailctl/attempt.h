// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Tries things in a child process, so that nothing of a try stays: what the
// kernel offers is found out by asking it, not by its version.
#ifndef TOOLS_JAILCTL_ATTEMPT_H_
#define TOOLS_JAILCTL_ATTEMPT_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace jail::jailctl {

// As whom something is tried.
struct Who {
  uid_t uid = 0;
  gid_t gid = 0;
  bool is_caller = true;  // else the child becomes it, which needs root

  bool IsRoot() const { return uid == 0; }
  // "root", "uid 65534"
  std::string Name() const;
};

// The caller, and, when that is root, an unprivileged user too.
std::vector<Who> Everyone();

// How a try went.
struct Attempt {
  int error = 0;          // errno, or 0
  std::string operation;  // the call that failed: "clone3", "uid_map"

  bool ok() const { return error == 0; }
  // "works", or "clone3: EPERM (Operation not permitted)"
  std::string ToString() const;
};

// The result of a system call as an Attempt: -1 and errno are a failure.
Attempt From(long result, const std::string& operation);

// Runs `body` as `who` in new namespaces (CLONE_NEW* flags; 0: none).  With
// CLONE_NEWUSER among them the own ids are mapped to themselves first.
// The processes that this takes are waited for.
Attempt Try(const Who& who, uint64_t namespaces,
            const std::function<Attempt()>& body = {});

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_ATTEMPT_H_
