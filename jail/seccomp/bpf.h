// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Classic BPF as seccomp(2) takes it: run, checked and printed in user space.
#ifndef JAIL_SECCOMP_BPF_H_
#define JAIL_SECCOMP_BPF_H_

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jail/seccomp/arch.h"

namespace jail::seccomp {

using Program = std::vector<sock_filter>;

// BPF_MAXINSNS: the kernel takes no more.
constexpr size_t kMaxInstructions = 4096;

// The numbers that a return may carry: SECCOMP_RET_DATA, and for ERRNO the
// kernel's MAX_ERRNO, to which it cuts greater ones.
constexpr uint32_t kMaxReturnData = 0xffff;
constexpr uint32_t kMaxErrno = 4095;

inline void Append(const Program& from, Program& to) {
  to.insert(to.end(), from.begin(), from.end());
}

struct Outcome {
  uint32_t value = 0;    // SECCOMP_RET_*
  int instructions = 0;  // that ran, the return included
  // A bit for each half of an argument that was looked at, low halves first.
  uint16_t halves = 0;
};

// Nothing for a program that the kernel refuses: see IsValid().
std::optional<Outcome> Run(const Program& program, const seccomp_data& data);

// What seccomp(2) checks: known instructions, jumps inside, aligned loads
// inside of seccomp_data, a return at the end.
bool IsValid(const Program& program);

// The SECCOMP_RET_* value, where looking at number and architecture is enough
// to know it.  Follows seccomp_is_const_allow() of Linux 5.11 and later.
std::optional<uint32_t> AnswerByNumber(const Program& program, Arch arch,
                                       uint32_t number);

// Whether the kernel lets the call through by its bitmap, without running the
// filter.
bool AllowedByBitmap(const Program& program, Arch arch, uint32_t number);

// "ALLOW", "ERRNO(EPERM)": a SECCOMP_RET_* value.
std::string ReturnName(uint32_t value);

// An instruction as text, and the syscall or architecture that its number
// means, where it has one.
struct Instruction {
  std::string text;
  std::string note;
};

// Empty for a program that the kernel refuses.
std::vector<Instruction> Instructions(const Program& program);

// One instruction a line: number, text, and its note behind ";".
std::string Disassemble(const Program& program);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_BPF_H_
