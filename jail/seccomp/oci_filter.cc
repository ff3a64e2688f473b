// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/oci_filter.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "jail/seccomp/syscalls.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/fd.h"

namespace jail::seccomp {
namespace {

scmp_compare Operator(ProfileArgument::Op op) {
  using Op = ProfileArgument::Op;
  switch (op) {
    case Op::kNe:
      return SCMP_CMP_NE;
    case Op::kLt:
      return SCMP_CMP_LT;
    case Op::kLe:
      return SCMP_CMP_LE;
    case Op::kEq:
      return SCMP_CMP_EQ;
    case Op::kGe:
      return SCMP_CMP_GE;
    case Op::kGt:
      return SCMP_CMP_GT;
    case Op::kMaskedEq:
      return SCMP_CMP_MASKED_EQ;
  }
  return SCMP_CMP_EQ;
}

struct OciNames {
  Arch arch;
  const char* scmp;
  const char* go;
};

constexpr OciNames kOciNames[] = {
    {Arch::kX86_64, "SCMP_ARCH_X86_64", "amd64"},
    {Arch::kX86, "SCMP_ARCH_X86", "x86"},
    {Arch::kAarch64, "SCMP_ARCH_AARCH64", "arm64"},
    {Arch::kArm, "SCMP_ARCH_ARM", "arm"},
};
static_assert(std::size(kOciNames) == std::size(kArchs));

const OciNames& NamesOf(Arch arch) {
  return *std::find_if(std::begin(kOciNames), std::end(kOciNames) - 1,
                       [arch](const OciNames& it) { return it.arch == arch; });
}

// ENOSYS for numbers behind `last`; what comes behind it for all others.
Program NewerThan(uint32_t last, Arch arch) {
  return {{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, arch)},
          {BPF_JMP | BPF_JEQ | BPF_K, 0, 4, AuditArch(arch)},
          {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
          {BPF_JMP | BPF_JGE | BPF_K, 2, 0, kX32Bit},
          {BPF_JMP | BPF_JGT | BPF_K, 0, 1, last},
          {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS}};
}

// As in runc: a profile that lets what it does not name go on, or be traced,
// lets newer calls, too.
bool AnswersNewer(uint32_t default_action) {
  const uint32_t action = default_action & SECCOMP_RET_ACTION_FULL;
  return action != SECCOMP_RET_ALLOW && action != SECCOMP_RET_LOG &&
         action != SECCOMP_RET_TRACE &&
         default_action != (SECCOMP_RET_ERRNO | ENOSYS);
}

absl::Status Failure(int result, const char* what) {
  if (result >= 0) return absl::OkStatus();
  return ErrnoStatus(-result, absl::StrCat("libseccomp: ", what));
}

}  // namespace

std::string ScmpArch(Arch arch) { return NamesOf(arch).scmp; }

std::string GoArch(Arch arch) { return NamesOf(arch).go; }

Expr ConditionOf(const ProfileArgument& argument, Arch arch) {
  using Op = ProfileArgument::Op;
  const auto number = [arch](uint64_t value) {
    Expr expr;
    expr.number = Is32Bit(arch) ? value & 0xffffffff : value;
    return expr;
  };
  Expr left;
  left.op = Expr::Op::kArgument;
  left.argument = static_cast<int>(argument.index);
  left.is_wide = !Is32Bit(arch);
  uint64_t right = argument.value;
  Expr expr;
  switch (argument.op) {
    case Op::kNe:
      expr.op = Expr::Op::kNe;
      break;
    case Op::kLt:
      expr.op = Expr::Op::kLt;
      break;
    case Op::kLe:
      expr.op = Expr::Op::kLe;
      break;
    case Op::kEq:
      expr.op = Expr::Op::kEq;
      break;
    case Op::kGe:
      expr.op = Expr::Op::kGe;
      break;
    case Op::kGt:
      expr.op = Expr::Op::kGt;
      break;
    case Op::kMaskedEq: {
      expr.op = Expr::Op::kEq;
      Expr masked;
      masked.op = Expr::Op::kBitAnd;
      masked.children = {left, number(argument.value)};
      left = masked;
      right = argument.value_two & argument.value;  // as libseccomp does
    }
  }
  expr.children = {left, number(right)};
  return expr;
}

OciFilter::OciFilter(uint32_t action, Arch arch)
    : context_(seccomp_init(action)), answers_newer_(AnswersNewer(action)) {
  if (context_ == nullptr) {
    status_ = absl::InternalError("libseccomp: takes no such default action");
    return;
  }
  // The binary tree; a chain of comparisons else.
  status_ =
      Failure(seccomp_attr_set(context_, SCMP_FLTATR_CTL_OPTIMIZE, 2), "tree");
  const uint32_t wanted = AuditArch(arch);
  if (status_.ok() && wanted != seccomp_arch_native()) {
    status_ = Failure(seccomp_arch_add(context_, wanted), "arch_add");
    if (status_.ok()) {
      status_ = Failure(seccomp_arch_remove(context_, seccomp_arch_native()),
                        "arch_remove");
    }
  }
}

OciFilter::~OciFilter() {
  if (context_ != nullptr) seccomp_release(context_);
}

absl::Status OciFilter::AddArch(const std::string& name) {
  if (!status_.ok()) return status_;
  constexpr absl::string_view kPrefix = "SCMP_ARCH_";
  const std::string known =
      absl::StartsWith(name, kPrefix)
          ? absl::AsciiStrToLower(name.substr(kPrefix.size()))
          : "";
  const uint32_t token = seccomp_arch_resolve_name(known.c_str());
  if (token == 0) return absl::NotFoundError("libseccomp does not know it");
  const int result = seccomp_arch_add(context_, token);
  for (const Arch arch : kArchs) {
    if (result == 0 || result == -EEXIST) {
      if (ScmpArch(arch) == name) last_.emplace(arch, 0);
    }
  }
  if (result == -EEXIST) return absl::OkStatus();
  if (result == -EDOM) {
    return absl::InvalidArgumentError(
        "has the other order of bytes than the machine");
  }
  return Failure(result, "arch_add");
}

void OciFilter::Names(const std::string& call) {
  for (auto& [arch, last] : last_) {
    const int number =
        seccomp_syscall_resolve_name_arch(AuditArch(arch), call.c_str());
    if (number == __NR_SCMP_ERROR) continue;
    if (number > 0) last = std::max(last, static_cast<uint32_t>(number));
    // i386's sendmsg(2) and the like have a negative number there, that of
    // socketcall(2); both ways in are opened.
    last = std::max(last, CommonNumber(arch, call).value_or(0));
  }
}

std::optional<uint32_t> OciFilter::LastNumber(Arch arch) const {
  const auto found = last_.find(arch);
  if (!answers_newer_ || found == last_.end() || found->second == 0) {
    return std::nullopt;
  }
  return found->second;
}

std::optional<int> OciFilter::Number(const std::string& call) {
  const int number = seccomp_syscall_resolve_name(call.c_str());
  if (number == __NR_SCMP_ERROR) return std::nullopt;
  return number;
}

absl::Status OciFilter::AddRule(uint32_t action, int number,
                                const std::vector<ProfileArgument>& arguments) {
  if (!status_.ok()) return status_;
  std::vector<scmp_arg_cmp> comparisons;
  for (const ProfileArgument& argument : arguments) {
    comparisons.push_back({argument.index, Operator(argument.op),
                           argument.value, argument.value_two});
  }
  return Failure(
      seccomp_rule_add_array(context_, action, number,
                             static_cast<unsigned>(comparisons.size()),
                             comparisons.data()),
      "rule_add");
}

absl::StatusOr<Program> OciFilter::Build() {
  if (!status_.ok()) return status_;
  // libseccomp 2.5 writes to a descriptor only.
  const Fd file(memfd_create("seccomp", MFD_CLOEXEC));
  if (file.get() < 0) return ErrnoStatus(errno, "memfd_create");
  if (absl::Status status =
          Failure(seccomp_export_bpf(context_, file.get()), "export_bpf");
      !status.ok()) {
    return status;
  }
  const off_t size = lseek(file.get(), 0, SEEK_END);
  if (size < 0) return ErrnoStatus(errno, "lseek");
  Program program(static_cast<size_t>(size) / sizeof(sock_filter));
  if (pread(file.get(), program.data(), static_cast<size_t>(size), 0) != size) {
    return ErrnoStatus(errno, "pread");
  }
  Program whole;
  for (const Arch arch : kArchs) {
    if (const auto last = LastNumber(arch))
      Append(NewerThan(*last, arch), whole);
  }
  Append(program, whole);
  return whole;
}

}  // namespace jail::seccomp
