// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Compiled filters and the evaluator decide alike, on random policies.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "jail/seccomp/compile.h"
#include "jail/seccomp/evaluate.h"
#include "jail/seccomp/policy_test_helper.h"
#include "jail/seccomp/random_policy.h"

namespace jail::seccomp {
namespace {

constexpr int kPolicies = 600;
constexpr int kCalls = 500;  // of each policy

uint64_t Seed() {
  // JAIL_TEST_SEED repeats a run.
  const char* fixed = getenv("JAIL_TEST_SEED");
  return fixed != nullptr ? strtoull(fixed, nullptr, 10)
                          : std::random_device()();
}

TEST(Agreement, OnRandomPoliciesAndCalls) {
  const uint64_t seed = Seed();
  printf("JAIL_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  RandomPolicy random(seed);
  int calls = 0, too_long = 0;
  for (int i = 0; i < kPolicies; ++i) {
    const std::vector<Arch> archs =
        i % 3 == 0 ? std::vector<Arch>{Arch::kX86_64, Arch::kX86}
                   : std::vector<Arch>{Arch::kX86_64};
    const std::string text = random.Text();
    SCOPED_TRACE(text);
    PolicyErrors errors;
    const auto policy = ReadPolicy(text, "p", archs, nullptr, errors);
    ASSERT_EQ(errors.ToString(), "");
    const auto program = Compile(*policy, errors);
    if (!program) {
      ASSERT_NE(errors.ToString().find("instructions"), std::string::npos);
      ++too_long;
      continue;
    }
    ASSERT_TRUE(IsValid(*program));
    for (int j = 0; j < kCalls; ++j, ++calls) {
      const seccomp_data call = random.Call(archs);
      const Decision decision = Evaluate(*policy, call);
      const auto outcome = seccomp::Run(*program, call);
      ASSERT_TRUE(outcome);
      ASSERT_EQ(outcome->value, decision.action.ReturnValue())
          << "seed " << seed << ", call " << call.nr << " of " << call.arch
          << "(" << call.args[0] << ", " << call.args[1] << ", " << call.args[2]
          << ", " << call.args[3] << ", " << call.args[4] << ", "
          << call.args[5] << "): " << decision.ToString(policy->names) << "\n"
          << Disassemble(*program);
    }
  }
  EXPECT_GE(calls, 200000);
  EXPECT_LT(too_long, kPolicies / 10);
}

TEST(Agreement, AlwaysTheSameProgram) {
  RandomPolicy random(7);
  for (int i = 0; i < 20; ++i) {
    const std::string text = random.Text();
    const Policy first = PolicyOf(text), second = PolicyOf(text);
    EXPECT_EQ(Disassemble(ProgramOf(first)), Disassemble(ProgramOf(second)));
  }
}

}  // namespace
}  // namespace jail::seccomp
