// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The middle of evalctl: a request goes in, jails run, a response comes out.
// `run`, `batch`, `serve` and the dialects are its front ends.
#ifndef TOOLS_EVALCTL_ENGINE_H_
#define TOOLS_EVALCTL_ENGINE_H_

#include <memory>
#include <string>
#include <vector>

#include "jail/launcher.h"
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

  // What of the profile's `needs` is not there; empty: it is ready.
  virtual std::vector<std::string> Missing(
      const std::string& profile) const = 0;

  // Limits of the profile's jail that this machine can't hold, and that it may
  // run without: each with its reason.
  virtual std::vector<LimitNotInForce> NotInForce(
      const std::string& profile) const = 0;
};

// When the jails of the profiles are planned, and their faults found: a
// millisecond each.
enum class PlanProfiles { kNow, kAtFirstUse };

// Reads the configuration at `path` and plans the jails of its profiles.  Null:
// each fault has a line in `errors`.  A fault that is found at the first use is
// that request's Error.SETUP_FAILURE.
//
// To be called while the process has one thread: without privilege the process
// enters a user namespace of its own here (its ids stay).
std::unique_ptr<Engine> MakeEngine(const std::string& path,
                                   std::vector<std::string>& errors,
                                   PlanProfiles when = PlanProfiles::kNow);

// What the profiles must do without, for people: a line for each reason.
std::vector<std::string> DescribeNotInForce(const Engine& engine);

// The configuration of those who name none: share/jail/evalctl.cfg beside the
// program's own folder, or examples/evalctl.cfg of the checkout that it was
// built in.
std::string DefaultConfigPath();

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_ENGINE_H_
