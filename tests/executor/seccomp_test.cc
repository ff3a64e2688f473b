// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Compiled filters in the kernel: it takes them, and decides as the evaluator
// does.
#include <gtest/gtest.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/syscall.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>

#include "jail/seccomp/compile.h"
#include "jail/seccomp/evaluate.h"
#include "jail/seccomp/random_policy.h"
#include "tests/policies/filtered_child.h"

namespace jail::seccomp {
namespace {

std::optional<Policy> Read(const std::string& text) {
  PolicyErrors errors;
  auto policy = ReadPolicy(text, "p", {NativeArch()}, nullptr, errors);
  EXPECT_EQ(errors.ToString(), "");
  return policy;
}

// The signal that ends a child which makes `number` under the policy, or 0.
int SignalOf(const std::string& text, long number) {
  const auto policy = Read(text);
  PolicyErrors errors;
  const auto program = Compile(*policy, errors);
  seccomp_data call{};
  call.nr = static_cast<int>(number);
  const Probed probed = Probe(*program, {call});
  EXPECT_EQ(probed.installed, 1);
  return probed.signal;
}

TEST(SeccompInKernel, Kills) {
  EXPECT_EQ(SignalOf("KILL { getppid } DEFAULT ALLOW", SYS_getppid), SIGSYS);
  EXPECT_EQ(SignalOf("KILL_PROCESS { getppid } DEFAULT ALLOW", SYS_getppid),
            SIGSYS);
  EXPECT_EQ(SignalOf("TRAP(1) { getppid } DEFAULT ALLOW", SYS_getppid), SIGSYS);
  EXPECT_EQ(SignalOf("KILL { getppid } DEFAULT ALLOW", SYS_getpid), 0);
  EXPECT_EQ(SignalOf("ALLOW { getpid } DEFAULT KILL", SYS_getpid), 0);
  EXPECT_EQ(SignalOf("ALLOW { getpid } DEFAULT KILL", SYS_getppid), SIGSYS);
  if (NativeArch() == Arch::kX86_64) {
    EXPECT_EQ(SignalOf("DEFAULT ALLOW", 0x40000000L | SYS_getppid), SIGSYS);
  }
}

// Only calls that must fail with an errno of the policy's are made: none runs.
TEST(SeccompInKernel, DecidesAsTheEvaluatorDoes) {
  const char* fixed = getenv("JAIL_TEST_SEED");
  const uint64_t seed =
      fixed != nullptr ? strtoull(fixed, nullptr, 10) : std::random_device()();
  printf("JAIL_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  RandomPolicy random(seed);
  size_t probed = 0;
  for (int i = 0; i < 40; ++i) {
    const std::string text = random.Text();
    SCOPED_TRACE(text);
    const auto policy = Read(text);
    ASSERT_TRUE(policy);
    PolicyErrors errors;
    const auto program = Compile(*policy, errors);
    if (!program) continue;
    std::vector<seccomp_data> probes;
    std::vector<int> wanted;
    for (int j = 0; j < 2000 && probes.size() < kMaxProbes; ++j) {
      const seccomp_data call = random.Call({NativeArch()});
      const Decision decision = Evaluate(*policy, call);
      // -1 is a skipped call, which fails with ENOSYS by itself.  The kernel
      // lets uretprobe and uprobe (335, 336) pass every filter.
      if (call.arch != AuditArch(NativeArch()) || call.nr < 0 ||
          call.nr == 335 || call.nr == 336 ||
          decision.action.verdict != Verdict::kErrno ||
          decision.action.data == 0) {
        continue;
      }
      probes.push_back(call);
      wanted.push_back(decision.action.data);
    }
    const Probed results = Probe(*program, probes);
    ASSERT_EQ(results.installed, 1) << Disassemble(*program);
    const size_t made = results.errors.size();
    ASSERT_TRUE(results.done)
        << "signal " << results.signal << " at call " << probes[made].nr
        << ", number " << made << " of " << probes.size();
    for (size_t j = 0; j < probes.size(); ++j, ++probed) {
      ASSERT_EQ(results.errors[j], wanted[j])
          << "seed " << seed << ", call " << probes[j].nr;
    }
  }
  EXPECT_GT(probed, 100u);
}

}  // namespace
}  // namespace jail::seccomp
