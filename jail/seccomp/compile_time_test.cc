// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What reading and compiling a large policy costs: printed, not judged.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/compile.h"
#include "jail/seccomp/syscalls.h"

namespace jail::seccomp {
namespace {

TEST(CompileTime, Of300Syscalls) {
  std::vector<std::string> names = SyscallNames(NativeArch());
  ASSERT_GT(names.size(), 300u);
  names.resize(300);
  std::string text = "ALLOW { ";
  for (const std::string& name : names) absl::StrAppend(&text, name, ", ");
  text += "} ERRNO(EPERM) { socket { family == AF_VSOCK } } DEFAULT KILL";
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
  printf("300 syscalls: read %.0f us, compile %.0f us, %zu instructions\n",
         least_read, least_compile, size);
}

}  // namespace
}  // namespace jail::seccomp
