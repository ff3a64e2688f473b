// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/expression_parser.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace jail::seccomp {
namespace {

using Op = Expr::Op;
using MaybeExpr = std::optional<Expr>;

std::optional<Op> ComparisonOf(const Token& token) {
  if (token.Is("==")) return Op::kEq;
  if (token.Is("!=")) return Op::kNe;
  if (token.Is("<")) return Op::kLt;
  if (token.Is("<=")) return Op::kLe;
  if (token.Is(">")) return Op::kGt;
  if (token.Is(">=")) return Op::kGe;
  return std::nullopt;
}

// Values and conditions share their parentheses, so each level parses either,
// and checks which one it got.
class ExpressionParser {
 public:
  explicit ExpressionParser(TokenReader& reader) : reader_(reader) {}

  MaybeExpr List();

 private:
  MaybeExpr Either();
  MaybeExpr Both();
  MaybeExpr Primary();
  MaybeExpr BitOr();
  MaybeExpr BitAnd();
  MaybeExpr Operand();
  MaybeExpr Negation();
  MaybeExpr Parentheses();

  // `first` and what follows it, joined by `symbol`.
  MaybeExpr Chain(Op op, absl::string_view symbol, MaybeExpr first,
                  MaybeExpr (ExpressionParser::*next)(), bool of_values);
  bool Deeper(Place place);
  bool WantValue(const Expr& expr);
  bool WantCondition(const Expr& expr);

  TokenReader& reader_;
  int depth_ = 0;
};

bool ExpressionParser::WantValue(const Expr& expr) {
  if (expr.IsValue()) return true;
  reader_.Error(expr.place, "is a condition; a value is expected");
  return false;
}

bool ExpressionParser::WantCondition(const Expr& expr) {
  if (!expr.IsValue()) return true;
  reader_.Error(expr.place,
                "is a value, not a condition: compare it, with != 0 say");
  return false;
}

bool ExpressionParser::Deeper(Place place) {
  if (++depth_ <= kMaxExpressionDepth) return true;
  reader_.Error(place, absl::StrCat("the expression is nested more than ",
                                    kMaxExpressionDepth, " deep"));
  return false;
}

MaybeExpr ExpressionParser::Chain(Op op, absl::string_view symbol,
                                  MaybeExpr first,
                                  MaybeExpr (ExpressionParser::*next)(),
                                  bool of_values) {
  if (!first || !reader_.Here().Is(symbol)) return first;
  const auto fits = [&](const Expr& expr) {
    return of_values ? WantValue(expr) : WantCondition(expr);
  };
  if (!fits(*first)) return std::nullopt;
  Expr chain;
  chain.op = op;
  chain.place = first->place;
  chain.children.push_back(*std::move(first));
  while (reader_.TakeIf(symbol)) {
    // A comma may end the list.
    if (symbol == "," && (reader_.Here().Is("}") || reader_.Here().Is(")"))) {
      break;
    }
    MaybeExpr child = (this->*next)();
    if (!child || !fits(*child)) return std::nullopt;
    chain.children.push_back(*std::move(child));
  }
  if (chain.children.size() > 1) return chain;
  Expr only = std::move(chain.children[0]);
  return only;
}

MaybeExpr ExpressionParser::List() {
  return Chain(Op::kOr, ",", Either(), &ExpressionParser::Either, false);
}
MaybeExpr ExpressionParser::Either() {
  return Chain(Op::kOr, "||", Both(), &ExpressionParser::Both, false);
}
MaybeExpr ExpressionParser::Both() {
  return Chain(Op::kAnd, "&&", Primary(), &ExpressionParser::Primary, false);
}
MaybeExpr ExpressionParser::BitOr() {
  return Chain(Op::kBitOr, "|", BitAnd(), &ExpressionParser::BitAnd, true);
}
MaybeExpr ExpressionParser::BitAnd() {
  return Chain(Op::kBitAnd, "&", Operand(), &ExpressionParser::Operand, true);
}

MaybeExpr ExpressionParser::Negation() {
  Expr negation;
  negation.op = Op::kNot;
  negation.place = reader_.Take().place;
  if (!Deeper(negation.place)) return std::nullopt;
  MaybeExpr child = Primary();
  --depth_;
  if (!child || !WantCondition(*child)) return std::nullopt;
  negation.children.push_back(*std::move(child));
  return negation;
}

MaybeExpr ExpressionParser::Primary() {
  if (reader_.Here().Is("!")) return Negation();
  MaybeExpr left = BitOr();
  if (!left) return std::nullopt;
  const std::optional<Op> op = ComparisonOf(reader_.Here());
  if (!op) return left;
  if (!WantValue(*left)) return std::nullopt;
  reader_.Take();
  MaybeExpr right = BitOr();
  if (!right || !WantValue(*right)) return std::nullopt;
  if (ComparisonOf(reader_.Here())) {
    reader_.Error(reader_.Here().place,
                  "comparisons do not chain: write a < b && b < c");
    return std::nullopt;
  }
  Expr comparison;
  comparison.op = *op;
  comparison.place = left->place;
  comparison.children.push_back(*std::move(left));
  comparison.children.push_back(*std::move(right));
  return comparison;
}

MaybeExpr ExpressionParser::Parentheses() {
  const Place place = reader_.Take().place;
  if (!Deeper(place)) return std::nullopt;
  MaybeExpr inner = List();
  --depth_;
  if (!inner || !reader_.Expect(")")) return std::nullopt;
  return inner;
}

MaybeExpr ExpressionParser::Operand() {
  const Token& token = reader_.Here();
  if (token.Is("(")) return Parentheses();
  Expr operand;
  operand.place = token.place;
  if (token.kind == Token::Kind::kNumber) {
    operand.op = Op::kNumber;
    operand.number = reader_.Take().number;
    return operand;
  }
  if (token.kind == Token::Kind::kName && !IsKeyword(token.text)) {
    operand.op = Op::kName;
    operand.name = reader_.Take().text;
    return operand;
  }
  if (token.Is("!")) {
    reader_.Error(token.place, "\"!\" negates conditions: write !(a == b)");
  } else {
    reader_.Expected("an argument or a number");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Expr> ParseCondition(TokenReader& reader) {
  std::optional<Expr> expr = ExpressionParser(reader).List();
  if (!expr) return std::nullopt;
  if (expr->IsValue()) {
    reader.Error(expr->place,
                 "is a value, not a condition: compare it, with != 0 say");
    return std::nullopt;
  }
  return expr;
}

}  // namespace jail::seccomp
