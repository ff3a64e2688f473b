// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/write_policy.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "jail/seccomp/syscalls.h"
#include "jail/sys/printable.h"
#include "tools/jailctl/policy/groups.h"
#include "tools/jailctl/policy/value_names.h"
#include "tools/jailctl/style.h"

namespace jail::jailctl {
namespace {

constexpr size_t kShown = 200;  // bytes of a command, in a comment
constexpr int kWidth = 78;

// CLONE_NEW*: none of them is for a program that made no namespace.
constexpr uint64_t kNamespaces = 0x7e020000;

// Every program ends; a signal, and a stop and a continuation, may always come.
constexpr const char* kAlways[] = {"execve",       "execveat",
                                   "exit",         "exit_group",
                                   "rt_sigreturn", "restart_syscall"};

// Timing, or how full the heap is, or which variables are set (a shell without
// PWD asks where it is), decides whether a run makes these.
constexpr const char* kByTiming[] = {"brk",
                                     "clock_gettime",
                                     "clock_nanosleep",
                                     "futex",
                                     "getcwd",
                                     "getegid",
                                     "geteuid",
                                     "getgid",
                                     "getpid",
                                     "getppid",
                                     "gettid",
                                     "gettimeofday",
                                     "getuid",
                                     "madvise",
                                     "mremap",
                                     "munmap",
                                     "nanosleep",
                                     "rseq",
                                     "rt_sigaction",
                                     "rt_sigprocmask",
                                     "rt_sigsuspend",
                                     "sched_getaffinity",
                                     "sched_yield",
                                     "set_robust_list",
                                     "uname"};

// Comments are lines of their own, of at most kWidth columns.
std::string Comment(const std::string& text, int indent) {
  const std::string start =
      std::string(static_cast<size_t>(indent), ' ') + "// ";
  std::string wrapped = Wrap(text, 0, kWidth - indent - 3);
  std::string result = start;
  for (const char c : wrapped) {
    result += c;
    if (c == '\n') result += start;
  }
  return result + "\n";
}

// The name that compiles without a remark: newfstat for fstat.
std::string KernelsName(seccomp::Arch arch, const std::string& name) {
  std::string kernel = seccomp::KernelName(arch, name);
  return kernel.empty() ? name : kernel;
}

// The rule of a call that the other architecture does not have, or has by
// another number, when the policy is for both.
std::string ForNativeOnly(const std::string& name, std::string rule) {
  const seccomp::Arch native = seccomp::NativeArch();
  const seccomp::Arch other = native == seccomp::Arch::kX86_64
                                  ? seccomp::Arch::kX86
                                  : seccomp::Arch::kArm;
  if (seccomp::SyscallNumber(other, name)) return rule;
  return rule.insert(name.size(),
                     absl::StrCat(" ON ", seccomp::ArchName(native)));
}

// "ioctl { cmd == TCGETS || cmd == TIOCGWINSZ }"
std::string RuleOf(const std::string& name, const RecordedCall& call) {
  const seccomp::Arch arch = seccomp::NativeArch();
  const int index = LearnedArgument(name);
  const auto arguments = seccomp::SyscallArguments(arch, name);
  if (index < 0 || call.values.size() > kMaxLearnedValues || !arguments ||
      static_cast<size_t>(index) >= arguments->size()) {
    return name;
  }
  const std::string argument = (*arguments)[static_cast<size_t>(index)].name;
  if (name == "clone" &&
      std::none_of(call.values.begin(), call.values.end(),
                   [](uint64_t value) { return value & kNamespaces; })) {
    return absl::StrFormat("clone { (%s & 0x%x) == 0 }", argument, kNamespaces);
  }
  std::vector<std::string> parts;
  for (const uint64_t value : call.values) {
    parts.push_back(
        absl::StrCat(argument, " == ", NameValue(name, index, value)));
  }
  return absl::StrCat(name, " { ", absl::StrJoin(parts, " || "), " }");
}

// Rules as lines of at most kWidth columns; those with a condition alone.
std::string Lines(const std::vector<std::string>& rules) {
  std::vector<std::string> plain;
  std::string text;
  for (const std::string& rule : rules) {
    if (rule.find('{') == std::string::npos) {
      plain.push_back(rule);
    } else {
      absl::StrAppend(&text, ",\n    ", Wrap(rule, 6, kWidth));
    }
  }
  const std::string first =
      plain.empty() ? "" : Wrap(absl::StrJoin(plain, ", "), 4, kWidth);
  return absl::StrCat("    ", plain.empty() ? text.substr(6) : first + text,
                      "\n");
}

void AddBlock(const std::string& comment, const std::vector<std::string>& rules,
              std::string& text) {
  if (rules.empty()) return;
  absl::StrAppend(&text, Comment(comment, 2), "  ALLOW {\n", Lines(rules),
                  "  }\n");
}

}  // namespace

std::string WritePolicy(const Recording& recording,
                        const std::vector<std::string>& command,
                        const std::string& config) {
  const seccomp::Arch arch = seccomp::NativeArch();
  const auto number_of = [&](const char* name) {
    return seccomp::SyscallNumber(arch, name);
  };
  std::string text = Comment(
      absl::StrCat("Learned by jailctl on ", seccomp::ArchName(arch), ", from ",
                   recording.runs, recording.runs == 1 ? " run" : " runs",
                   " of: ", Printable(absl::StrJoin(command, " "), kShown)),
      0);
  if (!config.empty()) {
    text +=
        Comment(absl::StrCat("in the jail of ", Printable(config, kShown)), 0);
  }
  text += Comment(
      absl::StrCat(recording.count, " calls of ", recording.calls.size(),
                   " kinds; ", recording.processes, " processes and ",
                   recording.threads, " threads were started."),
      0);
  text += Comment(
      "What another input makes the program call is not in here: see \"jailctl "
      "policy explain\", and run it on all that it must do.",
      0);
  if (!recording.foreign.empty()) {
    text += Comment(absl::StrCat("NOT allowed, since they are of another ABI: ",
                                 absl::StrJoin(recording.foreign, ", ")),
                    0);
  }

  const auto rule_of = [&](const std::string& name, const RecordedCall& call) {
    std::string rule = RuleOf(name, call);
    return recording.has_other_arch ? ForNativeOnly(name, std::move(rule))
                                    : rule;
  };
  std::map<const CallGroup*, std::vector<std::string>> rules;
  std::set<uint32_t> done;
  std::vector<std::string> always, by_timing;
  for (const char* name : kAlways) {
    if (const auto number = number_of(name)) {
      always.push_back(rule_of(KernelsName(arch, name), {}));
      done.insert(*number);
    }
  }
  for (const auto& [number, call] : recording.calls) {
    const std::string name = CallName(arch, number);
    if (done.contains(number) || name == "clone3") continue;
    done.insert(number);
    rules[&GroupOf(name)].push_back(rule_of(KernelsName(arch, name), call));
  }
  for (const char* name : kByTiming) {
    const auto number = number_of(name);
    if (number && !done.contains(*number)) {
      by_timing.push_back(rule_of(KernelsName(arch, name), {}));
    }
  }

  absl::StrAppend(&text, "POLICY learned {\n");
  AddBlock("To start, to end, and to go on after a signal", always, text);
  for (const CallGroup& group : CallGroups()) {
    std::vector<std::string>& list = rules[&group];
    std::sort(list.begin(), list.end());
    AddBlock(group.title, list, text);
  }
  AddBlock(
      "Not seen, but timing or the environment decides whether they are made",
      by_timing, text);
  absl::StrAppend(
      &text,
      Comment("Its flags are in memory, where no filter can look; libraries "
              "then use clone.",
              2),
      "  ERRNO(ENOSYS) { clone3 }\n}\nUSE learned\nDEFAULT KILL_PROCESS\n");
  return text;
}

}  // namespace jail::jailctl
