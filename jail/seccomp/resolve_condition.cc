// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "jail/seccomp/constants.h"
#include "jail/seccomp/resolve.h"
#include "jail/sys/printable.h"

namespace jail::seccomp {
namespace {

using Op = Expr::Op;

bool HasArgument(const Expr& expr) {
  if (expr.op == Op::kArgument) return true;
  for (const Expr& child : expr.children) {
    if (HasArgument(child)) return true;
  }
  return false;
}

bool HasWideArgument(const Expr& expr) {
  if (expr.op == Op::kArgument && expr.is_wide) return true;
  for (const Expr& child : expr.children) {
    if (HasWideArgument(child)) return true;
  }
  return false;
}

// -1 as a number of 64 bits is never a number of 32 bits; next to arguments of
// 32 bits it means 0xffffffff.
void NarrowNegatives(Expr& expr) {
  constexpr uint64_t kLeastNegative = 0xffffffff80000000;
  if (expr.op == Op::kNumber && expr.number >= kLeastNegative) {
    expr.number &= 0xffffffff;
  }
  for (Expr& child : expr.children) NarrowNegatives(child);
}

std::string Listed(const std::vector<Argument>& arguments) {
  return absl::StrJoin(arguments, ", ",
                       [](std::string* out, const Argument& argument) {
                         absl::StrAppend(out, argument.name);
                       });
}

}  // namespace

std::optional<Expr> ResolveCondition(const Expr& expr, const std::string& call,
                                     const std::vector<Argument>& arguments,
                                     const Constants& constants,
                                     const SourceNames& names,
                                     PolicyErrors& errors) {
  Expr resolved;
  resolved.op = expr.op;
  resolved.place = expr.place;
  resolved.number = expr.number;
  if (expr.op == Op::kName) {
    if (const auto constant = constants.find(expr.name);
        constant != constants.end()) {
      resolved.op = Op::kNumber;
      resolved.number = constant->second;
      return resolved;
    }
    for (const absl::string_view name :
         {absl::string_view(expr.name), ArgumentNow(call, expr.name)}) {
      for (size_t i = 0; i < arguments.size(); ++i) {
        if (name != arguments[i].name) continue;
        resolved.op = Op::kArgument;
        resolved.argument = static_cast<int>(i);
        resolved.is_wide = arguments[i].bytes == 8;
        return resolved;
      }
    }
    if (const auto value = NamedConstant(expr.name)) {
      resolved.op = Op::kNumber;
      resolved.number = *value;
      return resolved;
    }
    std::vector<std::string> candidates;
    for (const Argument& argument : arguments) {
      candidates.emplace_back(argument.name);
    }
    for (const auto& [name, unused] : constants) candidates.push_back(name);
    std::string advice = DidYouMean(expr.name, candidates);
    if (advice.empty()) advice = DidYouMean(expr.name, ConstantNames());
    if (advice.empty()) {
      advice = arguments.empty()
                   ? absl::StrCat("; name the arguments of ", call,
                                  " in parentheses")
                   : absl::StrCat("; its arguments are ", Listed(arguments));
    }
    errors.Add(names, expr.place,
               absl::StrCat(call, " has no argument ", Printable(expr.name, 60),
                            ", and no constant is called that", advice));
    return std::nullopt;
  }
  bool good = true;
  for (const Expr& child : expr.children) {
    std::optional<Expr> inner =
        ResolveCondition(child, call, arguments, constants, names, errors);
    good = good && inner;
    if (inner) resolved.children.push_back(*std::move(inner));
  }
  if (!good) return std::nullopt;
  if (resolved.IsComparison() && HasArgument(resolved) &&
      !HasWideArgument(resolved)) {
    NarrowNegatives(resolved);
  }
  return resolved;
}

}  // namespace jail::seccomp
