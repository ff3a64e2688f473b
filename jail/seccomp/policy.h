// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// A policy whose names are looked up: what it says, for each architecture.
#ifndef JAIL_SECCOMP_POLICY_H_
#define JAIL_SECCOMP_POLICY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jail/seccomp/arch.h"
#include "jail/seccomp/ast.h"
#include "jail/seccomp/lexer.h"
#include "jail/seccomp/policy_error.h"

namespace jail::seccomp {

// Rules of one architecture, a USE's own included.
constexpr size_t kMaxRules = 65536;
// Of them, those that stand for a range of numbers: SYSCALL[a..b].
constexpr size_t kMaxRangeRules = 64;

struct Action {
  Verdict verdict = Verdict::kKillThread;
  uint16_t data = 0;  // of ERRNO, TRAP and TRACE

  uint32_t ReturnValue() const;  // SECCOMP_RET_* | data
  bool IsKill() const {
    return verdict == Verdict::kKillThread || verdict == Verdict::kKillProcess;
  }
  bool IsKillOrErrno() const { return IsKill() || verdict == Verdict::kErrno; }
  // "ALLOW", "ERRNO(EPERM)", "TRAP(3)"
  std::string ToString() const;
};

struct Rule {
  uint32_t number = 0;
  uint32_t last = 0;  // of a range of numbers; else the number again
  std::string call;   // its name as written, or "SYSCALL[n]"
  Action action;
  Place place;
  std::shared_ptr<const Expr> condition;  // null: always

  bool Covers(uint32_t call_number) const {
    return number <= call_number && call_number <= last;
  }
};

struct ArchRules {
  Arch arch = Arch::kX86_64;
  std::vector<Rule> rules;  // the first that matches counts
};

struct Policy {
  std::string name;  // of the only USE at file scope; else empty
  std::vector<ArchRules> archs;
  Action default_action;
  Place default_place;  // line 0: none is given
  SourceNames names;
  // What compiles and deserves a remark: libc's names.  No errors.
  std::vector<PolicyError> notes;
};

// Parses and resolves; nothing when there are errors.  `name` is what the text
// is called in errors.
std::optional<Policy> ReadPolicy(absl::string_view text,
                                 const std::string& name,
                                 const std::vector<Arch>& archs,
                                 const LoadInclude& load, PolicyErrors& errors);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_POLICY_H_
