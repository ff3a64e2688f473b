// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/parser.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/expression_parser.h"
#include "jail/seccomp/token_reader.h"

namespace jail::seccomp {
namespace {

constexpr size_t kMaxArguments = 6;

const std::map<std::string, Verdict>& Verdicts() {
  static const auto& verdicts = *new std::map<std::string, Verdict>{
      {"ALLOW", Verdict::kAllow},
      {"LOG", Verdict::kLog},
      {"KILL", Verdict::kKillThread},
      {"KILL_THREAD", Verdict::kKillThread},
      {"KILL_PROCESS", Verdict::kKillProcess},
      {"DENY", Verdict::kKillThread},
      {"ERRNO", Verdict::kErrno},
      {"TRAP", Verdict::kTrap},
      {"TRACE", Verdict::kTrace},
      {"USER_NOTIF", Verdict::kUserNotif}};
  return verdicts;
}

const std::vector<std::string>& StatementWords() {
  static const auto& words = *new std::vector<std::string>{
      "POLICY",       "USE",   "DEFAULT", "ALLOW", "LOG",  "KILL",
      "KILL_PROCESS", "ERRNO", "TRAP",    "TRACE", "DENY", "USER_NOTIF"};
  return words;
}

bool TakesData(Verdict verdict) {
  return verdict == Verdict::kErrno || verdict == Verdict::kTrap ||
         verdict == Verdict::kTrace;
}

class Parser {
 public:
  Parser(const TokenList& tokens, PolicyErrors& errors)
      : reader_(tokens, errors) {}

  std::vector<Statement> Program();

 private:
  bool Define(std::vector<Statement>& out);
  bool Policy(std::vector<Statement>& out);
  bool PolicyStatement(std::vector<Statement>& out);
  bool Default(std::vector<Statement>& out);
  bool Action(ActionNode& action);
  bool Block(Statement& block);
  bool Rule(RuleNode& rule);
  bool Call(RuleNode& rule);
  bool OwnArguments(RuleNode& rule);
  bool Guard(RuleNode& rule);
  bool Condition(RuleNode& rule);
  bool Name(absl::string_view what, std::string& name);

  bool StartsStatement() const;
  void SkipToStatement();
  // Behind the next comma, or to the "}" that ends the block.
  void SkipRule();
  // Behind the "}" that ends a condition.
  void SkipCondition();

  TokenReader reader_;
};

bool Parser::StartsStatement() const {
  const Token& here = reader_.Here();
  if (here.Is("#")) return true;
  return here.IsWord("POLICY") || here.IsWord("USE") ||
         here.IsWord("DEFAULT") ||
         (here.kind == Token::Kind::kName && Verdicts().count(here.text) > 0);
}

void Parser::SkipToStatement() {
  if (!reader_.AtEnd()) reader_.Take();
  while (!reader_.AtEnd() && !StartsStatement()) reader_.Take();
}

void Parser::SkipRule() {
  int depth = 0;
  while (!reader_.AtEnd()) {
    const Token& here = reader_.Here();
    // A word that starts a statement: the "}" before it is missing.
    if (here.kind == Token::Kind::kName && IsKeyword(here.text) &&
        StartsStatement()) {
      return;
    }
    if (depth == 0 && (here.Is("}") || here.Is(","))) return;
    if (here.Is("{") || here.Is("(")) ++depth;
    if ((here.Is("}") || here.Is(")")) && depth > 0) --depth;
    reader_.Take();
  }
}

bool Parser::Name(absl::string_view what, std::string& name) {
  const Token& here = reader_.Here();
  if (here.kind != Token::Kind::kName) return reader_.Expected(what);
  if (IsKeyword(here.text)) {
    reader_.Error(here.place, absl::StrCat(here.text,
                                           " is a word of the "
                                           "language; ",
                                           what, " is expected"));
    return false;
  }
  name = reader_.Take().text;
  return true;
}

bool Parser::Define(std::vector<Statement>& out) {
  reader_.Take();
  if (!reader_.TakeWordIf("define")) {
    return reader_.Expected("\"define\" or \"include\"");
  }
  Statement define;
  define.kind = Statement::Kind::kDefine;
  define.place = reader_.Here().place;
  if (!Name("the name of a constant", define.name)) return false;
  if (reader_.Here().kind != Token::Kind::kNumber) {
    return reader_.Expected("the constant's number");
  }
  define.number = reader_.Take().number;
  out.push_back(std::move(define));
  return true;
}

bool Parser::Action(ActionNode& action) {
  const Token& here = reader_.Here();
  action.place = here.place;
  const auto known = Verdicts().find(here.text);
  if (here.kind != Token::Kind::kName || known == Verdicts().end()) {
    const std::vector<std::string>& words = StatementWords();
    reader_.Error(
        here.place,
        absl::StrCat("is not an action: \"", Printable(here.text, 40), "\"",
                     DidYouMean(here.text, {words.begin() + 3, words.end()})));
    return false;
  }
  action.verdict = known->second;
  const std::string word = reader_.Take().text;
  if (!TakesData(action.verdict)) return true;
  if (!reader_.TakeIf("(")) {
    return reader_.Expected(absl::StrCat("\"(\" and a number for ", word));
  }
  NumberOrName data;
  data.place = reader_.Here().place;
  if (reader_.Here().kind == Token::Kind::kNumber) {
    data.number = reader_.Take().number;
  } else if (!Name("a number", data.name)) {
    return false;
  }
  action.data = data;
  return reader_.Expect(")");
}

bool Parser::Default(std::vector<Statement>& out) {
  Statement statement;
  statement.kind = Statement::Kind::kDefault;
  statement.place = reader_.Take().place;
  if (!Action(statement.action)) return false;
  out.push_back(std::move(statement));
  return true;
}

bool Parser::OwnArguments(RuleNode& rule) {
  if (!reader_.TakeIf("(")) return true;
  rule.has_own_arguments = true;
  while (!reader_.TakeIf(")")) {
    const Place place = reader_.Here().place;
    std::string name;
    if (!Name("the name of an argument", name)) return false;
    for (const auto& [other, unused] : rule.own_arguments) {
      if (other != name) continue;
      reader_.Error(place, absl::StrCat("there are two arguments ", name));
    }
    rule.own_arguments.emplace_back(name, place);
    if (rule.own_arguments.size() == kMaxArguments + 1) {
      reader_.Error(place, "a syscall has at most 6 arguments");
    }
    if (!reader_.Here().Is(")") && !reader_.Expect(",")) return false;
  }
  return true;
}

bool Parser::Guard(RuleNode& rule) {
  if (!reader_.TakeWordIf("ON")) return true;
  if (rule.is_guarded) {
    return reader_.Expected("one ON for each syscall");
  }
  rule.is_guarded = true;
  const bool is_list = reader_.TakeIf("{");
  do {
    if (is_list && reader_.Here().Is("}")) break;
    const Place place = reader_.Here().place;
    std::string name;
    if (!Name("an architecture", name)) return false;
    rule.architectures.emplace_back(name, place);
  } while (is_list && reader_.TakeIf(","));
  return !is_list || reader_.Expect("}");
}

bool Parser::Condition(RuleNode& rule) {
  if (!reader_.TakeIf("{")) return true;
  if (reader_.TakeIf("}")) return true;
  rule.condition = ParseCondition(reader_);
  if (rule.condition && reader_.Expect("}")) return true;
  SkipCondition();
  return false;
}

void Parser::SkipCondition() {
  int depth = 0;
  while (!reader_.AtEnd() && !IsKeyword(reader_.Here().text)) {
    if (reader_.TakeIf("}")) {
      if (depth-- == 0) return;
    } else if (reader_.Take().Is("{")) {
      ++depth;
    }
  }
}

bool Parser::Call(RuleNode& rule) {
  rule.call.place = reader_.Here().place;
  if (!reader_.TakeWordIf("SYSCALL")) return Name("a syscall", rule.call.name);
  if (!reader_.Expect("[")) return false;
  if (reader_.Here().kind != Token::Kind::kNumber) {
    return reader_.Expected("the number of a syscall");
  }
  rule.call.number = reader_.Take().number;
  if (reader_.TakeIf("..")) {
    if (reader_.Here().kind != Token::Kind::kNumber) {
      return reader_.Expected("the last number of the range");
    }
    rule.last = reader_.Take().number;
  }
  return reader_.Expect("]");
}

bool Parser::Rule(RuleNode& rule) {
  return Call(rule) && OwnArguments(rule) && Guard(rule) && Condition(rule) &&
         Guard(rule);
}

bool Parser::Block(Statement& block) {
  block.place = reader_.Here().place;
  if (!Action(block.action) || !reader_.Expect("{")) return false;
  while (!reader_.AtEnd() && !reader_.Here().Is("}")) {
    RuleNode rule;
    if (Rule(rule)) {
      block.rules.push_back(std::move(rule));
      if (reader_.TakeIf(",")) continue;
      if (reader_.Here().Is("}")) break;
      reader_.Expected("a comma or \"}\"");
    }
    if (reader_.full()) return false;
    SkipRule();
    if (!reader_.TakeIf(",") && !reader_.Here().Is("}")) return true;
  }
  return reader_.Expect("}");
}

bool Parser::PolicyStatement(std::vector<Statement>& out) {
  Statement statement;
  if (reader_.Here().IsWord("USE")) {
    reader_.Take();
    statement.kind = Statement::Kind::kUse;
    statement.place = reader_.Here().place;
    if (!Name("the name of a policy", statement.name)) return false;
  } else if (!Block(statement)) {
    return false;
  }
  out.push_back(std::move(statement));
  return true;
}

bool Parser::Policy(std::vector<Statement>& out) {
  reader_.Take();
  Statement policy;
  policy.kind = Statement::Kind::kPolicy;
  policy.place = reader_.Here().place;
  if (!Name("the name of a policy", policy.name) || !reader_.Expect("{")) {
    return false;
  }
  while (!reader_.TakeIf("}")) {
    if (reader_.full()) return false;
    if (reader_.Here().IsWord("POLICY") || reader_.Here().IsWord("DEFAULT") ||
        reader_.Here().Is("#")) {
      const bool is_missing = reader_.Here().IsWord("POLICY");
      reader_.Error(
          reader_.Here().place,
          absl::StrCat(reader_.Here().text,
                       is_missing ? " can't stand inside of a policy: is a "
                                    "\"}\" missing before it?"
                       : reader_.Here().Is("#")
                           ? "define can't stand inside of a "
                             "policy"
                           : " can't stand inside of a "
                             "policy"));
      out.push_back(std::move(policy));
      return true;
    }
    if (reader_.AtEnd()) return reader_.Expected("\"}\"");
    if (!PolicyStatement(policy.statements)) {
      SkipToStatement();
      continue;
    }
    reader_.TakeIf(",");
  }
  out.push_back(std::move(policy));
  return true;
}

std::vector<Statement> Parser::Program() {
  std::vector<Statement> statements;
  while (!reader_.AtEnd() && !reader_.full()) {
    const Token& here = reader_.Here();
    bool good = true;
    if (here.Is("#")) {
      good = Define(statements);
    } else if (here.IsWord("POLICY")) {
      good = Policy(statements);
    } else if (here.IsWord("DEFAULT")) {
      good = Default(statements);
    } else if (StartsStatement()) {
      good = PolicyStatement(statements);
    } else if (here.Is(",") && !statements.empty()) {
      reader_.Take();
    } else {
      reader_.Error(
          here.place,
          absl::StrCat("starts no statement: \"", Printable(here.text, 40),
                       "\"", DidYouMean(here.text, StatementWords())));
      SkipToStatement();
      continue;
    }
    if (!good && !StartsStatement()) SkipToStatement();
  }
  return statements;
}

}  // namespace

bool IsKeyword(absl::string_view word) {
  return word == "POLICY" || word == "USE" || word == "DEFAULT" ||
         word == "SYSCALL" || word == "ON" || word == "define" ||
         Verdicts().count(std::string(word)) > 0;
}

PolicyText ParsePolicy(const TokenList& tokens, PolicyErrors& errors) {
  return {Parser(tokens, errors).Program(), tokens.names};
}

}  // namespace jail::seccomp
