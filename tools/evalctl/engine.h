// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The middle of evalctl: a request goes in, jails run, a response comes out.
// `run`, `batch`, `serve` and the dialects are its front ends.
#ifndef TOOLS_EVALCTL_ENGINE_H_
#define TOOLS_EVALCTL_ENGINE_H_

#include "proto/eval.pb.h"
#include "proto/evalctl.pb.h"

namespace jail::eval {

class Engine {
 public:
  virtual ~Engine() = default;

  virtual const Config& config() const = 0;

  // Serves one request to its end, in the calling thread: its commands one
  // after the other in one workspace, then the collection.  Every fault comes
  // back as Response.error.  When `cancel_fd` becomes readable or is hung up,
  // what runs is killed and the error is CANCELLED.
  //
  // Thread-safe.  The thread must outlive the call (PR_SET_PDEATHSIG).
  virtual Response Run(const Request& request, int cancel_fd = -1) = 0;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_ENGINE_H_
