// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/violation.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "jail/report/report.h"

namespace jail {
namespace {

Violation Typical() {
  Violation violation;
  violation.syscall = "openat";
  violation.number = 257;
  violation.arch = "x86_64";
  violation.args[0] = 0xffffff9c;
  violation.args[1] = 0x7ffc0000;
  violation.args[4] = 42;  // the call has no such argument
  violation.argument_names = {"dfd", "filename", "flags", "mode"};
  violation.strings = {{1, "/etc/\n\"pass\xff"}};
  violation.program = "py\x1bthon";
  violation.thread = 4711;
  violation.rule = "words.kafel:3:1: DEFAULT KILL";
  return violation;
}

TEST(Violation, IsOneLineWhateverTheProgramIsCalled) {
  const std::string text = ViolationText(Typical());
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("(thread 4711) called openat(dfd=0xffffff9c, "
                      "filename=\"/etc/"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("flags=0x0, mode=0x0), x86_64: words.kafel:3:1: DEFAULT "
                      "KILL"),
            std::string::npos)
      << text;
}

TEST(Violation, ACallWithoutANameHasItsNumber) {
  Violation violation;
  violation.number = 999;
  violation.arch = "x86_64";
  violation.args[5] = 0x10;
  violation.thread = 1;
  EXPECT_EQ(CallText(violation), "syscall 999(0x0, 0x0, 0x0, 0x0, 0x0, 0x10)");
}

TEST(Violation, TheReportHasAllOfIt) {
  Ending ending;
  ending.kill_reason = KillReason::kViolation;
  ending.violation = Typical();
  ending.wait_status = 31;  // SIGSYS
  const report::Report report = MakeReport(Spec{}, nullptr, ending);
  EXPECT_EQ(report.outcome(), report::SECCOMP);
  EXPECT_EQ(report.exit_status(), 159);
  EXPECT_EQ(report.violation().syscall(), "openat");
  EXPECT_EQ(report.violation().args_size(), 6);
  EXPECT_EQ(report.violation().args(4), 42u);
  ASSERT_EQ(report.violation().strings_size(), 1);
  EXPECT_EQ(report.violation().strings(0).argument(), 1u);
  EXPECT_EQ(report.violation().thread(), 4711);
  EXPECT_EQ(ViolationLine(ending, "").find("pid=-1 seccomp: "), 0u);
  EXPECT_EQ(ViolationLine(Ending{}, ""), "");
}

TEST(DeniedCalls, AreALineForEachKind) {
  DeniedCallRecord twice{Typical(), EACCES, 2}, once{Typical(), 0, 1};
  once.first.syscall = "";
  once.first.number = 999;
  const auto texts = DeniedCallTexts({twice, once}, 0, 10);
  ASSERT_EQ(texts.size(), 2u);
  EXPECT_EQ(texts[0].find("denied 2 calls of openat (EACCES), the first: py"),
            0u)
      << texts[0];
  EXPECT_EQ(texts[0].find('\n'), std::string::npos);
  EXPECT_EQ(texts[1].find("denied 1 call of syscall 999 (0): py"), 0u)
      << texts[1];
  const auto few = DeniedCallTexts({twice, twice, once}, 7, 1);
  ASSERT_EQ(few.size(), 3u);
  EXPECT_EQ(few[1].find("and 2 more kinds"), 0u) << few[1];
  EXPECT_EQ(few[2], "and 7 denied calls beyond the record's limit");
  EXPECT_TRUE(DeniedCallTexts({}, 0, 10).empty());
}

TEST(DeniedCalls, TheReportHasAllOfThem) {
  Ending ending;
  ending.denied_calls = {{Typical(), EACCES, 2}, {Typical(), 0, 1}};
  ending.denied_calls_not_recorded = 5;
  const report::Report report = MakeReport(Spec{}, nullptr, ending);
  ASSERT_EQ(report.denied_calls_size(), 2);
  const report::DeniedCall& denied = report.denied_calls(0);
  EXPECT_EQ(denied.syscall(), "openat");
  EXPECT_EQ(denied.errno_value(), EACCES);
  EXPECT_EQ(denied.errno_name(), "EACCES");
  EXPECT_EQ(denied.count(), 2u);
  EXPECT_EQ(denied.rule(), "words.kafel:3:1: DEFAULT KILL");
  EXPECT_EQ(denied.strings_size(), 1);
  EXPECT_EQ(report.denied_calls(1).errno_name(), "");
  EXPECT_EQ(report.denied_calls_not_recorded(), 5u);
  EXPECT_EQ(DeniedCallLines(ending, "").size(), 3u);
}

}  // namespace
}  // namespace jail
