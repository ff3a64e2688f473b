// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What a command's runs have called.
#ifndef TOOLS_JAILCTL_POLICY_RECORDING_H_
#define TOOLS_JAILCTL_POLICY_RECORDING_H_

#include <linux/seccomp.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "jail/seccomp/arch.h"
#include "tools/jailctl/policy/command_watch.h"

namespace jail::jailctl {

// More values of an argument are not written down: they are no small choice.
constexpr size_t kMaxLearnedValues = 48;

struct RecordedCall {
  uint64_t count = 0;
  std::set<uint64_t> values;  // of the argument that LearnedArgument() names
};

struct Recording {
  std::map<uint32_t, RecordedCall> calls;  // by number, of the native ABI
  // "x86 102": calls of other ABIs, which a policy for this one kills.
  std::set<std::string> foreign;
  uint64_t count = 0;
  uint64_t processes = 0;  // that the command started
  uint64_t threads = 0;
  int runs = 0;
  // The jail filters calls of another architecture, too: seccomp_arch.
  bool has_other_arch = false;

  void Add(const seccomp_data& call);

 private:
  // The starts of the command itself are no calls of its own.
  bool has_started_ = false;

 public:
  void BeginRun() {
    ++runs;
    has_started_ = false;
  }
};

// The argument of a call whose values matter, from 0; -1: none does.
int LearnedArgument(const std::string& call);

// Answers a listener until nothing of the command is left.  Every call goes on,
// but clone3 fails with ENOSYS: its flags are in memory, where no policy can
// look, and libraries then use clone.
absl::Status Record(int listener, CommandWatch& watch, Recording& recording);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_RECORDING_H_
