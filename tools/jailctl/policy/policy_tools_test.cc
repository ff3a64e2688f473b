// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/seccomp.h>

#include <string>
#include <vector>

#include "jail/seccomp/compile.h"
#include "jail/seccomp/syscalls.h"
#include "tools/jailctl/policy/diff.h"
#include "tools/jailctl/policy/explain.h"
#include "tools/jailctl/policy/loaded_policy.h"
#include "tools/jailctl/policy/reach.h"
#include "tools/jailctl/policy/value_names.h"

namespace jail::jailctl {
namespace {

using seccomp::Arch;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

LoadedPolicy Loaded(const std::string& text, const std::string& name = "p",
                    const std::vector<Arch>& archs = {Arch::kX86_64}) {
  seccomp::PolicyErrors errors;
  auto policy = seccomp::ReadPolicy(text, name, archs, nullptr, errors);
  EXPECT_EQ(errors.ToString(), "") << text;
  if (!policy) return {};
  auto filter = seccomp::Compile(*policy, errors);
  EXPECT_EQ(errors.ToString(), "") << text;
  return {
      name, *std::move(policy), filter.value_or(seccomp::Program()), {}, false};
}

uint32_t Number(const char* name) {
  return *seccomp::SyscallNumber(Arch::kX86_64, name);
}

// "write(fd=2) ALLOW KILL_THREAD"
std::vector<std::string> DiffsOf(const std::string& first,
                                 const std::string& second) {
  std::vector<std::string> lines;
  for (const Difference& d :
       Diff(Loaded(first), Loaded(second), {Arch::kX86_64}).differences) {
    std::string line = CallName(d.arch, d.number);
    for (const auto& [index, value] : d.example) {
      line += " " + std::to_string(index) + "=" + std::to_string(value);
    }
    lines.push_back(line + " " + seccomp::ReturnName(d.first) + " " +
                    seccomp::ReturnName(d.second));
  }
  return lines;
}

TEST(Reach, FindsTheReturnsOfACall) {
  const LoadedPolicy policy = Loaded(
      "ALLOW { read, write(fd, b, n) { fd == 1 } } ERRNO(1) { write } "
      "DEFAULT KILL");
  const auto of = [&](const char* name) {
    return PossibleReturns(policy.filter, Arch::kX86_64, Number(name));
  };
  EXPECT_THAT(of("read"), ElementsAre(SECCOMP_RET_ALLOW));
  EXPECT_THAT(of("write"),
              ElementsAre(SECCOMP_RET_ERRNO | 1, SECCOMP_RET_ALLOW));
  EXPECT_THAT(of("open"), ElementsAre(SECCOMP_RET_KILL_THREAD));
}

TEST(Annotate, GivesEachReturnItsRules) {
  const LoadedPolicy policy = Loaded(
      "ALLOW { read,\nwrite(fd, b, n) { fd == 1 } }\nERRNO(1) { write }\n"
      "DEFAULT KILL");
  std::string all;
  const std::vector<Annotation> annotations = Annotate(policy);
  for (size_t at = 0; at < annotations.size(); ++at) {
    if (policy.filter[at].code != (BPF_RET | BPF_K)) {
      EXPECT_THAT(annotations[at].rules, ElementsAre()) << at;
      if (!annotations[at].argument.empty()) {
        EXPECT_EQ(annotations[at].argument, "write: fd");
      }
      continue;
    }
    if (policy.filter[at].k == SECCOMP_RET_ALLOW) {
      EXPECT_THAT(annotations[at].rules,
                  ElementsAre("p:1:9 (read)", "p:2:1 (write)"));
    } else if (policy.filter[at].k == (SECCOMP_RET_ERRNO | 1)) {
      EXPECT_THAT(annotations[at].rules, ElementsAre("p:3:12 (write)"));
    } else if (policy.filter[at].k == SECCOMP_RET_KILL_THREAD) {
      EXPECT_THAT(annotations[at].rules, ElementsAre("DEFAULT"));
    }
  }
}

TEST(Diff, FindsNothingBetweenEqualOnes) {
  EXPECT_THAT(DiffsOf("ALLOW { read } DEFAULT KILL",
                      "POLICY a { ALLOW { SYSCALL[0] } } USE a DEFAULT KILL"),
              ElementsAre());
  EXPECT_THAT(DiffsOf("ALLOW { write(a, b, c) { a == 1 || a == 2 } }",
                      "ALLOW { write(a, b, c) { a > 0 && a < 3 } }"),
              ElementsAre());
}

TEST(Diff, TellsWholeCallsFromArguments) {
  EXPECT_THAT(DiffsOf("ALLOW { read, write } DEFAULT KILL",
                      "ALLOW { read } LOG { ptrace } DEFAULT KILL"),
              ElementsAre("write ALLOW KILL_THREAD", "ptrace KILL_THREAD LOG"));
  EXPECT_THAT(DiffsOf("ALLOW { write(a, b, c) { a == 1 } } DEFAULT KILL",
                      "ALLOW { write(a, b, c) { a <= 1 } } DEFAULT KILL"),
              ElementsAre("write 0=0 KILL_THREAD ALLOW"));
}

TEST(Diff, SeesOneBitOfAMask) {
  EXPECT_THAT(DiffsOf("ALLOW { clone { (clone_flags & 0x7e020000) == 0 } }",
                      "ALLOW { clone { (clone_flags & 0x7e020080) == 0 } }"),
              ElementsAre("clone 0=128 ALLOW KILL_THREAD"));
}

TEST(Diff, SeesAnotherDefaultAndX32) {
  const auto lines =
      DiffsOf("ALLOW { read } DEFAULT KILL", "ALLOW { read } DEFAULT ERRNO(1)");
  EXPECT_THAT(lines, Contains("SYSCALL[999] KILL_THREAD ERRNO(EPERM)"));
  EXPECT_THAT(lines, Contains("SYSCALL[1073741824] KILL_THREAD KILL_PROCESS"));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("read "))));
}

TEST(Explain, SortsCallsAndFindsDangers) {
  const PolicyView view = ExplainPolicy(
      Loaded("ALLOW { read, bpf, clone { (clone_flags & 0x7e020000) == 0 },\n"
             "ioctl(fd, cmd, arg) { cmd != TIOCLINUX } } DEFAULT KILL"),
      Arch::kX86_64, "");
  EXPECT_EQ(view.otherwise, "KILL_THREAD");
  for (const GroupView& group : view.groups) {
    const std::string id = group.group->id;
    if (id == "files") {
      EXPECT_THAT(group.allowed, ElementsAre("read"));
      EXPECT_THAT(group.depends, ElementsAre("ioctl"));
      EXPECT_THAT(group.denied, Contains("write"));
    }
    if (id == "memory") {
      EXPECT_THAT(group.allowed, ElementsAre());
    }
  }
  std::vector<std::string> dangers;
  for (const AllowedDanger& found : view.dangers) {
    dangers.push_back(std::string(found.danger->what) + " by " +
                      found.reasons[0]);
  }
  EXPECT_THAT(dangers, ElementsAre("bpf by p:1:15",
                                   "typing into the terminal by p:2:1"));
}

TEST(Explain, TheWorstComesFirst) {
  const PolicyView view =
      ExplainPolicy(Loaded("DEFAULT ALLOW"), Arch::kX86_64, "");
  ASSERT_EQ(view.dangers.size(), Dangers().size());
  for (size_t i = 1; i < view.dangers.size(); ++i) {
    EXPECT_GE(view.dangers[i - 1].danger->severity,
              view.dangers[i].danger->severity);
  }
}

TEST(Explain, TellsWhatAKernelMustHave) {
  constexpr char kAll[] =
      "kill_process kill_thread trap errno user_notif trace log allow";
  const auto needs = [](const char* policy, const std::string& available) {
    const PolicyView view =
        ExplainPolicy(Loaded(policy), Arch::kX86_64, available);
    std::vector<std::string> texts;
    for (const KernelNeed& need : view.needs) {
      texts.push_back(need.action + " " + need.since + " " +
                      (!need.is_here   ? "unknown"
                       : *need.is_here ? "here"
                                       : "missing"));
    }
    return texts;
  };
  constexpr char kPolicy[] =
      "LOG { read } USER_NOTIF { write } TRACE(1) { close } DEFAULT ALLOW";
  EXPECT_THAT(needs("ERRNO(1) { read } DEFAULT KILL", kAll), ElementsAre());
  EXPECT_THAT(
      needs(kPolicy, kAll),
      ElementsAre("log 4.14 here", "trace 3.5 here", "user_notif 5.0 here"));
  EXPECT_THAT(needs(kPolicy, ""),
              ElementsAre("log 4.14 unknown", "trace 3.5 unknown",
                          "user_notif 5.0 unknown"));
  // A wrong architecture is always answered with kill_process.
  EXPECT_THAT(
      needs("LOG { read } DEFAULT ALLOW", "kill trap errno trace allow"),
      ElementsAre("kill_process 4.14 missing", "log 4.14 missing"));
  const PolicyView view = ExplainPolicy(Loaded(kPolicy), Arch::kX86_64,
                                        "kill_process errno allow trace log");
  const std::string text = PolicyViewText(view, Painter(false));
  EXPECT_THAT(text, HasSubstr("What it needs of the kernel\n  here    the "
                              "action log, Linux 4.14;"));
  EXPECT_THAT(text, HasSubstr("  missing the action user_notif, Linux 5.0, "
                              "which this kernel has not: it would"));
  EXPECT_THAT(PolicyViewJson(view), HasSubstr("\"here\": false"));
}

TEST(Values, AreNumbersAndConstants) {
  EXPECT_EQ(ParseValue("0x10").value(), 16u);
  EXPECT_EQ(ParseValue("010").value(), 8u);
  EXPECT_EQ(ParseValue("0b101").value(), 5u);
  EXPECT_EQ(ParseValue("-1").value(), ~uint64_t{0});
  EXPECT_EQ(ParseValue("O_RDWR|O_CREAT").value(), 0102u);
  EXPECT_THAT(std::string(ParseValue("AF_UNX").status().message()),
              HasSubstr("did you mean AF_UNIX?"));
  for (const char* wrong : {"", "-", "0b2", "1x", "99999999999999999999"}) {
    EXPECT_FALSE(ParseValue(wrong).ok()) << wrong;
  }
  EXPECT_EQ(ConstantOf("socket", 0, 1), "AF_UNIX");
  EXPECT_EQ(ConstantOf("socket", 2, 1), "");
  EXPECT_EQ(ConstantOf("prctl", 0, 38), "PR_SET_NO_NEW_PRIVS");
  EXPECT_EQ(ConstantOf("ioctl", 1, 0x5401), "TCGETS");
}

}  // namespace
}  // namespace jail::jailctl
