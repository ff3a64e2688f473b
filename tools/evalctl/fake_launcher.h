// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: a launcher that plans nothing and starts nothing.
#ifndef TOOLS_EVALCTL_FAKE_LAUNCHER_H_
#define TOOLS_EVALCTL_FAKE_LAUNCHER_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "jail/launcher.h"

namespace jail::eval {

// Counts how often it is asked for a plan.
class FakeLauncher : public Launcher {
 public:
  explicit FakeLauncher(int& made) : made_(made) {}
  std::unique_ptr<Launcher> With(
      const Overrides& overrides,
      std::vector<std::string>& errors) const override {
    if (overrides.cwd == "wrong") {
      errors.emplace_back("cwd: wrong");
      return nullptr;
    }
    made_++;
    return std::make_unique<FakeLauncher>(made_);
  }
  uid_t outside_uid() const override { return 0; }
  gid_t outside_gid() const override { return 0; }
  const std::string& cwd() const override { return none_; }
  const std::vector<std::string>& environment() const override {
    return nothing_;
  }
  const std::vector<std::string>& warnings() const override { return nothing_; }
  std::vector<LimitNotInForce> limits_not_in_force() const override {
    return {};
  }
  std::string Explain() const override { return ""; }
  std::unique_ptr<RunningJail> Launch(const Streams&, Result&) const override {
    return nullptr;
  }
  std::unique_ptr<CreatedJail> Create(const Streams&, Result&) const override {
    return nullptr;
  }

 private:
  int& made_;
  const std::string none_;
  const std::vector<std::string> nothing_;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_FAKE_LAUNCHER_H_
