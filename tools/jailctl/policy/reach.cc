// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/reach.h"

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/syscalls.h"
#include "tools/jailctl/policy/value_names.h"

namespace jail::jailctl {
namespace {

using seccomp::Arch;
using seccomp::Rule;

constexpr uint32_t kArgs = offsetof(seccomp_data, args);
// Stands for all numbers without a name.
constexpr uint32_t kUnnamed = 0x3fffffff;

// An instruction, and what A holds there when that is known.
using State = std::pair<size_t, std::optional<uint32_t>>;

std::optional<uint32_t> After(const sock_filter& it, std::optional<uint32_t> a,
                              Arch arch, uint32_t number) {
  switch (it.code) {
    case BPF_LD | BPF_W | BPF_ABS:
      if (it.k == offsetof(seccomp_data, nr)) return number;
      if (it.k == offsetof(seccomp_data, arch)) {
        return seccomp::AuditArch(arch);
      }
      return std::nullopt;
    case BPF_LD | BPF_IMM:
      return it.k;
    case BPF_ALU | BPF_AND | BPF_K:
      return a ? std::optional<uint32_t>(*a & it.k) : std::nullopt;
    case BPF_ALU | BPF_OR | BPF_K:
      return a ? std::optional<uint32_t>(*a | it.k) : std::nullopt;
    default:
      break;
  }
  const bool changes_a =
      BPF_CLASS(it.code) == BPF_LD || BPF_CLASS(it.code) == BPF_ALU ||
      (BPF_CLASS(it.code) == BPF_MISC && BPF_MISCOP(it.code) == BPF_TXA);
  return changes_a ? std::nullopt : a;
}

std::optional<bool> Holds(const sock_filter& it, std::optional<uint32_t> a) {
  if (!a || BPF_SRC(it.code) == BPF_X) return std::nullopt;
  switch (BPF_OP(it.code)) {
    case BPF_JEQ:
      return *a == it.k;
    case BPF_JGT:
      return *a > it.k;
    case BPF_JGE:
      return *a >= it.k;
    default:
      return (*a & it.k) != 0;
  }
}

// The rules of `number` that a return of `value` can belong to.
void AddRules(const LoadedPolicy& loaded, const std::vector<const Rule*>& rules,
              uint32_t value, std::vector<std::string>& names) {
  const auto add = [&](std::string name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(std::move(name));
    }
  };
  bool is_decided = false;
  for (const Rule* rule : rules) {
    if (rule->action.ReturnValue() == value) {
      add(absl::StrCat(PlaceName(loaded.policy.names, rule->place), " (",
                       rule->call, ")"));
    }
    is_decided = is_decided || !rule->condition;
    if (is_decided && !loaded.is_oci) return;
  }
  if (!is_decided && loaded.policy.default_action.ReturnValue() == value) {
    add("DEFAULT");
  }
}

}  // namespace

std::set<size_t> Reachable(const seccomp::Program& filter, Arch arch,
                           uint32_t number) {
  std::set<size_t> reached;
  if (!seccomp::IsValid(filter)) return reached;
  std::set<State> seen;
  std::vector<State> todo = {{0, 0u}};
  while (!todo.empty()) {
    const State state = todo.back();
    todo.pop_back();
    if (!seen.insert(state).second) continue;
    const auto [at, a] = state;
    reached.insert(at);
    const sock_filter& it = filter[at];
    if (BPF_CLASS(it.code) == BPF_RET) continue;
    if (BPF_CLASS(it.code) != BPF_JMP) {
      todo.emplace_back(at + 1, After(it, a, arch, number));
    } else if (BPF_OP(it.code) == BPF_JA) {
      todo.emplace_back(at + 1 + it.k, a);
    } else {
      const std::optional<bool> holds = Holds(it, a);
      if (holds.value_or(true)) todo.emplace_back(at + 1 + it.jt, a);
      if (!holds.value_or(false)) todo.emplace_back(at + 1 + it.jf, a);
    }
  }
  return reached;
}

std::set<uint32_t> PossibleReturns(const seccomp::Program& filter, Arch arch,
                                   uint32_t number) {
  std::set<uint32_t> returns;
  for (const size_t at : Reachable(filter, arch, number)) {
    if (BPF_CLASS(filter[at].code) == BPF_RET) returns.insert(filter[at].k);
  }
  return returns;
}

std::set<uint32_t> CallsOf(const LoadedPolicy& loaded, Arch arch) {
  std::set<uint32_t> numbers;
  for (const std::string& name : seccomp::SyscallNames(arch)) {
    if (const auto number = seccomp::SyscallNumber(arch, name)) {
      numbers.insert(*number);
    }
  }
  for (const seccomp::ArchRules& rules : loaded.policy.archs) {
    if (rules.arch != arch) continue;
    for (const Rule& rule : rules.rules) {
      numbers.insert({rule.number, rule.last});
    }
  }
  return numbers;
}

std::vector<Annotation> Annotate(const LoadedPolicy& loaded) {
  const seccomp::Program& filter = loaded.filter;
  std::vector<Annotation> annotations(filter.size());
  // How many calls come to an instruction.
  std::vector<int> calls(filter.size(), 0);
  for (const seccomp::ArchRules& arch : loaded.policy.archs) {
    std::set<uint32_t> numbers = CallsOf(loaded, arch.arch);
    numbers.insert(kUnnamed);
    for (const uint32_t number : numbers) {
      std::vector<const Rule*> rules;
      for (const Rule& rule : arch.rules) {
        if (rule.Covers(number)) rules.push_back(&rule);
      }
      for (const size_t at : Reachable(filter, arch.arch, number)) {
        const sock_filter& it = filter[at];
        ++calls[at];
        if (BPF_CLASS(it.code) == BPF_RET) {
          AddRules(loaded, rules, it.k, annotations[at].rules);
        } else if (it.code == (BPF_LD | BPF_W | BPF_ABS) && it.k >= kArgs) {
          const std::string call = CallName(arch.arch, number);
          const auto names = seccomp::SyscallArguments(arch.arch, call);
          const size_t index = (it.k - kArgs) / 8;
          annotations[at].argument =
              names && index < names->size()
                  ? absl::StrCat(call, ": ", (*names)[index].name)
                  : call;
        }
      }
    }
  }
  for (size_t at = 0; at < filter.size(); ++at) {
    if (calls[at] > 1) annotations[at].argument.clear();
  }
  return annotations;
}

}  // namespace jail::jailctl
