// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Filters that tell the supervisor of calls, seccomp_unotify(2), made from the
// filter of a policy.
#ifndef JAIL_SECCOMP_NOTIFY_H_
#define JAIL_SECCOMP_NOTIFY_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "jail/seccomp/bpf.h"

namespace jail::seccomp {

// Between its filter and its exec the child makes two calls that the policy
// need not allow: sendmmsg, which hands the listener out, and seccomp, which
// installs the second filter.  They are known by their fifth and sixth
// arguments, which the kernel ignores.  No secret: the second filter kills
// whoever makes them again.
constexpr uint64_t kDoorKey[2] = {0x6c697374656e6572, 0x6c65617665732e2e};

struct NotifyOptions {
  // Tell of calls that the policy kills for or answers with an errno; not of
  // clone3 with ENOSYS.
  bool violations = false;
  // Tell of these calls, by their numbers, where the policy allows them.
  struct Recorded {
    Arch arch = NativeArch();
    std::vector<uint32_t> numbers;   // at most kMaxRecorded
    std::optional<uint32_t> sendto;  // only where its fifth argument is no null
  };
  std::vector<Recorded> recorded;
};
constexpr size_t kMaxRecorded = 128;

struct NotifyFilters {
  Program listener;  // has the listener; installed first
  Program seal;      // installed second: closes the door
};

// Both together decide as `policy` (empty: all is allowed), but that calls to
// be told of are USER_NOTIF.  Nothing where one would be longer than
// kMaxInstructions.
std::optional<NotifyFilters> MakeNotifyFilters(const Program& policy,
                                               const NotifyOptions& options);

// What the policy's filter says of a call that the supervisor is told of.
struct Judgement {
  bool kills = false;
  std::optional<uint32_t> error;  // an errno, at most 4095, instead of the call
  uint16_t halves = 0;            // of arguments that it has looked at: Outcome
};
Judgement Judge(const Program& policy, const seccomp_data& call);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_NOTIFY_H_
