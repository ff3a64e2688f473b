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

constexpr const char* kHottest[] = {
    "read",          "write", "futex", "epoll_wait", "recvfrom", "sendto",
    "clock_gettime", "close", "mmap",  "munmap",     "poll"};

Program Exported(scmp_filter_ctx filter) {
  const int fd = memfd_create("filter", MFD_CLOEXEC);
  EXPECT_EQ(seccomp_export_bpf(filter, fd), 0);
  Program program(static_cast<size_t>(lseek(fd, 0, SEEK_END)) /
                  sizeof(sock_filter));
  EXPECT_EQ(pread(fd, program.data(), program.size() * sizeof(sock_filter), 0),
            static_cast<ssize_t>(program.size() * sizeof(sock_filter)));
  close(fd);
  return program;
}

Program ByLibseccomp(const std::set<uint32_t>& numbers, uint32_t otherwise) {
  const scmp_filter_ctx filter = seccomp_init(otherwise);
  EXPECT_EQ(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2), 0);
  for (const uint32_t number : numbers) {
    EXPECT_EQ(
        seccomp_rule_add(filter, SCMP_ACT_ALLOW, static_cast<int>(number), 0),
        0)
        << number;
  }
  Program program = Exported(filter);
  seccomp_release(filter);
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

// Instructions that the hottest calls run, all lists together: a single call
// may wait for one more here.
struct HotRuns {
  int by_us = 0;
  int by_them = 0;
};

void Compare(const std::set<uint32_t>& numbers, uint32_t otherwise,
             const char* name, HotRuns& hot) {
  const Program theirs = ByLibseccomp(numbers, otherwise);
  const Program ours = ByUs(numbers, name);
  EXPECT_LE(ours.size(), theirs.size()) << numbers.size() << " calls";
  for (const char* call : kHottest) {
    const uint32_t number = *SyscallNumber(Arch::kX86_64, call);
    const seccomp_data data = CallOf(Arch::kX86_64, number, {});
    const auto by_us = Run(ours, data), by_them = Run(theirs, data);
    ASSERT_TRUE(by_us && by_them);
    EXPECT_EQ(by_us->value, by_them->value) << call;
    if (numbers.count(number) == 0) continue;
    EXPECT_LE(by_us->instructions, by_them->instructions + 1)
        << call << " of " << numbers.size() << " calls";
    hot.by_us += by_us->instructions;
    hot.by_them += by_them->instructions;
  }
  for (uint32_t number = 0; number < 460; ++number) {
    const seccomp_data data = CallOf(Arch::kX86_64, number, {});
    ASSERT_EQ(Run(ours, data)->value, Run(theirs, data)->value) << number;
  }
}

TEST(Libseccomp, IsNeverShorterNorFaster) {
  HotRuns hot;
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
        Compare(numbers, SCMP_ACT_KILL, "KILL", hot);
      } else {
        Compare(numbers, SCMP_ACT_ERRNO(1), "ERRNO(1)", hot);
      }
    }
  }
  // As sparse as can be: no two are neighbours.
  std::set<uint32_t> sparse;
  for (const uint32_t number : all) {
    if (number % 2 == 0) sparse.insert(number);
  }
  Compare(sparse, SCMP_ACT_KILL, "KILL", hot);
  Compare(sparse, SCMP_ACT_ERRNO(1), "ERRNO(1)", hot);
  EXPECT_LT(hot.by_us, hot.by_them);
}

// One rule: these comparisons of one call's arguments, all true.
struct ArgumentRule {
  uint32_t number;
  std::vector<scmp_arg_cmp> comparisons;
};

Program ByLibseccomp(const std::vector<ArgumentRule>& rules, uint32_t action,
                     uint32_t otherwise) {
  const scmp_filter_ctx filter = seccomp_init(otherwise);
  EXPECT_EQ(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2), 0);
  for (const ArgumentRule& rule : rules) {
    EXPECT_EQ(
        seccomp_rule_add_array(filter, action, static_cast<int>(rule.number),
                               static_cast<unsigned>(rule.comparisons.size()),
                               rule.comparisons.data()),
        0);
  }
  Program program = Exported(filter);
  seccomp_release(filter);
  return program;
}

// The same as a policy: every argument of 64 bits, as libseccomp has it.
Program ByUs(const std::vector<ArgumentRule>& rules, const char* action,
             const char* otherwise) {
  std::string text = absl::StrCat(action, " { ");
  for (const ArgumentRule& rule : rules) {
    absl::StrAppend(&text, "SYSCALL[", rule.number, "](a, b, c, d, e, f)");
    const char* join = " { ";
    for (const scmp_arg_cmp& it : rule.comparisons) {
      const char name = static_cast<char>('a' + it.arg);
      absl::StrAppend(&text, join);
      if (it.op == SCMP_CMP_MASKED_EQ) {
        absl::StrAppend(&text, "(", std::string(1, name), " & ", it.datum_a,
                        ") == ", it.datum_b);
      } else {
        absl::StrAppend(&text, std::string(1, name),
                        it.op == SCMP_CMP_EQ   ? " == "
                        : it.op == SCMP_CMP_NE ? " != "
                        : it.op == SCMP_CMP_LT ? " < "
                                               : " >= ",
                        it.datum_a);
      }
      join = " && ";
    }
    absl::StrAppend(&text, rule.comparisons.empty() ? ", " : " }, ");
  }
  return ProgramOf(PolicyOf(absl::StrCat(text, "} DEFAULT ", otherwise)));
}

TEST(Libseccomp, IsNotShorterWithArgumentsEither) {
  const std::vector<uint32_t> all = AllNumbers();
  std::mt19937_64 random(20261121);  // NOLINT: the same lists each time
  const auto below = [&](uint64_t limit) { return random() % limit; };
  constexpr scmp_compare kOps[] = {SCMP_CMP_EQ, SCMP_CMP_NE, SCMP_CMP_LT,
                                   SCMP_CMP_GE, SCMP_CMP_MASKED_EQ};
  size_t ours_in_all = 0, theirs_in_all = 0;
  int hot_by_us = 0, hot_by_them = 0;
  for (int round = 0; round < 60; ++round) {
    std::set<uint32_t> numbers;
    while (numbers.size() < 5 + below(120)) {
      numbers.insert(all[below(all.size())]);
    }
    std::vector<ArgumentRule> rules;
    for (const uint32_t number : numbers) {
      const uint64_t comparisons = below(4) == 0 ? 1 + below(2) : 0;
      // libseccomp's own order of a call's rules is another: one each.
      ArgumentRule rule{number, {}};
      for (uint64_t i = 0; i < comparisons; ++i) {
        const scmp_compare op = kOps[below(std::size(kOps))];
        const uint64_t value = below(3) == 0 ? below(64) << 32 : below(64);
        rule.comparisons.push_back(
            {static_cast<unsigned>(i), op,
             op == SCMP_CMP_MASKED_EQ ? value | 64 : value,
             op == SCMP_CMP_MASKED_EQ ? value : 0});
      }
      rules.push_back(std::move(rule));
    }
    const bool denies = round % 2 == 0;
    const Program theirs =
        ByLibseccomp(rules, denies ? SCMP_ACT_ERRNO(1) : SCMP_ACT_ALLOW,
                     denies ? SCMP_ACT_ALLOW : SCMP_ACT_KILL);
    const Program ours =
        ByUs(rules, denies ? "ERRNO(1)" : "ALLOW", denies ? "ALLOW" : "KILL");
    EXPECT_LE(ours.size(), theirs.size()) << rules.size() << " rules";
    // The hottest calls together: one may wait for a test more than there.
    int by_us = 0, by_them = 0;
    for (const char* call : kHottest) {
      const uint32_t number = *SyscallNumber(Arch::kX86_64, call);
      // One that kills is made once.
      if (!denies && numbers.count(number) == 0) continue;
      const seccomp_data data = CallOf(Arch::kX86_64, number, {1, 2});
      by_us += seccomp::Run(ours, data)->instructions;
      by_them += seccomp::Run(theirs, data)->instructions;
    }
    EXPECT_LE(by_us, by_them)
        << rules.size() << " rules, " << (denies ? "denials" : "allowed");
    hot_by_us += by_us;
    hot_by_them += by_them;
    ours_in_all += ours.size();
    theirs_in_all += theirs.size();
    for (int i = 0; i < 3000; ++i) {
      const uint64_t a = below(3) == 0 ? below(64) << 32 : below(70);
      const seccomp_data data = CallOf(
          Arch::kX86_64, static_cast<uint32_t>(below(460)), {a, below(70)});
      ASSERT_EQ(seccomp::Run(ours, data)->value,
                seccomp::Run(theirs, data)->value)
          << data.nr << " " << a;
    }
  }
  printf("instructions: ours %zu, libseccomp's %zu; run by hot calls: %d, %d\n",
         ours_in_all, theirs_in_all, hot_by_us, hot_by_them);
}

}  // namespace
}  // namespace jail::seccomp
