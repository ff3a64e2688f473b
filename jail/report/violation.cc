// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/violation.h"

#include <iterator>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

constexpr size_t kMaxShownBytes = 200;  // of one string
constexpr size_t kMaxShownName = 64;

}  // namespace

report::Violation MakeViolation(const Violation& violation) {
  report::Violation out;
  out.set_syscall(violation.syscall);
  out.set_number(violation.number);
  out.set_arch(violation.arch);
  for (const uint64_t value : violation.args) out.add_args(value);
  for (const Violation::String& string : violation.strings) {
    report::ViolationString& to = *out.add_strings();
    to.set_argument(string.argument);
    to.set_value(ToUtf8(string.value));
  }
  out.set_thread(violation.thread);
  out.set_program(ToUtf8(violation.program));
  out.set_rule(ToUtf8(violation.rule));
  return out;
}

std::string CallText(const Violation& violation) {
  std::vector<std::string> args;
  const size_t known = violation.argument_names.size();
  const size_t count =
      violation.syscall.empty() ? std::size(violation.args) : known;
  for (size_t i = 0; i < count; ++i) {
    std::string text = absl::StrCat("0x", absl::Hex(violation.args[i]));
    for (const Violation::String& string : violation.strings) {
      if (string.argument != i) continue;
      text = absl::StrCat("\"", Printable(string.value, kMaxShownBytes), "\"");
    }
    args.push_back(i < known
                       ? absl::StrCat(violation.argument_names[i], "=", text)
                       : text);
  }
  return absl::StrCat(violation.syscall.empty()
                          ? absl::StrCat("syscall ", violation.number)
                          : violation.syscall,
                      "(", absl::StrJoin(args, ", "), ")");
}

std::string ViolationText(const Violation& violation) {
  // A signal came first: only that there was one is known.
  if (violation.arch.empty()) return violation.rule;
  const std::string program = violation.program.empty()
                                  ? "a program"
                                  : Printable(violation.program, kMaxShownName);
  return absl::StrCat(program, " (thread ", violation.thread, ") called ",
                      CallText(violation), ", ", violation.arch, ": ",
                      violation.rule);
}

}  // namespace jail
