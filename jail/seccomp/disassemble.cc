// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <cstddef>

#include "absl/strings/str_format.h"
#include "jail/seccomp/bpf.h"
#include "jail/seccomp/syscalls.h"
#include "jail/sys/errno_name.h"

namespace jail::seccomp {
namespace {

constexpr uint32_t kArgs = offsetof(seccomp_data, args);

// What A holds where an instruction runs.
enum class Holds { kOther, kNumber, kArch };

struct Known {
  Holds holds = Holds::kOther;
  std::optional<Arch> arch;  // the tested one
};

std::string FieldName(uint32_t offset) {
  if (offset == offsetof(seccomp_data, nr)) return "nr";
  if (offset == offsetof(seccomp_data, arch)) return "arch";
  if (offset < kArgs) return offset == 8 ? "ip.low" : "ip.high";
  return absl::StrFormat("args[%d].%s", (offset - kArgs) / 8,
                         (offset - kArgs) % 8 == 0 ? "low" : "high");
}

}  // namespace

std::string ReturnName(uint32_t value) {
  const uint32_t data = value & SECCOMP_RET_DATA;
  switch (value & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_ALLOW:
      return "ALLOW";
    case SECCOMP_RET_LOG:
      return "LOG";
    case SECCOMP_RET_KILL_THREAD:
      return "KILL_THREAD";
    case SECCOMP_RET_KILL_PROCESS:
      return "KILL_PROCESS";
    case SECCOMP_RET_USER_NOTIF:
      return "USER_NOTIF";
    case SECCOMP_RET_ERRNO:
      return "ERRNO(" + (data == 0 ? "0" : ErrnoName(static_cast<int>(data))) +
             ")";
    case SECCOMP_RET_TRAP:
      return absl::StrFormat("TRAP(%d)", data);
    case SECCOMP_RET_TRACE:
      return absl::StrFormat("TRACE(%d)", data);
    default:
      return absl::StrFormat("0x%08x", value);
  }
}

namespace {

const char* JumpName(uint16_t code) {
  switch (BPF_OP(code)) {
    case BPF_JEQ:
      return "jeq";
    case BPF_JGE:
      return "jge";
    case BPF_JGT:
      return "jgt";
    default:
      return "jset";
  }
}

std::string Text(const sock_filter& it, size_t at) {
  const bool is_x = BPF_SRC(it.code) == BPF_X;
  const std::string operand = is_x ? "x" : absl::StrFormat("0x%08x", it.k);
  switch (BPF_CLASS(it.code)) {
    case BPF_LD:
      if (BPF_MODE(it.code) == BPF_ABS) return "ld   " + FieldName(it.k);
      return BPF_MODE(it.code) == BPF_MEM ? absl::StrFormat("ld   M[%d]", it.k)
                                          : "ld   " + operand;
    case BPF_LDX:
      return BPF_MODE(it.code) == BPF_MEM ? absl::StrFormat("ldx  M[%d]", it.k)
                                          : absl::StrFormat("ldx  %d", it.k);
    case BPF_ST:
      return absl::StrFormat("st   M[%d]", it.k);
    case BPF_STX:
      return absl::StrFormat("stx  M[%d]", it.k);
    case BPF_ALU:
      return (BPF_OP(it.code) == BPF_AND ? "and  " : "or   ") + operand;
    case BPF_MISC:
      return BPF_MISCOP(it.code) == BPF_TAX ? "tax" : "txa";
    case BPF_RET:
      return "ret  " +
             (BPF_RVAL(it.code) == BPF_A ? std::string("a") : ReturnName(it.k));
    default:
      break;
  }
  if (BPF_OP(it.code) == BPF_JA) {
    return absl::StrFormat("ja   %04d", at + 1 + it.k);
  }
  return absl::StrFormat("%-4s %s, %04d, %04d", JumpName(it.code), operand,
                         at + 1 + it.jt, at + 1 + it.jf);
}

}  // namespace

std::vector<Instruction> Instructions(const Program& program) {
  std::vector<Instruction> list;
  if (!IsValid(program)) return list;
  // Known where an instruction runs; jumps lead forward only.
  std::vector<Known> known(program.size());
  for (size_t at = 0; at < program.size(); ++at) {
    const sock_filter& it = program[at];
    Known now = known[at];
    list.push_back({Text(it, at), ""});
    std::string& note = list.back().note;
    if (BPF_CLASS(it.code) == BPF_RET) continue;
    if (BPF_CLASS(it.code) == BPF_JMP && BPF_OP(it.code) == BPF_JA) {
      known[at + 1 + it.k] = now;
    } else if (BPF_CLASS(it.code) == BPF_JMP) {
      known[at + 1 + it.jf] = now;
      if (BPF_SRC(it.code) == BPF_K && now.holds == Holds::kArch) {
        now.arch = ArchOfAudit(it.k);
        if (now.arch) note = ArchName(*now.arch);
      } else if (BPF_SRC(it.code) == BPF_K && now.arch &&
                 now.holds == Holds::kNumber) {
        note = it.k == kX32Bit ? "x32" : SyscallName(*now.arch, it.k);
      }
      known[at + 1 + it.jt] = now;
    } else {
      if (BPF_CLASS(it.code) == BPF_ALU) now.holds = Holds::kOther;
      if (it.code == (BPF_LD | BPF_W | BPF_ABS)) {
        now.holds = it.k == offsetof(seccomp_data, nr)     ? Holds::kNumber
                    : it.k == offsetof(seccomp_data, arch) ? Holds::kArch
                                                           : Holds::kOther;
      }
      known[at + 1] = now;
    }
  }
  return list;
}

std::string Disassemble(const Program& program) {
  std::string text;
  const std::vector<Instruction> list = Instructions(program);
  for (size_t at = 0; at < list.size(); ++at) {
    absl::StrAppendFormat(&text, "%04d: %s%s%s\n", at, list[at].text,
                          list[at].note.empty() ? "" : "  ; ", list[at].note);
  }
  return text;
}

}  // namespace jail::seccomp
