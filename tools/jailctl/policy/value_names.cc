// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/value_names.h"

#include <cerrno>
#include <cstdlib>
#include <map>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "jail/seccomp/constants.h"
#include "jail/seccomp/policy_error.h"
#include "jail/seccomp/syscalls.h"
#include "jail/sys/printable.h"

namespace jail::jailctl {
namespace {

constexpr size_t kShown = 60;  // bytes of a name, in an error
constexpr uint64_t kMostDecimal = 999;

std::optional<uint64_t> Number(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const bool is_negative = text[0] == '-';
  const char* digits = text.c_str() + (is_negative ? 1 : 0);
  if (*digits < '0' || *digits > '9') return std::nullopt;
  int base = 0;
  if (absl::StartsWithIgnoreCase(digits, "0b")) {
    digits += 2;
    base = 2;
  }
  char* end = nullptr;
  errno = 0;
  const uint64_t number = strtoull(digits, &end, base);
  if (errno != 0 || end == digits || *end != 0) return std::nullopt;
  return is_negative ? uint64_t{0} - number : number;
}

// Which constants an argument takes, by the beginning of their names.
struct Family {
  absl::string_view call;
  int index;
  std::vector<absl::string_view> prefixes;
};

const std::vector<Family>& Families() {
  static const auto& families = *new std::vector<Family>{
      {"socket", 0, {"AF_"}},
      {"socketpair", 0, {"AF_"}},
      {"socket", 1, {"SOCK_"}},
      {"socketpair", 1, {"SOCK_"}},
      {"ioctl", 1, {"TC", "TIOC", "FIO", "SIOC"}},
      {"prctl", 0, {"PR_"}},
      {"arch_prctl", 0, {"ARCH_"}},
      {"fcntl", 1, {"F_"}},
      {"madvise", 2, {"MADV_"}},
      {"ptrace", 0, {"PTRACE_"}},
      {"setsockopt", 1, {"SOL_"}},
      {"getsockopt", 1, {"SOL_"}},
      {"kill", 1, {"SIG"}},
      {"tgkill", 2, {"SIG"}},
  };
  return families;
}

// Of names with one value: not PR_ numbers that are values of an option.
bool IsOption(absl::string_view name) {
  for (const absl::string_view part :
       {"PR_CAP_AMBIENT_", "PR_SET_MM_", "PR_FP_",     "PR_TSC_",
        "PR_UNALIGN_",     "PR_FPEMU_",  "PR_TIMING_", "PR_ENDIAN_",
        "PR_MCE_KILL_",    "PR_SPEC_",   "PR_PAC_AP",  "PR_TAGGED_",
        "PR_MTE_",         "PR_SVE_VL_", "PR_SME_VL_", "PR_SCHED_CORE_",
        "PR_MDWE_",        "SIG_",       "TIOCM_",     "TIOCPKT_",
        "FIOSETOWN_"}) {
    if (absl::StartsWith(name, part)) return false;
  }
  return name != "AF_MAX" && name != "AF_LOCAL" && name != "AF_FILE" &&
         name != "AF_ROUTE" && name != "SIGCLD" && name != "SIGPOLL" &&
         name != "SIGIOT" && name != "TIOCINQ" && name != "SIOCPROTOPRIVATE";
}

using ByValue = std::map<uint64_t, std::string>;

ByValue NamesOf(const Family& family) {
  ByValue names;
  for (const std::string& name : seccomp::ConstantNames()) {
    for (const absl::string_view prefix : family.prefixes) {
      if (absl::StartsWith(name, prefix) && IsOption(name)) {
        names.emplace(*seccomp::NamedConstant(name), name);
      }
    }
  }
  return names;
}

}  // namespace

absl::StatusOr<uint64_t> ParseValue(const std::string& text) {
  uint64_t value = 0;
  for (const absl::string_view part : absl::StrSplit(text, '|')) {
    const std::string word(part);
    if (const auto number = Number(word)) {
      value |= *number;
    } else if (const auto constant = seccomp::NamedConstant(word)) {
      value |= *constant;
    } else {
      return absl::InvalidArgumentError(absl::StrCat(
          "neither a number nor a constant: \"", Printable(word, kShown), "\"",
          seccomp::DidYouMean(word, seccomp::ConstantNames())));
    }
  }
  return value;
}

std::string ConstantOf(absl::string_view call, int index, uint64_t value) {
  static auto& known = *new std::map<const Family*, ByValue>;
  for (const Family& family : Families()) {
    if (family.call != call || family.index != index) continue;
    auto [names, is_new] = known.try_emplace(&family);
    if (is_new) names->second = NamesOf(family);
    const auto found = names->second.find(value);
    if (found != names->second.end()) return found->second;
  }
  return "";
}

std::string NameValue(absl::string_view call, int index, uint64_t value) {
  if (std::string name = ConstantOf(call, index, value); !name.empty()) {
    return name;
  }
  return value <= kMostDecimal ? absl::StrCat(value)
                               : absl::StrFormat("0x%x", value);
}

absl::StatusOr<uint32_t> ParseCall(seccomp::Arch arch,
                                   const std::string& text) {
  absl::string_view digits = text;
  if (absl::ConsumePrefix(&digits, "SYSCALL["))
    absl::ConsumeSuffix(&digits, "]");
  if (const auto number = Number(std::string(digits))) {
    if (*number <= 0xffffffff || *number >= 0xffffffff80000000) {
      return static_cast<uint32_t>(*number);
    }
    return absl::InvalidArgumentError(
        absl::StrCat("is no syscall number: ", text));
  }
  if (const auto number = seccomp::SyscallNumber(arch, text)) return *number;
  return absl::InvalidArgumentError(
      absl::StrCat("there is no syscall \"", Printable(text, kShown), "\" on ",
                   seccomp::ArchName(arch),
                   seccomp::DidYouMean(text, seccomp::SyscallNames(arch))));
}

std::string CallName(seccomp::Arch arch, uint32_t number) {
  std::string name = seccomp::SyscallName(arch, number);
  return name.empty() ? absl::StrCat("SYSCALL[", number, "]") : name;
}

}  // namespace jail::jailctl
