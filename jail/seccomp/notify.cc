// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/notify.h"

#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

namespace jail::seccomp {
namespace {

sock_filter Load(size_t offset) {
  return {BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<uint32_t>(offset)};
}

// Skips `yes` or `no` instructions.
sock_filter JumpIf(uint32_t value, uint8_t yes, uint8_t no) {
  return {BPF_JMP | BPF_JEQ | BPF_K, yes, no, value};
}

sock_filter Return(uint32_t value) { return {BPF_RET | BPF_K, 0, 0, value}; }

bool IsKill(uint32_t value) {
  const uint32_t action = value & SECCOMP_RET_ACTION_FULL;
  return action == SECCOMP_RET_KILL_PROCESS ||
         action == SECCOMP_RET_KILL_THREAD;
}

bool IsErrno(uint32_t value) {
  return (value & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO;
}

// `value` for the two calls with the key; what comes behind it for all others.
Program Door(uint32_t value) {
  Program code = {Load(offsetof(seccomp_data, nr)), JumpIf(SYS_sendmmsg, 1, 0),
                  JumpIf(SYS_seccomp, 0, 11),
                  Load(offsetof(seccomp_data, arch)),
                  JumpIf(AuditArch(NativeArch()), 0, 9)};
  uint8_t left = 7;  // instructions to the end, from behind the next jump
  for (size_t word = 0; word < 4; ++word, left -= 2) {
    code.push_back(Load(offsetof(seccomp_data, args[4]) + 4 * word));
    code.push_back(JumpIf(
        static_cast<uint32_t>(kDoorKey[word / 2] >> (word % 2 * 32)), 0, left));
  }
  code.push_back(Return(value));
  return code;
}

// USER_NOTIF for the numbers of one architecture.
Program Tell(const NotifyOptions::Recorded& recorded) {
  Program tail;  // what no number sends to the last instruction
  if (recorded.sendto) {
    constexpr size_t kAddress = offsetof(seccomp_data, args[4]);
    tail = {JumpIf(*recorded.sendto, 0, 4), Load(kAddress), JumpIf(0, 0, 3),
            Load(kAddress + 4), JumpIf(0, 0, 1)};
  }
  tail.push_back({BPF_JMP | BPF_JA, 0, 0, 1});
  const size_t rest = recorded.numbers.size() + tail.size();
  Program code = {
      Load(offsetof(seccomp_data, arch)),
      JumpIf(AuditArch(recorded.arch), 0, static_cast<uint8_t>(rest + 2)),
      Load(offsetof(seccomp_data, nr))};
  for (size_t i = 0; i < recorded.numbers.size(); ++i) {
    code.push_back(
        JumpIf(recorded.numbers[i], static_cast<uint8_t>(rest - i - 1), 0));
  }
  Append(tail, code);
  code.push_back(Return(SECCOMP_RET_USER_NOTIF));
  return code;
}

// The program with `value` for all that a policy denies a call by.
Program WithDenialsAs(uint32_t value, Program program) {
  for (sock_filter& it : program) {
    if (it.code == (BPF_RET | BPF_K) && (IsKill(it.k) || IsErrno(it.k))) {
      it.k = value;
    }
  }
  return program;
}

// What TRACE means without a tracer.  It is weaker than USER_NOTIF: a call that
// is recorded would go on.
Program WithTraceAsErrno(Program program) {
  for (sock_filter& it : program) {
    if (it.code == (BPF_RET | BPF_K) &&
        (it.k & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_TRACE) {
      it.k = SECCOMP_RET_ERRNO | ENOSYS;
    }
  }
  return program;
}

// libc tries clone3 for each thread and each process that it spawns, and takes
// clone when there is no such call: no news, and not worth waiting for.
Program QuietClone3(const Program& policy) {
  constexpr uint32_t kNoSuchCall = SECCOMP_RET_ERRNO | ENOSYS;
  Program code;
  for (const Arch arch : kArchs) {
    if (AnswerByNumber(policy, arch, SYS_clone3) != kNoSuchCall) continue;
    Append({Load(offsetof(seccomp_data, arch)), JumpIf(AuditArch(arch), 0, 3),
            Load(offsetof(seccomp_data, nr)), JumpIf(SYS_clone3, 0, 1),
            Return(kNoSuchCall)},
           code);
  }
  return code;
}

}  // namespace

std::optional<NotifyFilters> MakeNotifyFilters(const Program& policy,
                                               const NotifyOptions& options) {
  const Program allow = {Return(SECCOMP_RET_ALLOW)};
  const Program& all = policy.empty() ? allow : policy;
  NotifyFilters filters;
  filters.listener = Door(SECCOMP_RET_ALLOW);
  filters.seal = Door(SECCOMP_RET_KILL_PROCESS);
  for (const NotifyOptions::Recorded& recorded : options.recorded) {
    if (recorded.numbers.size() > kMaxRecorded) return std::nullopt;
    Append(Tell(recorded), filters.listener);
  }
  // Of two filters the stricter answer counts, and all that denies is stricter
  // than USER_NOTIF: what is recorded is left to the second one.
  if (options.violations) {
    Append(QuietClone3(all), filters.listener);
    Append(WithDenialsAs(SECCOMP_RET_USER_NOTIF, all), filters.listener);
  } else {
    Append(allow, filters.listener);
  }
  if (options.recorded.empty()) {
    Append(allow, filters.seal);
  } else {
    Append(WithTraceAsErrno(options.violations
                                ? WithDenialsAs(SECCOMP_RET_ALLOW, all)
                                : all),
           filters.seal);
  }
  if (filters.listener.size() > kMaxInstructions ||
      filters.seal.size() > kMaxInstructions) {
    return std::nullopt;
  }
  return filters;
}

Judgement Judge(const Program& policy, const seccomp_data& call) {
  Judgement judgement;
  const std::optional<Outcome> outcome = Run(policy, call);
  if (!outcome) return judgement;
  judgement.kills = IsKill(outcome->value);
  judgement.halves = outcome->halves;
  if (IsErrno(outcome->value)) {
    judgement.error = std::min(outcome->value & SECCOMP_RET_DATA, kMaxErrno);
  }
  return judgement;
}

}  // namespace jail::seccomp
