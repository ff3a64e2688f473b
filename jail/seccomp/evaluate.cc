// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/evaluate.h"

#include "absl/strings/str_cat.h"

namespace jail::seccomp {
namespace {

using Op = Expr::Op;

uint64_t ValueOf(const Expr& expr, const seccomp_data& data) {
  switch (expr.op) {
    case Op::kNumber:
      return expr.number;
    case Op::kArgument: {
      const uint64_t value = data.args[expr.argument];
      return expr.is_wide ? value : value & 0xffffffff;
    }
    default:
      break;
  }
  uint64_t value = ValueOf(expr.children[0], data);
  for (size_t i = 1; i < expr.children.size(); ++i) {
    const uint64_t next = ValueOf(expr.children[i], data);
    value = expr.op == Op::kBitAnd ? value & next : value | next;
  }
  return value;
}

bool Holds(const Expr& expr, const seccomp_data& data) {
  switch (expr.op) {
    case Op::kNot:
      return !Holds(expr.children[0], data);
    case Op::kAnd:
      for (const Expr& child : expr.children) {
        if (!Holds(child, data)) return false;
      }
      return true;
    case Op::kOr:
      for (const Expr& child : expr.children) {
        if (Holds(child, data)) return true;
      }
      return false;
    default:
      break;
  }
  const uint64_t left = ValueOf(expr.children[0], data);
  const uint64_t right = ValueOf(expr.children[1], data);
  switch (expr.op) {
    case Op::kEq:
      return left == right;
    case Op::kNe:
      return left != right;
    case Op::kLt:
      return left < right;
    case Op::kLe:
      return left <= right;
    case Op::kGt:
      return left > right;
    default:
      return left >= right;
  }
}

}  // namespace

bool Matches(const Rule& rule, const seccomp_data& data) {
  return rule.Covers(static_cast<uint32_t>(data.nr)) &&
         (!rule.condition || Holds(*rule.condition, data));
}

Decision Evaluate(const Policy& policy, const seccomp_data& data) {
  for (const ArchRules& arch : policy.archs) {
    if (AuditArch(arch.arch) != data.arch) continue;
    const auto number = static_cast<uint32_t>(data.nr);
    for (const Rule& rule : arch.rules) {
      if (!Matches(rule, data)) continue;
      return {Decision::Reason::kRule, rule.action, &rule};
    }
    // -1 is what a tracer writes to skip a call.
    if (arch.arch == Arch::kX86_64 && (number & kX32Bit) != 0 &&
        number < 0x80000000 && !policy.default_action.IsKill()) {
      return {Decision::Reason::kX32, {Verdict::kKillProcess, 0}, nullptr};
    }
    return {Decision::Reason::kDefault, policy.default_action, nullptr};
  }
  return {Decision::Reason::kWrongArch, {Verdict::kKillProcess, 0}, nullptr};
}

std::string Decision::ToString(const SourceNames& names) const {
  const std::string what = action.ToString();
  switch (reason) {
    case Reason::kRule:
      return absl::StrCat(
          what, ", by ", names[static_cast<size_t>(rule->place.file)], ":",
          rule->place.line, ":", rule->place.column, " (", rule->call, ")");
    case Reason::kDefault:
      return absl::StrCat(what, ", by DEFAULT");
    case Reason::kWrongArch:
      return absl::StrCat(what, ": the policy is not for this architecture");
    case Reason::kX32:
      return absl::StrCat(what, ": the x32 ABI");
  }
  return what;
}

}  // namespace jail::seccomp
