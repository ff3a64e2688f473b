// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/compile.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/evaluate.h"
#include "jail/seccomp/policy_test_helper.h"
#include "jail/seccomp/syscalls.h"

namespace jail::seccomp {
namespace {

TEST(Compile, ShortPrograms) {
  EXPECT_EQ(Disassemble(ProgramOf(PolicyOf("ALLOW { read } DEFAULT KILL"))),
            "0000: ld   arch\n"
            "0001: jeq  0xc000003e, 0003, 0002  ; x86_64\n"
            "0002: ret  KILL_PROCESS\n"
            "0003: ld   nr\n"
            "0004: jge  0x00000001, 0005, 0006  ; write\n"
            "0005: ret  KILL_THREAD\n"
            "0006: ret  ALLOW\n");
}

TEST(Compile, ArgumentsAreLoadedOnce) {
  const Program program =
      ProgramOf(PolicyOf("ALLOW { write { fd == 1 || fd == 2 || fd == 5 } }"));
  int loads = 0;
  for (const sock_filter& it : program) loads += BPF_CLASS(it.code) == BPF_LD;
  EXPECT_EQ(loads, 3) << Disassemble(program);  // arch, nr, fd
}

TEST(Compile, EqualRulesShareTheirCode) {
  const size_t one =
      ProgramOf(PolicyOf("ALLOW { write { fd == 1 || count > 7 } }")).size();
  const size_t three =
      ProgramOf(PolicyOf("#define A 3\nALLOW { write { fd == 1 || count > 7 }, "
                         "read { fd == 1 || count > 7 }, SYSCALL[300] } "))
          .size();
  EXPECT_LE(three, one + 3);
}

TEST(Compile, JumpsOver255Instructions) {
  // Distinct conditions, so that nothing is shared.
  std::string text = "ALLOW { ";
  for (int i = 0; i < 300; ++i) {
    absl::StrAppend(&text, "SYSCALL[", 2 * i, "](a, b) { a == ", i + 1,
                    " && b > ", 1000 + i, " }, ");
  }
  const Policy policy = PolicyOf(text + "} DEFAULT ERRNO(1)");
  const Program program = ProgramOf(policy);
  EXPECT_GT(program.size(), 1000u);
  for (uint32_t i = 0; i < 600; ++i) {
    for (const uint64_t a : {i / 2, i / 2 + 1}) {
      for (const uint64_t b : {1000 + i / 2, 1001 + i / 2}) {
        const seccomp_data call = CallOf(Arch::kX86_64, i, {a, b});
        const auto outcome = seccomp::Run(program, call);
        ASSERT_TRUE(outcome);
        ASSERT_EQ(outcome->value, Evaluate(policy, call).action.ReturnValue());
      }
    }
  }
}

TEST(Compile, TheKernelsBitmapAppliesToRulesWithoutArguments) {
  const Policy policy = PolicyOf(
      "ALLOW { read, write { fd == 1 }, close, mmap } ERRNO(1) { open } "
      "DEFAULT KILL",
      {Arch::kX86_64, Arch::kX86});
  const Program program = ProgramOf(policy);
  const auto allowed = [&](const char* call, Arch arch = Arch::kX86_64) {
    return AllowedByBitmap(program, arch, *SyscallNumber(arch, call));
  };
  EXPECT_TRUE(allowed("read"));
  EXPECT_TRUE(allowed("close"));
  EXPECT_TRUE(allowed("read", Arch::kX86));
  EXPECT_FALSE(allowed("write"));
  EXPECT_FALSE(allowed("open"));
  EXPECT_FALSE(allowed("fork"));
  EXPECT_FALSE(allowed("read", Arch::kAarch64));
}

TEST(Compile, DecisionsNameTheirRule) {
  const Policy policy = PolicyOf("ALLOW { read }\n  ERRNO(1) { write }");
  const auto text = [&](uint32_t number, Arch arch = Arch::kX86_64) {
    return Evaluate(policy, CallOf(arch, number, {})).ToString(policy.names);
  };
  EXPECT_EQ(text(1), "ERRNO(EPERM), by p:2:14 (write)");
  EXPECT_EQ(text(2), "KILL, by DEFAULT");
  EXPECT_EQ(text(1, Arch::kArm),
            "KILL_PROCESS: the policy is not for this architecture");
}

TEST(Bpf, RefusesWhatTheKernelRefuses) {
  const sock_filter allow = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
  const auto valid = [&](sock_filter first) { return IsValid({first, allow}); };
  EXPECT_TRUE(IsValid({allow}));
  EXPECT_FALSE(IsValid({}));
  EXPECT_FALSE(IsValid(Program(kMaxInstructions + 1, allow)));
  EXPECT_TRUE(valid({BPF_LD | BPF_W | BPF_ABS, 0, 0, 60}));
  EXPECT_FALSE(valid({BPF_LD | BPF_W | BPF_ABS, 0, 0, 64}));
  EXPECT_FALSE(valid({BPF_LD | BPF_W | BPF_ABS, 0, 0, 2}));
  EXPECT_FALSE(valid({BPF_LD | BPF_B | BPF_ABS, 0, 0, 0}));
  EXPECT_FALSE(valid({BPF_ST, 0, 0, BPF_MEMWORDS}));
  EXPECT_FALSE(valid({BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0}));
  EXPECT_FALSE(valid({BPF_JMP | BPF_JA, 0, 0, 1}));
  EXPECT_FALSE(IsValid({{BPF_LD | BPF_IMM, 0, 0, 0}}));
  EXPECT_FALSE(seccomp::Run({}, {}).has_value());
}

}  // namespace
}  // namespace jail::seccomp
