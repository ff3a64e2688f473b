// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/boundary_values.h"

#include <random>

namespace jail::jailctl {
namespace {

using seccomp::Expr;

// What one comparison names.
struct Named {
  std::set<int> arguments;
  std::set<uint64_t> constants;
  bool has_mask = false;
};

void Collect(const Expr& expr, Named& named) {
  if (expr.op == Expr::Op::kNumber) named.constants.insert(expr.number);
  if (expr.op == Expr::Op::kArgument) named.arguments.insert(expr.argument);
  if (expr.op == Expr::Op::kBitAnd || expr.op == Expr::Op::kBitOr) {
    named.has_mask = true;
  }
  for (const Expr& child : expr.children) Collect(child, named);
}

std::set<uint64_t> ValuesOf(const Named& named) {
  constexpr uint64_t kUpper = uint64_t{1} << 32;
  std::set<uint64_t> values = {0, ~uint64_t{0}};
  for (const uint64_t c : named.constants) {
    for (const uint64_t near : {c - 1, c, c + 1, c ^ kUpper}) {
      values.insert(near);
    }
    if (!named.has_mask) continue;
    values.insert(~c);
    for (int bit = 0; bit < 64; ++bit) {
      // Each bit of a mask alone, and missing; and beside each constant.
      const uint64_t one = uint64_t{1} << bit;
      if ((c & one) == 0) continue;
      for (const uint64_t other : named.constants) values.insert(other ^ one);
      values.insert(one);
    }
    for (const uint64_t other : named.constants) {
      values.insert(c | ~other);
    }
  }
  return values;
}

}  // namespace

void AddBoundaryValues(const Expr& condition, ArgumentValues& values) {
  if (!condition.IsComparison()) {
    for (const Expr& child : condition.children) {
      AddBoundaryValues(child, values);
    }
    return;
  }
  Named named;
  Collect(condition, named);
  const std::set<uint64_t> found = ValuesOf(named);
  for (const int argument : named.arguments) {
    values[static_cast<size_t>(argument)].insert(found.begin(), found.end());
  }
}

bool ForEachCombination(
    const ArgumentValues& values,
    const std::function<void(const std::array<uint64_t, 6>&)>& visit) {
  std::array<std::vector<uint64_t>, 6> lists;
  size_t count = 1;
  for (size_t i = 0; i < 6; ++i) {
    lists[i].assign(values[i].begin(), values[i].end());
    if (lists[i].empty()) lists[i].push_back(0);
    if (count <= kMaxCombinations) count *= lists[i].size();
  }
  std::array<uint64_t, 6> args{};
  if (count > kMaxCombinations) {
    std::mt19937_64 random(1);  // NOLINT: the same sample each time
    for (size_t round = 0; round < kMaxCombinations; ++round) {
      for (size_t i = 0; i < 6; ++i) {
        args[i] = lists[i][random() % lists[i].size()];
      }
      visit(args);
    }
    return false;
  }
  for (size_t index = 0; index < count; ++index) {
    size_t rest = index;
    for (size_t i = 0; i < 6; ++i) {
      args[i] = lists[i][rest % lists[i].size()];
      rest /= lists[i].size();
    }
    visit(args);
  }
  return true;
}

}  // namespace jail::jailctl
