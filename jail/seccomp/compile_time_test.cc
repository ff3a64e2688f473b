// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What reading and compiling a large policy costs: printed, not judged.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/compile.h"
#include "jail/seccomp/shipped.h"
#include "jail/seccomp/syscalls.h"

namespace jail::seccomp {
namespace {

// Prints the least times of 20 runs; asserts none.
void Measure(const char* what, const std::string& text) {
  double least_read = 1e9, least_compile = 1e9;
  size_t size = 0;
  for (int i = 0; i < 20; ++i) {
    const auto start = std::chrono::steady_clock::now();
    PolicyErrors errors;
    const auto policy = ReadPolicy(text, "p", {NativeArch()}, nullptr, errors);
    const auto middle = std::chrono::steady_clock::now();
    ASSERT_EQ(errors.ToString(), "");
    const auto program = Compile(*policy, errors);
    const auto end = std::chrono::steady_clock::now();
    ASSERT_TRUE(program && IsValid(*program));
    size = program->size();
    const auto micros = [](auto span) {
      return std::chrono::duration<double, std::micro>(span).count();
    };
    least_read = std::min(least_read, micros(middle - start));
    least_compile = std::min(least_compile, micros(end - middle));
  }
  printf("%s: read %.0f us, compile %.0f us, %zu instructions\n", what,
         least_read, least_compile, size);
}

constexpr char kRest[] =
    "} ERRNO(EPERM) { socket { family == AF_VSOCK } } DEFAULT KILL";

TEST(CompileTime, Of300Syscalls) {
  std::vector<std::string> names = SyscallNames(NativeArch());
  ASSERT_GT(names.size(), 300u);
  names.resize(300);
  std::string text = "ALLOW { ";
  for (const std::string& name : names) absl::StrAppend(&text, name, ", ");
  Measure("300 syscalls", text + kRest);
}

// No two are neighbours: nothing merges.
TEST(CompileTime, Of300SparseSyscalls) {
  std::string text = "ALLOW { ";
  for (int i = 0; i < 300; ++i) {
    absl::StrAppend(&text, "SYSCALL[", 2 * i, "], ");
  }
  Measure("300 sparse syscalls", text + kRest);
  // Each with an argument of its own besides.
  text = "ALLOW { ";
  for (int i = 0; i < 300; ++i) {
    absl::StrAppend(&text, "SYSCALL[", i, "](a, b) { a == ", i, " }, ");
  }
  Measure("300 conditions", text + kRest);
}

TEST(CompileTime, OfTheShippedPolicies) {
  for (const ShippedPolicy& shipped : ShippedPolicies()) {
    Measure(std::string(shipped.name).c_str(),
            absl::StrCat("USE ", shipped.name, " DEFAULT ALLOW"));
  }
}

}  // namespace
}  // namespace jail::seccomp
