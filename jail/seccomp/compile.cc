// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/compile.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "jail/seccomp/argument_code.h"
#include "jail/seccomp/code_graph.h"
#include "jail/seccomp/number_tree.h"
#include "jail/seccomp/syscalls.h"

namespace jail::seccomp {
namespace {

using Node = CodeGraph::Node;

constexpr uint32_t kLastNumber = 0xffffffff;

// x32's numbers: those of the kernel's int that carry the bit.  Negative ones
// are no calls: a tracer writes -1 to skip one.
constexpr uint32_t kLastX32 = 0x7fffffff;

// Calls that programs make all the time: short ways lead to them.
constexpr absl::string_view kHot[] = {
    "read",
    "write",
    "futex",
    "epoll_wait",
    "epoll_pwait",
    "poll",
    "ppoll",
    "recvfrom",
    "sendto",
    "recvmsg",
    "sendmsg",
    "readv",
    "writev",
    "pread64",
    "pwrite64",
    "clock_gettime",
    "gettimeofday",
    "mmap",
    "mmap2",
    "munmap",
    "mprotect",
    "brk",
    "close",
    "openat",
    "fstat",
    "newfstatat",
    "stat",
    "lseek",
    "fcntl",
    "ioctl",
    "madvise",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigaction",
    "sched_yield",
    "nanosleep",
    "clock_nanosleep",
    "getpid",
    "gettid",
    "statx",
};
constexpr uint64_t kHotWeight = 32;

// Numbers from `first` to `last`, which the same rules are for.
struct Decided {
  uint32_t first = 0;
  uint32_t last = 0;
  Node decision = 0;
};

// The rules for each number that one names, in the order of the policy, up to
// the first without a condition.
using RulesByNumber = std::map<uint32_t, std::vector<const Rule*>>;

class Compiler {
 public:
  Compiler(const Policy& policy, PolicyErrors& errors)
      : policy_(policy), errors_(errors) {}

  std::optional<Program> Run();

 private:
  Node ArchTree(const ArchRules& arch);
  // What is done with the numbers that rules name, in their order.
  std::vector<Decided> Decisions(const ArchRules& arch);
  // Of one number; `otherwise` where no rule matches.
  Node Decision(const std::vector<const Rule*>& rules, Node otherwise);
  bool KillsX32(const ArchRules& arch) const {
    return arch.arch == Arch::kX86_64 && !policy_.default_action.IsKill();
  }
  void TooLong(absl::string_view size);

  const Policy& policy_;
  PolicyErrors& errors_;
  CodeGraph graph_;
  bool failed_ = false;
};

void Compiler::TooLong(absl::string_view size) {
  failed_ = true;
  errors_.Add({policy_.names[0], 0, 0,
               absl::StrCat("the filter has ", size,
                            " instructions; the kernel takes at most ",
                            kMaxInstructions)});
}

Node Compiler::Decision(const std::vector<const Rule*>& rules, Node otherwise) {
  Node node = otherwise;
  for (auto at = rules.rbegin(); at != rules.rend() && !failed_; ++at) {
    const Rule& rule = **at;
    const Node action = graph_.Return(rule.action.ReturnValue());
    if (!rule.condition) {
      node = action;
      continue;
    }
    const std::optional<Node> condition =
        BuildCondition(graph_, *rule.condition, action, node);
    if (!condition) {
      failed_ = true;
      errors_.Add(policy_.names, rule.place,
                  absl::StrCat("the condition of ", rule.call,
                               " is too large: BPF has 16 words of memory"));
      return node;
    }
    node = *condition;
    if (graph_.full()) {
      TooLong(absl::StrCat("more than ", CodeGraph::kMaxNodes));
    }
  }
  return node;
}

// Where the rules that apply change: ranges begin and end, and the numbers
// beside them.
std::vector<uint64_t> Cuts(const RulesByNumber& by_number,
                           const std::vector<const Rule*>& ranges) {
  std::vector<uint64_t> cuts;
  for (const auto& [number, unused] : by_number) {
    cuts.push_back(number);
    cuts.push_back(uint64_t{number} + 1);
  }
  for (const Rule* range : ranges) {
    cuts.push_back(range->number);
    cuts.push_back(uint64_t{range->last} + 1);
  }
  // What no rule decides is decided otherwise for x32's.
  cuts.push_back(kX32Bit);
  cuts.push_back(uint64_t{kLastX32} + 1);
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  return cuts;
}

std::vector<Decided> Compiler::Decisions(const ArchRules& arch) {
  RulesByNumber by_number;
  std::vector<const Rule*> ranges;
  std::unordered_set<uint32_t> is_decided;
  for (const Rule& rule : arch.rules) {
    if (rule.last > rule.number) {
      ranges.push_back(&rule);
    } else if (is_decided.count(rule.number) == 0) {
      by_number[rule.number].push_back(&rule);
      if (!rule.condition) is_decided.insert(rule.number);
    }
  }
  std::vector<Decided> decided;
  const std::vector<uint64_t> cuts = Cuts(by_number, ranges);
  for (size_t i = 0; i + 1 < cuts.size() && !failed_; ++i) {
    const auto first = static_cast<uint32_t>(cuts[i]);
    const auto last = static_cast<uint32_t>(cuts[i + 1] - 1);
    std::vector<const Rule*> rules;
    if (const auto own = by_number.find(first); own != by_number.end()) {
      rules = own->second;
    }
    for (const Rule* range : ranges) {
      if (range->number <= first && last <= range->last) rules.push_back(range);
    }
    if (rules.empty()) continue;
    // They lie in one list, in the policy's order.
    std::sort(rules.begin(), rules.end());
    const bool is_x32 = first >= kX32Bit && last <= kLastX32;
    const uint32_t otherwise = KillsX32(arch) && is_x32
                                   ? SECCOMP_RET_KILL_PROCESS
                                   : policy_.default_action.ReturnValue();
    decided.push_back({first, last, Decision(rules, graph_.Return(otherwise))});
  }
  return decided;
}

Node Compiler::ArchTree(const ArchRules& arch) {
  const Node otherwise = graph_.Return(policy_.default_action.ReturnValue());
  const std::vector<Decided> decisions = Decisions(arch);
  std::set<uint32_t> hot;
  for (const absl::string_view name : kHot) {
    if (const auto number = SyscallNumber(arch.arch, std::string(name))) {
      hot.insert(*number);
    }
  }
  // A call that ends the program is made once.
  const auto weight_of = [&](uint32_t first, uint32_t last, bool kills) {
    const auto count = static_cast<uint64_t>(
        std::distance(hot.lower_bound(first), hot.upper_bound(last)));
    return kills || count == 0 ? uint64_t{1} : count * kHotWeight;
  };
  std::vector<NumberRange> ranges;
  const auto add = [&](uint32_t first, uint32_t last, Node decision,
                       uint64_t weight) {
    if (!ranges.empty() && ranges.back().decision == decision) {
      ranges.back().last = last;
      ranges.back().weight += weight;
    } else {
      ranges.push_back({first, last, decision, weight});
    }
  };
  const auto add_gap = [&](uint32_t first, uint32_t last) {
    const uint64_t weight =
        weight_of(first, last, policy_.default_action.IsKill());
    if (!KillsX32(arch) || last < kX32Bit || first > kLastX32) {
      add(first, last, otherwise, weight);
      return;
    }
    const Node kill = graph_.Return(SECCOMP_RET_KILL_PROCESS);
    const uint32_t from = std::max(first, kX32Bit);
    const uint32_t to = std::min(last, kLastX32);
    if (first < from) add(first, from - 1, otherwise, weight);
    add(from, to, kill, 1);
    if (to < last) add(to + 1, last, otherwise, 1);
  };
  uint64_t next = 0;
  for (const auto& [first, last, decision] : decisions) {
    if (next < first) add_gap(static_cast<uint32_t>(next), first - 1);
    add(first, last, decision, weight_of(first, last, false));
    next = uint64_t{last} + 1;
  }
  if (next <= kLastNumber) add_gap(static_cast<uint32_t>(next), kLastNumber);
  return graph_.Do({BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)},
                   BuildNumberTree(graph_, ranges));
}

std::optional<Program> Compiler::Run() {
  Node node = graph_.Return(SECCOMP_RET_KILL_PROCESS);
  for (auto arch = policy_.archs.rbegin(); arch != policy_.archs.rend();
       ++arch) {
    node = graph_.Jump(BPF_JEQ, AuditArch(arch->arch), ArchTree(*arch), node);
    if (failed_) return std::nullopt;
  }
  node =
      graph_.Do({BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)}, node);
  Program program = graph_.Emit(node);
  if (program.size() > kMaxInstructions) {
    TooLong(absl::StrCat(program.size()));
    return std::nullopt;
  }
  return program;
}

}  // namespace

std::optional<Program> Compile(const Policy& policy, PolicyErrors& errors) {
  return Compiler(policy, errors).Run();
}

}  // namespace jail::seccomp
