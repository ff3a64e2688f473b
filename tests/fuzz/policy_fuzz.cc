// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a Kafel policy.  Beside not crashing,
//  - each fault is told in one line that is safe to print, with a place that is
//    in the text,
//  - what is taken compiles to a filter that the kernel takes, or says why not,
//  - and the filter decides as the rules do, for calls that the bytes choose.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "jail/seccomp/compile.h"
#include "jail/seccomp/evaluate.h"
#include "jail/sys/printable.h"

namespace {

using jail::seccomp::Arch;
using jail::seccomp::Policy;
using jail::seccomp::PolicyError;
using jail::seccomp::PolicyErrors;
using jail::seccomp::Program;

constexpr char kIncluded[] =
    "#define INCLUDED 3\nPOLICY included { ALLOW { read { fd == INCLUDED } } }";

[[noreturn]] void Fail(const std::string& what, const std::string& text) {
  std::fprintf(stderr, "%s\n--- for ---\n%s\n", what.c_str(), text.c_str());
  std::abort();
}

// "a" has text, "b" includes itself and all others are not there.
absl::StatusOr<jail::seccomp::IncludedFile> Load(const std::string& name,
                                                 const std::string&) {
  if (name == "a") return jail::seccomp::IncludedFile{name, kIncluded};
  if (name == "b") {
    return jail::seccomp::IncludedFile{name, "#include \"b\"\n"};
  }
  return absl::NotFoundError("no such file");
}

void CheckLines(const std::vector<PolicyError>& errors,
                const std::string& text) {
  const int lines =
      1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  for (const PolicyError& error : errors) {
    const std::string line = error.ToString();
    if (error.message.empty() || jail::Printable(line, line.size()) != line) {
      Fail("not safe to print: " + jail::Printable(line, 1000), text);
    }
    if (line.size() > 1000) Fail("a long line: " + line, text);
    if (error.file == "fuzz" && (error.line < 0 || error.line > lines)) {
      Fail("a line that the text does not have: " + line, text);
    }
  }
}

// The same numbers for the same bytes.
class Numbers {
 public:
  explicit Numbers(const std::string& text) {
    for (const char c : text) Mix(static_cast<uint8_t>(c));
  }
  uint64_t Next() {
    Mix(1);
    return state_ ^ (state_ >> 29);
  }

 private:
  void Mix(uint64_t value) {
    state_ = (state_ ^ value) * 0x9e3779b97f4a7c15 + 0x7f4a7c15;
  }
  uint64_t state_ = 88172645463325252;
};

// Numbers that rules compare with, and their neighbours.
void CollectNumbers(const jail::seccomp::Expr& expr,
                    std::vector<uint64_t>& numbers) {
  if (numbers.size() > 100) return;
  if (expr.op == jail::seccomp::Expr::Op::kNumber) {
    numbers.push_back(expr.number);
  }
  for (const auto& child : expr.children) CollectNumbers(child, numbers);
}

void CheckDecisions(const Policy& policy, const Program& program,
                    const std::string& text) {
  Numbers random(text);
  for (const auto& arch : policy.archs) {
    for (int i = 0; i < 60; ++i) {
      seccomp_data call{};
      call.arch = AuditArch(arch.arch);
      call.nr = static_cast<int>(random.Next() % 600);
      std::vector<uint64_t> numbers{0, ~uint64_t{0}};
      if (!arch.rules.empty() && i % 4 != 0) {
        const auto& rule = arch.rules[random.Next() % arch.rules.size()];
        call.nr = static_cast<int>(
            (random.Next() % 2 == 0 ? rule.number : rule.last) +
            (random.Next() % 8 == 0 ? 1 : 0));
        if (rule.condition) CollectNumbers(*rule.condition, numbers);
      }
      for (auto& argument : call.args) {
        argument = numbers[random.Next() % numbers.size()] +
                   (random.Next() % 3 == 0 ? 1 : 0);
      }
      const auto outcome = jail::seccomp::Run(program, call);
      if (!outcome) Fail("the filter does not run", text);
      const auto decision = jail::seccomp::Evaluate(policy, call);
      if (outcome->value != decision.action.ReturnValue()) {
        Fail("call " + std::to_string(call.nr) + " is decided otherwise than " +
                 decision.ToString(policy.names) + "\n" +
                 jail::seccomp::Disassemble(program),
             text);
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  PolicyErrors errors;
  const auto policy = jail::seccomp::ReadPolicy(
      text, "fuzz", {Arch::kX86_64, Arch::kX86}, Load, errors);
  CheckLines(errors.list(), text);
  if (policy.has_value() != errors.empty()) {
    Fail("neither a policy nor an error", text);
  }
  if (!policy) return 0;
  CheckLines(policy->notes, text);
  const auto program = jail::seccomp::Compile(*policy, errors);
  CheckLines(errors.list(), text);
  if (program.has_value() != errors.empty()) {
    Fail("neither a filter nor an error", text);
  }
  if (!program) return 0;
  if (!jail::seccomp::IsValid(*program))
    Fail("the kernel would refuse it", text);
  CheckDecisions(*policy, *program, text);
  return 0;
}
