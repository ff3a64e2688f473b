// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/violation.h"

#include <iterator>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

constexpr size_t kMaxShownBytes = 200;  // of one string
constexpr size_t kMaxShownName = 64;

// What both messages have.
template <typename Message>
void SetCall(const Violation& call, Message& out) {
  out.set_syscall(call.syscall);
  out.set_number(call.number);
  out.set_arch(call.arch);
  for (const uint64_t value : call.args) out.add_args(value);
  for (const Violation::String& string : call.strings) {
    report::ViolationString& to = *out.add_strings();
    to.set_argument(string.argument);
    to.set_value(ToUtf8(string.value));
  }
  out.set_thread(call.thread);
  out.set_program(ToUtf8(call.program));
  out.set_rule(ToUtf8(call.rule));
}

std::string NameOfCall(const Violation& call) {
  return call.syscall.empty() ? absl::StrCat("syscall ", call.number)
                              : call.syscall;
}

}  // namespace

report::Violation MakeViolation(const Violation& violation) {
  report::Violation out;
  SetCall(violation, out);
  return out;
}

report::DeniedCall MakeDeniedCall(const DeniedCallRecord& denied) {
  report::DeniedCall out;
  SetCall(denied.first, out);
  out.set_errno_value(denied.error);
  if (denied.error != 0) out.set_errno_name(ErrnoName(denied.error));
  out.set_count(denied.count);
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
  return absl::StrCat(NameOfCall(violation), "(", absl::StrJoin(args, ", "),
                      ")");
}

std::string ViolationText(const Violation& violation) {
  const std::string program = violation.program.empty()
                                  ? "a program"
                                  : Printable(violation.program, kMaxShownName);
  return absl::StrCat(program, " (thread ", violation.thread, ") called ",
                      CallText(violation), ", ", violation.arch, ": ",
                      violation.rule);
}

std::vector<std::string> DeniedCallTexts(
    const std::vector<DeniedCallRecord>& calls, uint64_t not_recorded,
    size_t most) {
  std::vector<std::string> texts;
  for (const DeniedCallRecord& denied : calls) {
    if (texts.size() == most) break;
    const bool is_one = denied.count == 1;
    texts.push_back(absl::StrCat(
        "denied ", denied.count, is_one ? " call of " : " calls of ",
        NameOfCall(denied.first), " (",
        denied.error == 0 ? "0" : ErrnoName(denied.error),
        is_one ? "): " : "), the first: ", ViolationText(denied.first)));
  }
  if (calls.size() > texts.size()) {
    texts.push_back(absl::StrCat(
        "and ", calls.size() - texts.size(),
        " more kinds of denied calls: see denied_calls of the report"));
  }
  if (not_recorded > 0) {
    texts.push_back(absl::StrCat("and ", not_recorded,
                                 " denied calls beyond the record's limit"));
  }
  return texts;
}

}  // namespace jail
