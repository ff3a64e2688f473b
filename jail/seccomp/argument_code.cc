// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/argument_code.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace jail::seccomp {
namespace {

using Node = CodeGraph::Node;
using Op = Expr::Op;
using Step = CodeGraph::Step;

enum class Half { kLow, kHigh };

// 32 bits of a value: a number, or the steps that leave them in A.
struct Word {
  bool is_constant = false;
  uint32_t number = 0;
  std::vector<Step> steps;
  uint32_t memory = 0;  // words of BPF's memory that the steps use, from 0
};

Word Constant(uint32_t number) { return {true, number, {}, 0}; }

// Leaves `x` in X and `a` in A.
Word Both(Word x, const Word& a) {
  const bool is_single = a.steps.size() == 1;
  x.steps.push_back(is_single ? Step{BPF_MISC | BPF_TAX, 0}
                              : Step{BPF_ST, a.memory});
  x.steps.insert(x.steps.end(), a.steps.begin(), a.steps.end());
  if (!is_single) {
    x.steps.push_back({BPF_LDX | BPF_MEM, a.memory});
    x.memory = std::max(x.memory, a.memory + 1);
  }
  return x;
}

class ConditionBuilder {
 public:
  explicit ConditionBuilder(CodeGraph& graph) : graph_(graph) {}

  Node Build(const Expr& expr, Node t, Node f);
  bool failed() const { return failed_; }

 private:
  Word WordOf(const Expr& expr, Half half);
  Word Combined(const Expr& expr, Half half);
  // `left` <jump> `right`: A against a constant, or against X.
  Node Compare(const Expr& expr, Half half, uint16_t jump, Node t, Node f);
  Node CompareConstant(Word word, uint16_t jump, uint32_t k, Node t, Node f);
  Node Equal(const Expr& expr, Node t, Node f);
  Node Greater(const Expr& expr, uint16_t jump, Node t, Node f);

  CodeGraph& graph_;
  bool failed_ = false;
};

Word ConditionBuilder::Combined(const Expr& expr, Half half) {
  const bool is_and = expr.op == Op::kBitAnd;
  const uint32_t neutral = is_and ? 0xffffffff : 0;
  uint32_t number = neutral;
  std::vector<Word> words;
  for (const Expr& child : expr.children) {
    Word word = WordOf(child, half);
    if (word.is_constant) {
      number = is_and ? number & word.number : number | word.number;
    } else {
      words.push_back(std::move(word));
    }
  }
  if (words.empty() || number == ~neutral) {
    return Constant(words.empty() ? number : ~neutral);
  }
  const uint16_t op = is_and ? BPF_AND : BPF_OR;
  // What needs most memory comes first: it must not be kept meanwhile.
  std::stable_sort(words.begin(), words.end(),
                   [](const Word& a, const Word& b) {
                     return std::make_pair(a.memory, a.steps.size()) >
                            std::make_pair(b.memory, b.steps.size());
                   });
  Word result = std::move(words[0]);
  for (size_t i = 1; i < words.size(); ++i) {
    result = Both(std::move(result), words[i]);
    result.steps.push_back({static_cast<uint16_t>(BPF_ALU | op | BPF_X), 0});
    if (result.steps.size() > kMaxInstructions) failed_ = true;
    if (failed_) return Constant(0);
  }
  if (result.memory > BPF_MEMWORDS) failed_ = true;
  if (number != neutral) {
    result.steps.push_back(
        {static_cast<uint16_t>(BPF_ALU | op | BPF_K), number});
  }
  return result;
}

Word ConditionBuilder::WordOf(const Expr& expr, Half half) {
  switch (expr.op) {
    case Op::kNumber:
      return Constant(half == Half::kLow
                          ? static_cast<uint32_t>(expr.number)
                          : static_cast<uint32_t>(expr.number >> 32));
    case Op::kArgument: {
      if (half == Half::kHigh && !expr.is_wide) return Constant(0);
      const size_t offset = offsetof(seccomp_data, args) +
                            static_cast<size_t>(expr.argument) * 8 +
                            (half == Half::kHigh ? 4 : 0);
      return {false,
              0,
              {{BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)}},
              0};
    }
    default:
      return Combined(expr, half);
  }
}

Node ConditionBuilder::CompareConstant(Word word, uint16_t jump, uint32_t k,
                                       Node t, Node f) {
  if (jump == BPF_JGT && k == 0xffffffff) return f;
  if (jump == BPF_JGE && k == 0) return t;
  if (jump == BPF_JGE && k == 1) {
    jump = BPF_JGT;
    k = 0;
  }
  const Step last = word.steps.back();
  if (last.code == (BPF_ALU | BPF_AND | BPF_K)) {
    const uint32_t mask = last.k;
    const bool is_one_bit = (mask & (mask - 1)) == 0;
    if (jump == BPF_JEQ && (k & ~mask) != 0) return f;
    if (k == 0 || (jump == BPF_JEQ && is_one_bit)) {
      word.steps.pop_back();
      const bool wants_set = jump == BPF_JGT || k != 0;
      return graph_.Test(word.steps, BPF_JSET, mask, wants_set ? t : f,
                         wants_set ? f : t);
    }
  }
  return graph_.Test(word.steps, jump, k, t, f);
}

Node ConditionBuilder::Compare(const Expr& expr, Half half, uint16_t jump,
                               Node t, Node f) {
  if (t == f) return t;
  Word left = WordOf(expr.children[0], half);
  Word right = WordOf(expr.children[1], half);
  if (left.is_constant && right.is_constant) {
    const bool holds = jump == BPF_JEQ   ? left.number == right.number
                       : jump == BPF_JGT ? left.number > right.number
                                         : left.number >= right.number;
    return holds ? t : f;
  }
  if (right.is_constant) {
    return CompareConstant(std::move(left), jump, right.number, t, f);
  }
  if (left.is_constant) {
    // c > x is not x >= c; c >= x is not x > c.
    if (jump == BPF_JEQ) {
      return CompareConstant(std::move(right), jump, left.number, t, f);
    }
    return CompareConstant(std::move(right),
                           jump == BPF_JGT ? BPF_JGE : BPF_JGT, left.number, f,
                           t);
  }
  const Word both = Both(std::move(right), left);
  if (both.memory > BPF_MEMWORDS) failed_ = true;
  return graph_.Test(both.steps, static_cast<uint16_t>(jump | BPF_X), 0, t, f);
}

Node ConditionBuilder::Equal(const Expr& expr, Node t, Node f) {
  return Compare(expr, Half::kHigh, BPF_JEQ,
                 Compare(expr, Half::kLow, BPF_JEQ, t, f), f);
}

// `jump` is BPF_JGT, or BPF_JGE; the upper halves count first.
Node ConditionBuilder::Greater(const Expr& expr, uint16_t jump, Node t,
                               Node f) {
  const Node low = Compare(expr, Half::kLow, jump, t, f);
  return Compare(expr, Half::kHigh, BPF_JGT, t,
                 Compare(expr, Half::kHigh, BPF_JEQ, low, f));
}

Node ConditionBuilder::Build(const Expr& expr, Node t, Node f) {
  if (t == f || graph_.full()) return t;
  switch (expr.op) {
    case Op::kNot:
      return Build(expr.children[0], f, t);
    case Op::kAnd:
      for (auto child = expr.children.rbegin(); child != expr.children.rend();
           ++child) {
        t = Build(*child, t, f);
      }
      return t;
    case Op::kOr:
      for (auto child = expr.children.rbegin(); child != expr.children.rend();
           ++child) {
        f = Build(*child, t, f);
      }
      return f;
    case Op::kEq:
      return Equal(expr, t, f);
    case Op::kNe:
      return Equal(expr, f, t);
    case Op::kGt:
      return Greater(expr, BPF_JGT, t, f);
    case Op::kLe:
      return Greater(expr, BPF_JGT, f, t);
    case Op::kGe:
      return Greater(expr, BPF_JGE, t, f);
    case Op::kLt:
      return Greater(expr, BPF_JGE, f, t);
    default:
      return f;  // Values are no conditions; the parser saw to it.
  }
}

}  // namespace

std::optional<Node> BuildCondition(CodeGraph& graph, const Expr& condition,
                                   Node if_true, Node if_false) {
  ConditionBuilder builder(graph);
  const Node node = builder.Build(condition, if_true, if_false);
  if (builder.failed()) return std::nullopt;
  return node;
}

}  // namespace jail::seccomp
