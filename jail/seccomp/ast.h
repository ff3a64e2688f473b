// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// A policy as it was written: names are not looked up yet.
#ifndef JAIL_SECCOMP_AST_H_
#define JAIL_SECCOMP_AST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jail/seccomp/policy_error.h"

namespace jail::seccomp {

// Parentheses and "!" within one another.
constexpr int kMaxExpressionDepth = 200;

struct Expr {
  enum class Op {
    kNumber,    // number
    kName,      // name; resolved to one of the two others
    kArgument,  // argument, and how wide it is
    kBitAnd,    // from here on: children
    kBitOr,
    kEq,
    kNe,
    kLt,
    kLe,
    kGt,
    kGe,
    kAnd,
    kOr,
    kNot,
  };
  Op op = Op::kNumber;
  Place place;
  uint64_t number = 0;
  std::string name;
  int argument = 0;            // 0 to 5
  bool is_wide = false;        // an argument of 64 bits
  std::vector<Expr> children;  // BitAnd, BitOr, And, Or: two and more

  bool IsValue() const { return op <= Op::kBitOr; }
  bool IsComparison() const { return op >= Op::kEq && op <= Op::kGe; }
};

// A number that may be named.
struct NumberOrName {
  uint64_t number = 0;
  std::string name;  // empty: `number` counts
  Place place;
};

enum class Verdict {
  kAllow,
  kLog,
  kKillThread,
  kKillProcess,
  kErrno,
  kTrap,
  kTrace,
  kUserNotif,
};

struct ActionNode {
  Verdict verdict = Verdict::kKillThread;
  std::optional<NumberOrName> data;  // of ERRNO, TRAP and TRACE
  Place place;
};

// One syscall of a block: `write(fd, buf, n) ON x86_64 { fd == 1 }`.
struct RuleNode {
  NumberOrName call;             // a name, or SYSCALL[n]
  std::optional<uint64_t> last;  // of SYSCALL[n..last], which is ours
  bool has_own_arguments = false;
  std::vector<std::pair<std::string, Place>> own_arguments;
  bool is_guarded = false;
  std::vector<std::pair<std::string, Place>> architectures;  // ON
  std::optional<Expr> condition;
};

struct Statement {
  enum class Kind { kDefine, kPolicy, kUse, kBlock, kDefault };
  Kind kind = Kind::kBlock;
  Place place;                        // of the name; of the action
  std::string name;                   // of Define, Policy, Use
  uint64_t number = 0;                // of Define
  ActionNode action;                  // of Block and Default
  std::vector<RuleNode> rules;        // of Block
  std::vector<Statement> statements;  // of Policy: Use and Block
};

struct PolicyText {
  std::vector<Statement> statements;
  SourceNames names;
};

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_AST_H_
