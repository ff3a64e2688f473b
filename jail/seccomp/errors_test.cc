// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What is wrong with a policy, line for line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/policy_test_helper.h"

namespace jail::seccomp {
namespace {

using ::testing::HasSubstr;

std::string Repeat(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

TEST(Errors, Words) {
  const struct {
    const char* policy;
    const char* errors;
  } kRows[] = {
      {"", "p: the policy is empty\n"},
      {"ALLOW { raed }",
       "p:1:9: there is no syscall raed; did you mean read?\n"},
      {"ALLOW { fork ON aarch64 }",
       "p:1:9: there is no syscall fork on aarch64\n"},
      {"ALLOW { mmap2 }",
       "p:1:9: there is no syscall mmap2 on x86_64; it is one of x86: write "
       "mmap2 ON x86\n"},
      {"ALLOW { read ON x86_46 }",
       "p:1:17: there is no architecture x86_46; did you mean x86_64?\n"},
      {"ALLOW { read ON x86 ON arm }",
       "p:1:24: one ON for each syscall is expected, not \"arm\"\n"},
      {"USE snek", "p:1:5: there is no policy snek\n"},
      {"POLICY snake { } USE snaek DEFAULT ALLOW",
       "p:1:22: there is no policy snaek; did you mean snake?\n"},
      {"USE a\nPOLICY a { }",
       "p:1:5: policy a is defined in line 2: a policy must be complete before "
       "its USE\n"},
      {"POLICY a { USE a }", "p:1:16: policy a uses itself\n"},
      {"POLICY a { USE b }\nPOLICY b { USE a }",
       "p:1:16: policy b is defined in line 2: a policy must be complete "
       "before its USE\n"},
      {"POLICY a { }\nPOLICY a { }",
       "p:2:8: policy a is already defined in line 1\n"},
      {"DEFAULT ALLOW\nDEFAULT KILL",
       "p:2:1: DEFAULT is already given in line 1\n"},
      {"#define A 1\n#define A 2\nALLOW { read }",
       "p:2:9: constant A is already defined as 1\n"},
      {"ALLOW { write { cuont == 1 } }",
       "p:1:17: write has no argument cuont, and no constant is called that; "
       "did you mean count?\n"},
      {"ALLOW { write { elephant == 1 } }",
       "p:1:17: write has no argument elephant, and no constant is called "
       "that; its arguments are fd, buf, count\n"},
      {"ALLOW { write(a) { fd == 1 } }",
       "p:1:20: write has no argument fd, and no constant is called that; its "
       "arguments are a\n"},
      {"ALLOW { SYSCALL[1] { fd == 1 } }",
       "p:1:22: SYSCALL[1] has no argument fd, and no constant is called that; "
       "name the arguments of SYSCALL[1] in parentheses\n"},
      {"ERRNO(EPREM) { read }",
       "p:1:7: no constant is called EPREM; did you mean EPERM?\n"},
      {"ERRNO(65536) { read }",
       "p:1:7: is out of range: 65536; the most is 4095\n"},
      {"TRAP(65536) { read }",
       "p:1:6: is out of range: 65536; the most is 65535\n"},
      {"ALLOW { write(a, a) }", "p:1:18: there are two arguments a\n"},
      {"ALLOW { write(a,b,c,d,e,f,g) }",
       "p:1:27: a syscall has at most 6 arguments\n"},
      {"ALLOW { SYSCALL[0x100000000] }",
       "p:1:9: is no syscall number: 4294967296\n"},
      {"ALLOW { SYSCALL[5..4] }",
       "p:1:9: is no range of syscall numbers: 5..4\n"},
      {"ALLOW { SYSCALL[5..0x100000000] }",
       "p:1:9: is no range of syscall numbers: 5..4294967296\n"},
      {"ALLOW { SYSCALL[5..] }",
       "p:1:20: the last number of the range is expected, not \"]\"\n"},
  };
  for (const auto& row : kRows) EXPECT_EQ(ErrorsOf(row.policy), row.errors);
}

TEST(Errors, Syntax) {
  const struct {
    const char* policy;
    const char* errors;
  } kRows[] = {
      {"ALOW { read }",
       "p:1:1: starts no statement: \"ALOW\"; did you mean ALLOW?\n"},
      {"DEFAULT ALOW",
       "p:1:9: is not an action: \"ALOW\"; did you mean ALLOW?\n"},
      {"ALLOW read", "p:1:7: \"{\" is expected, not \"read\"\n"},
      {"ALLOW { read",
       "p:1:13: a comma or \"}\" is expected, and the policy "
       "ends\n"},
      {"ALLOW { read write }",
       "p:1:14: a comma or \"}\" is expected, not \"write\"\n"},
      {"ERRNO { read }",
       "p:1:7: \"(\" and a number for ERRNO is expected, not "
       "\"{\"\n"},
      {"ALLOW { read { fd } }",
       "p:1:16: is a value, not a condition: compare it, with != 0 say\n"},
      {"ALLOW { read { (fd == 1) == 1 } }",
       "p:1:17: is a condition; a value is expected\n"},
      {"ALLOW { read { fd == 1 == 1 } }",
       "p:1:24: comparisons do not chain: write a < b && b < c\n"},
      {"ALLOW { read { fd == } }",
       "p:1:22: an argument or a number is expected, not \"}\"\n"},
      {"ALLOW { read { (fd == 1 } }", "p:1:25: \")\" is expected, not \"}\"\n"},
      {"ALLOW { read { fd == !1 } }",
       "p:1:22: \"!\" negates conditions: write !(a == b)\n"},
      {"ALLOW { read { fd = 1 } }",
       "p:1:19: has no meaning here: \"=\"\n"
       "p:1:16: is a value, not a condition: compare it, with != 0 say\n"},
      {"POLICY a { ALLOW { read }",
       "p:1:26: \"}\" is expected, and the policy ends\n"},
      {"POLICY a { DEFAULT ALLOW }",
       "p:1:12: DEFAULT can't stand inside of a policy\n"
       "p:1:26: starts no statement: \"}\"\n"},
      {"POLICY ALLOW { }",
       "p:1:8: ALLOW is a word of the language; the name of a policy is "
       "expected\n"},
      {"#define A\nALLOW { read }",
       "p:2:1: the constant's number is expected, not \"ALLOW\"\n"},
      {"/* x", "p:1:1: the comment has no end: */ is missing\n"},
      {"ALLOW { write { fd == 0x } }",
       "p:1:23: is not a hexadecimal number: 0x\n"},
      {"ALLOW { write { fd == 08 } }", "p:1:23: is not a octal number: 08\n"},
      {"ALLOW { write { fd == 12ab } }",
       "p:1:23: is not a decimal number: 12ab\n"},
      {"ALLOW { write { count == 18446744073709551616 } }",
       "p:1:26: does not fit in 64 bits: 18446744073709551616\n"},
      {"\x01 ALLOW { read }", "p:1:1: has no meaning here: \"\\x01\"\n"},
      {"#include \"x\"",
       "p:1:10: #include \"x\": there is no folder to look "
       "in: only a policy in a file of its own can include\n"},
  };
  for (const auto& row : kRows) EXPECT_EQ(ErrorsOf(row.policy), row.errors);
}

TEST(Errors, AllAreTold) {
  EXPECT_EQ(ErrorsOf("POLICY a {\n"
                     "  ALLOW { raed, write { fd == }, close },\n"
                     "  ALOW { read },\n"
                     "  LOG { opne }\n"
                     "}\n"
                     "USE b\n"
                     "DEFAULT KILLL\n"
                     "ERRNO(1) { nosuchcall_at_all }"),
            "p:2:31: an argument or a number is expected, not \"}\"\n"
            "p:3:3: is not an action: \"ALOW\"; did you mean ALLOW?\n"
            "p:7:9: is not an action: \"KILLL\"; did you mean KILL?\n"
            "p:2:11: there is no syscall raed; did you mean read?\n"
            "p:4:9: there is no syscall opne; did you mean open?\n"
            "p:6:5: there is no policy b\n"
            "p:8:12: there is no syscall nosuchcall_at_all\n");
  const std::string many = ErrorsOf("ALLOW { " + Repeat("nosuch,", 500) + "}");
  EXPECT_EQ(std::count(many.begin(), many.end(), '\n'),
            static_cast<long>(PolicyErrors::kMaxErrors));
}

TEST(Errors, WordsOfTheLanguageNameNothing) {
  for (const std::string word :
       {"SYSCALL", "ALLOW", "LOG", "ERRNO", "KILL", "KILL_PROCESS", "DENY",
        "TRAP", "TRACE", "USER_NOTIF", "USE", "POLICY", "DEFAULT", "define"}) {
    EXPECT_NE(ErrorsOf("POLICY a { } USE " + word + " DEFAULT KILL"), "");
    EXPECT_NE(ErrorsOf("POLICY " + word + " { } DEFAULT KILL"), "");
    EXPECT_NE(ErrorsOf("ALLOW { " + word + " } DEFAULT KILL"), "");
    EXPECT_NE(ErrorsOf("ALLOW { write { " + word + " == 1 } }"), "");
  }
}

TEST(Errors, OnceForAllArchitectures) {
  const std::vector<Arch> both{Arch::kX86_64, Arch::kX86};
  EXPECT_EQ(ErrorsOf("ALLOW { write { cuont == 1 } }", both),
            "p:1:17: write has no argument cuont, and no constant is called "
            "that; did you mean count?\n");
}

TEST(Errors, Includes) {
  const auto errors = [](const std::string& text, const Files& files) {
    return ErrorsOf(text, {Arch::kX86_64}, files);
  };
  EXPECT_EQ(errors("#include \"b\"", {{"a", ""}}),
            "p:1:10: #include \"b\": no such file\n");
  EXPECT_EQ(errors("#include \"a\"", {{"a", "\n#include \"a\""}}),
            "a:2:10: #include \"a\": includes itself\n");
  EXPECT_EQ(errors("#include \"a\"", {{"a", "\n ALLOW { raed }"}}),
            "a:2:10: there is no syscall raed; did you mean read?\n");
  EXPECT_EQ(errors("#include a\nDEFAULT ALLOW", {{"a", ""}}),
            "p:1:10: #include wants a name in double quotes\n");
  EXPECT_EQ(errors("#include\nDEFAULT ALLOW", {{"a", ""}}),
            "p:1:9: #include wants a name in double quotes\n");
  Files deep;
  for (int i = 0; i < 30; ++i) {
    deep[absl::StrCat("f", i)] = absl::StrCat("#include \"f", i + 1, "\"");
  }
  EXPECT_THAT(errors("#include \"f0\"\nDEFAULT ALLOW", deep),
              HasSubstr("more than 16 files deep"));
}

TEST(Errors, Limits) {
  EXPECT_EQ(ErrorsOf(std::string(kMaxPolicyBytes + 1, ' ')),
            "p: a policy with all that it includes has more than 1048576 "
            "bytes\n");
  // Twice 600 KB.
  EXPECT_THAT(ErrorsOf("#include \"a\" \"a\"\nDEFAULT ALLOW", {Arch::kX86_64},
                       {{"a", std::string(600000, ' ')}}),
              HasSubstr("more than 1048576 bytes"));
  const auto nested = [](int depth) {
    return absl::StrCat("ALLOW { write { ", Repeat("(", depth), "fd == 1",
                        Repeat(")", depth), " } }");
  };
  EXPECT_EQ(ErrorsOf(nested(kMaxExpressionDepth)), "");
  EXPECT_EQ(ErrorsOf(nested(kMaxExpressionDepth + 1)),
            "p:1:217: the expression is nested more than 200 deep\n");
  EXPECT_THAT(ErrorsOf(nested(400000)), HasSubstr("more than 200 deep"));
  EXPECT_THAT(
      ErrorsOf(absl::StrCat("ALLOW { write { ", Repeat("!", 300000), "1 } }")),
      HasSubstr("more than 200 deep"));
  // A USE of a USE doubles.
  std::string doubling = "POLICY p0 { ALLOW { read { fd == 1 } } }\n";
  for (int i = 1; i <= 40; ++i) {
    absl::StrAppend(&doubling, "POLICY p", i, " { USE p", i - 1, ", USE p",
                    i - 1, " }\n");
  }
  EXPECT_THAT(ErrorsOf(doubling),
              HasSubstr("the policy has more than 65536 rules"));
}

TEST(Errors, TooManyRanges) {
  EXPECT_EQ(ErrorsOf("POLICY a { ALLOW { " +
                     Repeat("SYSCALL[1..2], ", kMaxRangeRules) +
                     "} } USE a LOG { SYSCALL[3..4] }"),
            absl::StrCat("p:1:", 36 + 15 * kMaxRangeRules,
                         ": the policy has more than 64 ranges of syscall "
                         "numbers, with all that it uses\n"));
}

TEST(Errors, TooManyInstructions) {
  std::string text = "ALLOW { write { ";
  for (int i = 0; i < 5000; ++i) {
    absl::StrAppend(&text, "count == ", 3 * i, ", ");
  }
  text += "} }";
  EXPECT_THAT(ErrorsOf(text), HasSubstr(" instructions; the kernel takes at "
                                        "most 4096\n"));
}

}  // namespace
}  // namespace jail::seccomp
