// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/bpf.h"

#include <array>
#include <cstddef>
#include <cstring>

namespace jail::seccomp {
namespace {

constexpr uint32_t kNumberOffset = offsetof(seccomp_data, nr);
constexpr uint32_t kArchOffset = offsetof(seccomp_data, arch);
constexpr uint32_t kFirstArgument = offsetof(seccomp_data, args);

bool IsKnown(uint16_t code) {
  switch (code) {
    case BPF_LD | BPF_W | BPF_ABS:
    case BPF_LD | BPF_IMM:
    case BPF_LD | BPF_MEM:
    case BPF_LDX | BPF_IMM:
    case BPF_LDX | BPF_MEM:
    case BPF_ST:
    case BPF_STX:
    case BPF_ALU | BPF_AND | BPF_K:
    case BPF_ALU | BPF_AND | BPF_X:
    case BPF_ALU | BPF_OR | BPF_K:
    case BPF_ALU | BPF_OR | BPF_X:
    case BPF_MISC | BPF_TAX:
    case BPF_MISC | BPF_TXA:
    case BPF_RET | BPF_K:
    case BPF_RET | BPF_A:
    case BPF_JMP | BPF_JA:
    case BPF_JMP | BPF_JEQ | BPF_K:
    case BPF_JMP | BPF_JEQ | BPF_X:
    case BPF_JMP | BPF_JGE | BPF_K:
    case BPF_JMP | BPF_JGE | BPF_X:
    case BPF_JMP | BPF_JGT | BPF_K:
    case BPF_JMP | BPF_JGT | BPF_X:
    case BPF_JMP | BPF_JSET | BPF_K:
    case BPF_JMP | BPF_JSET | BPF_X:
      return true;
    default:
      return false;
  }
}

bool Holds(uint16_t code, uint32_t a, uint32_t b) {
  switch (BPF_OP(code)) {
    case BPF_JEQ:
      return a == b;
    case BPF_JGE:
      return a >= b;
    case BPF_JGT:
      return a > b;
    default:
      return (a & b) != 0;  // BPF_JSET
  }
}

}  // namespace

bool IsValid(const Program& program) {
  if (program.empty() || program.size() > kMaxInstructions) return false;
  for (size_t i = 0; i < program.size(); ++i) {
    const sock_filter& it = program[i];
    if (!IsKnown(it.code)) return false;
    const size_t left = program.size() - i - 1;
    switch (BPF_CLASS(it.code)) {
      case BPF_LD:
        if (BPF_MODE(it.code) == BPF_ABS &&
            (it.k % 4 != 0 || it.k >= sizeof(seccomp_data))) {
          return false;
        }
        if (BPF_MODE(it.code) == BPF_MEM && it.k >= BPF_MEMWORDS) return false;
        break;
      case BPF_LDX:
        if (BPF_MODE(it.code) == BPF_MEM && it.k >= BPF_MEMWORDS) return false;
        break;
      case BPF_ST:
      case BPF_STX:
        if (it.k >= BPF_MEMWORDS) return false;
        break;
      case BPF_JMP:
        if (BPF_OP(it.code) == BPF_JA ? it.k >= left
                                      : it.jt >= left || it.jf >= left) {
          return false;
        }
        break;
      default:
        break;
    }
  }
  return BPF_CLASS(program.back().code) == BPF_RET;
}

std::optional<Outcome> Run(const Program& program, const seccomp_data& data) {
  if (!IsValid(program)) return std::nullopt;
  uint32_t a = 0, x = 0;
  std::array<uint32_t, BPF_MEMWORDS> memory{};
  Outcome outcome;
  for (size_t at = 0; at < program.size(); ++at) {
    const sock_filter& it = program[at];
    ++outcome.instructions;
    const uint32_t operand = BPF_SRC(it.code) == BPF_X ? x : it.k;
    switch (BPF_CLASS(it.code)) {
      case BPF_LD:
        if (BPF_MODE(it.code) == BPF_ABS) {
          memcpy(&a, reinterpret_cast<const char*>(&data) + it.k, sizeof(a));
          if (it.k >= kFirstArgument) {
            outcome.halves |= static_cast<uint16_t>(
                1U << (it.k - kFirstArgument) / sizeof(uint32_t));
          }
        } else {
          a = BPF_MODE(it.code) == BPF_MEM ? memory[it.k] : it.k;
        }
        break;
      case BPF_LDX:
        x = BPF_MODE(it.code) == BPF_MEM ? memory[it.k] : it.k;
        break;
      case BPF_ST:
        memory[it.k] = a;
        break;
      case BPF_STX:
        memory[it.k] = x;
        break;
      case BPF_ALU:
        a = BPF_OP(it.code) == BPF_AND ? (a & operand) : (a | operand);
        break;
      case BPF_MISC:
        (BPF_MISCOP(it.code) == BPF_TAX ? x : a) =
            BPF_MISCOP(it.code) == BPF_TAX ? a : x;
        break;
      case BPF_JMP:
        if (BPF_OP(it.code) == BPF_JA) {
          at += it.k;
        } else {
          at += Holds(it.code, a, operand) ? it.jt : it.jf;
        }
        break;
      default:  // BPF_RET
        outcome.value = BPF_RVAL(it.code) == BPF_A ? a : it.k;
        return outcome;
    }
  }
  return std::nullopt;
}

std::optional<uint32_t> AnswerByNumber(const Program& program, Arch arch,
                                       uint32_t number) {
  if (!IsValid(program)) return std::nullopt;
  uint32_t a = 0;
  for (size_t at = 0; at < program.size(); ++at) {
    const sock_filter& it = program[at];
    switch (it.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        if (it.k == kNumberOffset) {
          a = number;
        } else if (it.k == kArchOffset) {
          a = AuditArch(arch);
        } else {
          return std::nullopt;
        }
        break;
      case BPF_RET | BPF_K:
        return it.k;
      case BPF_JMP | BPF_JA:
        at += it.k;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
      case BPF_JMP | BPF_JGE | BPF_K:
      case BPF_JMP | BPF_JGT | BPF_K:
      case BPF_JMP | BPF_JSET | BPF_K:
        at += Holds(it.code, a, it.k) ? it.jt : it.jf;
        break;
      case BPF_ALU | BPF_AND | BPF_K:
        a &= it.k;
        break;
      default:
        return std::nullopt;
    }
  }
  return std::nullopt;
}

bool AllowedByBitmap(const Program& program, Arch arch, uint32_t number) {
  return AnswerByNumber(program, arch, number) == SECCOMP_RET_ALLOW;
}

}  // namespace jail::seccomp
