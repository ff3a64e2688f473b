// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/resolve.h"

#include <linux/seccomp.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/bpf.h"
#include "jail/seccomp/constants.h"
#include "jail/seccomp/parser.h"
#include "jail/seccomp/shipped.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/printable.h"

namespace jail::seccomp {
namespace {

constexpr size_t kShown = 60;  // bytes of a name, in an error
constexpr uint64_t kLastNumber = 0xffffffff;

// The names of one architecture, in the order of the text: what is defined
// further down does not count, as in Kafel.
class Resolver {
 public:
  Resolver(const PolicyText& text, Arch arch, size_t arch_count,
           PolicyErrors& errors, PolicyErrors& notes)
      : text_(text),
        arch_(arch),
        arch_count_(arch_count),
        errors_(errors),
        notes_(notes) {}

  void Run(Policy& policy);

 private:
  void Error(Place place, std::string message) {
    errors_.Add(text_.names, place, std::move(message));
  }
  void Define(const Statement& statement);
  void Default(const Statement& statement, Policy& policy);
  void AddPolicy(const Statement& statement);
  // The rules of a USE or a block, behind those in `rules`.
  void Add(const Statement& statement, std::vector<Rule>& rules);
  void Use(const Statement& statement, std::vector<Rule>& rules);
  void AddRule(const RuleNode& node, const Action& action,
               std::vector<Rule>& rules);
  bool Applies(const RuleNode& node);
  std::optional<uint32_t> Number(const RuleNode& node);
  void NoteLibcName(const NumberOrName& call);
  std::vector<Argument> Arguments(const RuleNode& node);
  std::optional<Action> Resolve(const ActionNode& node);
  // `more` behind `rules`, as far as the limits allow.
  void Append(std::vector<Rule> more, std::vector<Rule>& rules, Place place);

  const PolicyText& text_;
  const Arch arch_;
  const size_t arch_count_;
  PolicyErrors& errors_;
  PolicyErrors& notes_;
  Constants constants_;
  std::map<std::string, std::pair<Place, std::vector<Rule>>> policies_;
  // Syscalls of the architecture, for advice; made when first needed.
  std::vector<std::string> names_;
};

void Resolver::Define(const Statement& statement) {
  const auto [known, is_new] =
      constants_.emplace(statement.name, statement.number);
  if (!is_new && known->second != statement.number) {
    Error(statement.place,
          absl::StrCat("constant ", Printable(statement.name, kShown),
                       " is already defined as ", known->second));
  }
}

std::optional<Action> Resolver::Resolve(const ActionNode& node) {
  Action action;
  action.verdict = node.verdict;
  if (!node.data) return action;
  uint64_t number = node.data->number;
  const std::string& name = node.data->name;
  if (!name.empty()) {
    if (const auto own = constants_.find(name); own != constants_.end()) {
      number = own->second;
    } else if (const auto value = NamedConstant(name)) {
      number = *value;
    } else {
      Error(node.data->place,
            absl::StrCat("no constant is called ", Printable(name, kShown),
                         DidYouMean(name, ConstantNames())));
      return std::nullopt;
    }
  }
  const uint64_t most =
      node.verdict == Verdict::kErrno ? kMaxErrno : kMaxReturnData;
  // Kafel takes errnos up to 65535; the kernel cuts them to 4095.
  if (number > kMaxReturnData) {
    Error(node.data->place,
          absl::StrCat("is out of range: ", number, "; the most is ", most));
    return std::nullopt;
  }
  action.data = static_cast<uint16_t>(std::min(number, most));
  return action;
}

void Resolver::Default(const Statement& statement, Policy& policy) {
  if (policy.default_place.line != 0) {
    Error(statement.place, absl::StrCat("DEFAULT is already given in line ",
                                        policy.default_place.line));
    return;
  }
  if (const auto action = Resolve(statement.action)) {
    policy.default_action = *action;
    policy.default_place = statement.place;
  }
}

size_t CountRanges(const std::vector<Rule>& rules) {
  return static_cast<size_t>(
      std::count_if(rules.begin(), rules.end(),
                    [](const Rule& rule) { return rule.last > rule.number; }));
}

void Resolver::Append(std::vector<Rule> more, std::vector<Rule>& rules,
                      Place place) {
  if (rules.size() + more.size() > kMaxRules) {
    Error(place, absl::StrCat("the policy has more than ", kMaxRules,
                              " rules, with all that it uses"));
    return;
  }
  const size_t ranges = CountRanges(more);
  if (ranges > 0 && CountRanges(rules) + ranges > kMaxRangeRules) {
    Error(place, absl::StrCat("the policy has more than ", kMaxRangeRules,
                              " ranges of syscall numbers, with all that it "
                              "uses"));
    return;
  }
  rules.insert(rules.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

void Resolver::Use(const Statement& statement, std::vector<Rule>& rules) {
  const auto used = policies_.find(statement.name);
  if (used != policies_.end()) {
    Append(used->second.second, rules, statement.place);
    return;
  }
  const std::string name = Printable(statement.name, kShown);
  for (const Statement& other : text_.statements) {
    if (other.kind != Statement::Kind::kPolicy ||
        other.name != statement.name) {
      continue;
    }
    Error(
        statement.place,
        absl::StrCat("policy ", name, " is defined in line ", other.place.line,
                     ": a policy must be complete before its USE"));
    return;
  }
  std::vector<std::string> candidates;
  for (const auto& [known, unused] : policies_) candidates.push_back(known);
  for (const ShippedPolicy& shipped : ShippedPolicies()) {
    candidates.emplace_back(shipped.name);
  }
  Error(statement.place, absl::StrCat("there is no policy ", name,
                                      DidYouMean(statement.name, candidates)));
}

bool Resolver::Applies(const RuleNode& node) {
  if (!node.is_guarded) return true;
  bool applies = false;
  for (const auto& [name, place] : node.architectures) {
    const std::optional<Arch> arch = ArchOf(name);
    if (!arch && !IsForeignArch(name)) {
      Error(place,
            absl::StrCat("there is no architecture ", Printable(name, kShown),
                         DidYouMean(name, ArchNames())));
    }
    applies = applies || arch == arch_;
    // A misspelling behind a guard would show on that architecture only.
    if (arch && arch != arch_ && !node.call.name.empty() &&
        constants_.count(node.call.name) == 0 &&
        !SyscallNumber(*arch, node.call.name)) {
      Error(node.call.place,
            absl::StrCat("there is no syscall ",
                         Printable(node.call.name, kShown), " on ", name,
                         DidYouMean(node.call.name, SyscallNames(*arch))));
    }
  }
  return applies;
}

// Kafel's own compiler would refuse it.
void Resolver::NoteLibcName(const NumberOrName& call) {
  const std::string kernel = KernelName(arch_, call.name);
  if (kernel.empty()) return;
  notes_.Add(text_.names, call.place,
             absl::StrCat(call.name,
                          " is libc's name; the kernel's, "
                          "and Kafel's, is ",
                          kernel));
}

std::optional<uint32_t> Resolver::Number(const RuleNode& node) {
  const auto fits = [&](uint64_t number) -> std::optional<uint32_t> {
    // As written with 32 bits, or negative: the kernel's number is an int.
    if (number <= 0xffffffff || number >= 0xffffffff80000000) {
      return static_cast<uint32_t>(number);
    }
    Error(node.call.place, absl::StrCat("is no syscall number: ", number));
    return std::nullopt;
  };
  const std::string& name = node.call.name;
  if (name.empty()) return fits(node.call.number);
  if (const auto own = constants_.find(name); own != constants_.end()) {
    return fits(own->second);
  }
  if (const auto number = SyscallNumber(arch_, name)) {
    NoteLibcName(node.call);
    return number;
  }
  if (names_.empty()) names_ = SyscallNames(arch_);
  const std::string shown = Printable(name, kShown);
  for (const Arch other : kArchs) {
    if (!SyscallNumber(other, name)) continue;
    Error(node.call.place,
          absl::StrCat("there is no syscall ", shown, " on ", ArchName(arch_),
                       "; it is one of ", ArchName(other), ": write ", shown,
                       " ON ", ArchName(other)));
    return std::nullopt;
  }
  Error(node.call.place,
        absl::StrCat("there is no syscall ", shown,
                     arch_count_ > 1 ? " on " + ArchName(arch_) : "",
                     DidYouMean(name, names_)));
  return std::nullopt;
}

// Own names replace the kernel's; the sizes of a known call stay.
std::vector<Argument> Resolver::Arguments(const RuleNode& node) {
  std::vector<Argument> known;
  const bool is_constant = constants_.count(node.call.name) > 0;
  if (!node.call.name.empty() && !is_constant) {
    known = SyscallArguments(arch_, node.call.name)
                .value_or(std::vector<Argument>());
  }
  if (!node.has_own_arguments) return known;
  std::vector<Argument> own;
  for (size_t i = 0; i < node.own_arguments.size(); ++i) {
    const int bytes = Is32Bit(arch_)     ? 4
                      : i < known.size() ? known[i].bytes
                                         : 8;
    own.push_back({node.own_arguments[i].first.c_str(), bytes});
  }
  return own;
}

void Resolver::AddRule(const RuleNode& node, const Action& action,
                       std::vector<Rule>& rules) {
  if (!Applies(node)) return;
  const std::optional<uint32_t> number = Number(node);
  if (!number) return;
  Rule rule;
  rule.number = rule.last = *number;
  rule.call = node.call.name.empty() ? absl::StrCat("SYSCALL[", *number, "]")
                                     : node.call.name;
  if (node.last) {
    if (*node.last > kLastNumber || *node.last < *number) {
      Error(node.call.place, absl::StrCat("is no range of syscall numbers: ",
                                          *number, "..", *node.last));
      return;
    }
    rule.last = static_cast<uint32_t>(*node.last);
    rule.call = absl::StrCat("SYSCALL[", *number, "..", rule.last, "]");
  }
  rule.action = action;
  rule.place = node.call.place;
  if (node.condition) {
    std::optional<Expr> condition =
        ResolveCondition(*node.condition, rule.call, Arguments(node),
                         constants_, text_.names, errors_);
    if (!condition) return;
    rule.condition = std::make_shared<const Expr>(*std::move(condition));
  }
  const Place place = rule.place;
  std::vector<Rule> one;
  one.push_back(std::move(rule));
  Append(std::move(one), rules, place);
}

void Resolver::Add(const Statement& statement, std::vector<Rule>& rules) {
  if (statement.kind == Statement::Kind::kUse) {
    Use(statement, rules);
    return;
  }
  const std::optional<Action> action = Resolve(statement.action);
  for (const RuleNode& node : statement.rules) {
    if (errors_.full()) return;
    AddRule(node, action.value_or(Action()), rules);
  }
}

void Resolver::AddPolicy(const Statement& statement) {
  std::vector<Rule> rules;
  for (const Statement& inner : statement.statements) {
    if (inner.kind == Statement::Kind::kUse && inner.name == statement.name &&
        policies_.count(inner.name) == 0) {
      Error(inner.place, absl::StrCat("policy ", Printable(inner.name, kShown),
                                      " uses itself"));
      continue;
    }
    Add(inner, rules);
  }
  const auto [known, is_new] = policies_.emplace(
      statement.name, std::make_pair(statement.place, std::move(rules)));
  if (!is_new) {
    Error(
        statement.place,
        absl::StrCat("policy ", Printable(statement.name, kShown),
                     " is already defined in line ", known->second.first.line));
  }
}

void Resolver::Run(Policy& policy) {
  ArchRules result;
  result.arch = arch_;
  int uses = 0;
  policy.default_place = {};
  for (const Statement& statement : text_.statements) {
    switch (statement.kind) {
      case Statement::Kind::kDefine:
        Define(statement);
        break;
      case Statement::Kind::kPolicy:
        AddPolicy(statement);
        break;
      case Statement::Kind::kDefault:
        Default(statement, policy);
        break;
      case Statement::Kind::kUse:
        policy.name = uses++ == 0 ? statement.name : "";
        Add(statement, result.rules);
        break;
      case Statement::Kind::kBlock:
        Add(statement, result.rules);
        break;
    }
  }
  policy.archs.push_back(std::move(result));
}

void CollectUses(const std::vector<Statement>& statements,
                 std::set<std::string>& uses) {
  for (const Statement& statement : statements) {
    if (statement.kind == Statement::Kind::kUse) uses.insert(statement.name);
    CollectUses(statement.statements, uses);
  }
}

// Shipped policies that are used, in front of the text.
void AddShippedPolicies(PolicyText& text, PolicyErrors& errors) {
  std::set<std::string> uses, own;
  CollectUses(text.statements, uses);
  for (const Statement& statement : text.statements) {
    if (statement.kind == Statement::Kind::kPolicy) own.insert(statement.name);
  }
  std::vector<Statement> used;
  const ShippedPolicyList shipped = ShippedPolicies();
  // From behind: a policy uses those before it.
  for (size_t i = shipped.count; i-- > 0;) {
    const ShippedPolicy& policy = shipped.first[i];
    const std::string name(policy.name);
    if (uses.count(name) == 0 || own.count(name) > 0) continue;
    TokenList tokens =
        Tokenize(policy.text, std::string(policy.file), nullptr, errors);
    const int file = static_cast<int>(text.names.size());
    text.names.emplace_back(policy.file);
    for (Token& token : tokens.tokens) token.place.file = file;
    tokens.names = text.names;
    std::vector<Statement> parsed = ParsePolicy(tokens, errors).statements;
    CollectUses(parsed, uses);
    used.insert(used.begin(), std::make_move_iterator(parsed.begin()),
                std::make_move_iterator(parsed.end()));
  }
  text.statements.insert(text.statements.begin(),
                         std::make_move_iterator(used.begin()),
                         std::make_move_iterator(used.end()));
}

}  // namespace

uint32_t Action::ReturnValue() const {
  switch (verdict) {
    case Verdict::kAllow:
      return SECCOMP_RET_ALLOW;
    case Verdict::kLog:
      return SECCOMP_RET_LOG;
    case Verdict::kKillThread:
      return SECCOMP_RET_KILL_THREAD;
    case Verdict::kKillProcess:
      return SECCOMP_RET_KILL_PROCESS;
    case Verdict::kErrno:
      return SECCOMP_RET_ERRNO | data;
    case Verdict::kTrap:
      return SECCOMP_RET_TRAP | data;
    case Verdict::kTrace:
      return SECCOMP_RET_TRACE | data;
    case Verdict::kUserNotif:
      return SECCOMP_RET_USER_NOTIF;
  }
  return SECCOMP_RET_KILL_PROCESS;
}

std::string Action::ToString() const {
  switch (verdict) {
    case Verdict::kAllow:
      return "ALLOW";
    case Verdict::kLog:
      return "LOG";
    case Verdict::kKillThread:
      return "KILL";
    case Verdict::kKillProcess:
      return "KILL_PROCESS";
    case Verdict::kErrno:
      return absl::StrCat("ERRNO(", data == 0 ? "0" : ErrnoName(data), ")");
    case Verdict::kTrap:
      return absl::StrCat("TRAP(", data, ")");
    case Verdict::kTrace:
      return absl::StrCat("TRACE(", data, ")");
    case Verdict::kUserNotif:
      return "USER_NOTIF";
  }
  return "";
}

std::optional<Policy> ReadPolicy(absl::string_view text,
                                 const std::string& name,
                                 const std::vector<Arch>& archs,
                                 const LoadInclude& load,
                                 PolicyErrors& errors) {
  const size_t errors_before = errors.size();
  const TokenList tokens = Tokenize(text, name, load, errors);
  PolicyText parsed = ParsePolicy(tokens, errors);
  if (errors.size() == errors_before && parsed.statements.empty()) {
    errors.Add({name, 0, 0, "the policy is empty"});
  }
  AddShippedPolicies(parsed, errors);
  Policy policy;
  policy.names = parsed.names;
  PolicyErrors notes;
  for (const Arch arch : archs) {
    Resolver(parsed, arch, archs.size(), errors, notes).Run(policy);
  }
  policy.notes = notes.list();
  if (errors.size() != errors_before) return std::nullopt;
  return policy;
}

}  // namespace jail::seccomp
