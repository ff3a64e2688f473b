// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The same allow lists by libseccomp, optimized: ours are never longer, and
// frequent calls take no more instructions.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/compile.h"
#include "jail/seccomp/policy_test_helper.h"
#include "jail/seccomp/syscalls.h"

namespace jail::seccomp {
namespace {

Program ByLibseccomp(const std::set<uint32_t>& numbers, uint32_t otherwise) {
  const scmp_filter_ctx filter = seccomp_init(otherwise);
  EXPECT_EQ(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2), 0);
  for (const uint32_t number : numbers) {
    EXPECT_EQ(
        seccomp_rule_add(filter, SCMP_ACT_ALLOW, static_cast<int>(number), 0),
        0)
        << number;
  }
  const int fd = memfd_create("filter", MFD_CLOEXEC);
  EXPECT_EQ(seccomp_export_bpf(filter, fd), 0);
  seccomp_release(filter);
  Program program(static_cast<size_t>(lseek(fd, 0, SEEK_END)) /
                  sizeof(sock_filter));
  EXPECT_EQ(pread(fd, program.data(), program.size() * sizeof(sock_filter), 0),
            static_cast<ssize_t>(program.size() * sizeof(sock_filter)));
  close(fd);
  return program;
}

Program ByUs(const std::set<uint32_t>& numbers, const char* otherwise) {
  std::string text = "ALLOW { ";
  for (const uint32_t number : numbers) {
    absl::StrAppend(&text, "SYSCALL[", number, "], ");
  }
  return ProgramOf(PolicyOf(absl::StrCat(text, "} DEFAULT ", otherwise)));
}

std::vector<uint32_t> AllNumbers() {
  std::vector<uint32_t> numbers;
  for (uint32_t i = 0; i <= 450; ++i) {
    if (!SyscallName(Arch::kX86_64, i).empty()) numbers.push_back(i);
  }
  return numbers;
}

void Compare(const std::set<uint32_t>& numbers, uint32_t otherwise,
             const char* name) {
  const Program theirs = ByLibseccomp(numbers, otherwise);
  const Program ours = ByUs(numbers, name);
  EXPECT_LE(ours.size(), theirs.size()) << numbers.size() << " calls";
  for (const char* call :
       {"read", "write", "futex", "epoll_wait", "recvfrom", "sendto",
        "clock_gettime", "close", "mmap", "munmap", "poll"}) {
    const uint32_t number = *SyscallNumber(Arch::kX86_64, call);
    const seccomp_data data = CallOf(Arch::kX86_64, number, {});
    const auto by_us = Run(ours, data), by_them = Run(theirs, data);
    ASSERT_TRUE(by_us && by_them);
    EXPECT_EQ(by_us->value, by_them->value) << call;
    if (numbers.count(number) == 0) continue;
    EXPECT_LE(by_us->instructions, by_them->instructions)
        << call << " of " << numbers.size() << " calls";
  }
  for (uint32_t number = 0; number < 460; ++number) {
    const seccomp_data data = CallOf(Arch::kX86_64, number, {});
    ASSERT_EQ(Run(ours, data)->value, Run(theirs, data)->value) << number;
  }
}

TEST(Libseccomp, IsNeverShorterNorFaster) {
  const std::vector<uint32_t> all = AllNumbers();
  ASSERT_GT(all.size(), 340u);
  std::mt19937_64 random(20261121);  // NOLINT: the same lists each time
  for (const size_t count :
       {1, 2, 3, 4, 5, 8, 13, 20, 40, 60, 80, 120, 180, 240, 300, 340}) {
    for (int round = 0; round < 6; ++round) {
      std::set<uint32_t> numbers;
      while (numbers.size() < count) {
        numbers.insert(all[random() % all.size()]);
      }
      SCOPED_TRACE(count);
      if (round % 2 == 0) {
        Compare(numbers, SCMP_ACT_KILL, "KILL");
      } else {
        Compare(numbers, SCMP_ACT_ERRNO(1), "ERRNO(1)");
      }
    }
  }
  // As sparse as can be: no two are neighbours.
  std::set<uint32_t> sparse;
  for (const uint32_t number : all) {
    if (number % 2 == 0) sparse.insert(number);
  }
  Compare(sparse, SCMP_ACT_KILL, "KILL");
  Compare(sparse, SCMP_ACT_ERRNO(1), "ERRNO(1)");
}

}  // namespace
}  // namespace jail::seccomp
