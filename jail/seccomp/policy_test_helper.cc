// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/policy_test_helper.h"

#include <gtest/gtest.h>

#include "jail/seccomp/compile.h"
#include "jail/seccomp/evaluate.h"
#include "jail/seccomp/syscalls.h"

namespace jail::seccomp {

LoadInclude LoadFrom(const Files& files) {
  if (files.empty()) return nullptr;
  return [files](const std::string& name,
                 const std::string&) -> absl::StatusOr<IncludedFile> {
    const auto file = files.find(name);
    if (file == files.end()) return absl::NotFoundError("no such file");
    return IncludedFile{name, file->second};
  };
}

Policy PolicyOf(const std::string& text, const std::vector<Arch>& archs,
                const Files& files) {
  PolicyErrors errors;
  auto policy = ReadPolicy(text, "p", archs, LoadFrom(files), errors);
  EXPECT_EQ(errors.ToString(), "") << text;
  return policy.value_or(Policy());
}

Program ProgramOf(const Policy& policy) {
  PolicyErrors errors;
  const auto program = Compile(policy, errors);
  EXPECT_EQ(errors.ToString(), "");
  EXPECT_TRUE(program && IsValid(*program));
  return program.value_or(Program());
}

std::string ErrorsOf(const std::string& text, const std::vector<Arch>& archs,
                     const Files& files) {
  PolicyErrors errors;
  const auto policy = ReadPolicy(text, "p", archs, LoadFrom(files), errors);
  EXPECT_EQ(policy.has_value(), errors.empty());
  if (policy) Compile(*policy, errors);
  return errors.ToString();
}

seccomp_data CallOf(Arch arch, uint32_t number,
                    const std::vector<uint64_t>& args) {
  seccomp_data data{};
  data.arch = AuditArch(arch);
  data.nr = static_cast<int>(number);
  for (size_t i = 0; i < args.size(); ++i) data.args[i] = args[i];
  return data;
}

std::string DecisionOf(const Policy& policy, const seccomp_data& call) {
  const Decision decision = Evaluate(policy, call);
  const auto outcome = Run(ProgramOf(policy), call);
  EXPECT_TRUE(outcome);
  if (outcome) {
    EXPECT_EQ(outcome->value, decision.action.ReturnValue())
        << decision.ToString(policy.names);
  }
  return decision.action.ToString();
}

std::string DecisionOf(const std::string& policy, const std::string& call,
                       const std::vector<uint64_t>& args, Arch arch) {
  const auto number = SyscallNumber(arch, call);
  EXPECT_TRUE(number) << call;
  return DecisionOf(PolicyOf(policy, {arch}),
                    CallOf(arch, number.value_or(0), args));
}

}  // namespace jail::seccomp
