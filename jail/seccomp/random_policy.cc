// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/random_policy.h"

#include "absl/strings/str_cat.h"

namespace jail::seccomp {
namespace {

constexpr uint64_t kBoundaries[] = {0,
                                    1,
                                    2,
                                    0x7fffffff,
                                    0x80000000,
                                    0xffffffff,
                                    0x100000000,
                                    0x1ffffffff,
                                    0x7fffffffffffffff,
                                    ~uint64_t{0},
                                    ~uint64_t{1},
                                    0xffffffff00000000,
                                    0xffffffff80000000};

}  // namespace

uint64_t RandomPolicy::Below(uint64_t limit) { return random_() % limit; }

uint64_t RandomPolicy::Number() {
  uint64_t number = 0;
  switch (Below(4)) {
    case 0:
      number = kBoundaries[Below(std::size(kBoundaries))];
      break;
    case 1:
      number = uint64_t{1} << Below(64);
      break;
    case 2:
      number = Below(16);
      break;
    default:
      number = random_() >> Below(64);
  }
  numbers_.push_back(number);
  return number;
}

std::string RandomPolicy::Syscall() {
  // Few, so that rules meet; far apart and close together.
  const uint64_t number = Below(3) == 0    ? Below(8)
                          : Below(10) == 0 ? 0x40000000 - 2 + Below(4)
                                           : Below(450);
  calls_.push_back(static_cast<uint32_t>(number));
  if (Below(25) == 0) {
    const uint64_t last = number + Below(Below(2) == 0 ? 10 : 0x40000100);
    calls_.push_back(static_cast<uint32_t>(last));
    return absl::StrCat("SYSCALL[", number, "..", last, "]");
  }
  return absl::StrCat("SYSCALL[", number, "]");
}

std::string RandomPolicy::Action() {
  switch (Below(8)) {
    case 0:
      return "ALLOW";
    case 1:
      return "LOG";
    case 2:
      return "KILL";
    case 3:
      return "KILL_PROCESS";
    case 4:
      return absl::StrCat("TRAP(", Below(3), ")");
    case 5:
      return "USER_NOTIF";
    default:
      return absl::StrCat("ERRNO(", Below(4), ")");
  }
}

std::string RandomPolicy::Value(int depth) {
  if (depth <= 0 || Below(3) == 0) {
    return Below(3) == 0 ? absl::StrCat(Number())
                         : std::string(1, static_cast<char>('a' + Below(6)));
  }
  const char* op = Below(2) == 0 ? " & " : " | ";
  std::string text = absl::StrCat("(", Value(depth - 1));
  for (uint64_t i = Below(3) + 1; i > 0; --i) {
    absl::StrAppend(&text, op, Value(depth - 1));
  }
  return text + ")";
}

std::string RandomPolicy::Condition(int depth) {
  if (depth <= 0 || Below(3) == 0) {
    constexpr const char* kOps[] = {"==", "!=", "<", "<=", ">", ">="};
    const std::string left = Value(Below(4) == 0 ? 3 : 1);
    const std::string right = Below(3) == 0 ? Value(2) : absl::StrCat(Number());
    return absl::StrCat(left, " ", kOps[Below(6)], " ", right);
  }
  if (Below(5) == 0) return absl::StrCat("!(", Condition(depth - 1), ")");
  constexpr const char* kOps[] = {" && ", " || ", ", "};
  const char* op = kOps[Below(3)];
  std::string text = absl::StrCat("(", Condition(depth - 1));
  for (uint64_t i = Below(3) + 1; i > 0; --i) {
    absl::StrAppend(&text, op, Condition(depth - 1));
  }
  return text + ")";
}

std::string RandomPolicy::Rule() {
  const std::string call = Syscall();
  if (Below(2) == 0) return call;
  if (Below(3) == 0) {
    // Arguments of both widths.
    calls_.push_back(0);
    calls_.push_back(288);
    return Below(2) == 0
               ? absl::StrCat("read(a, b, c, d, e, f) { ", Condition(2), " }")
               : absl::StrCat("accept4(a, b, c, d, e, f) { ", Condition(2),
                              " }");
  }
  return absl::StrCat(call, "(a, b, c, d, e, f) { ", Condition(2), " }");
}

std::string RandomPolicy::Block() {
  std::string text = absl::StrCat(Action(), " {");
  const uint64_t count = Below(8) == 0 ? 60 : Below(6) + 1;
  for (uint64_t i = 0; i < count; ++i) {
    absl::StrAppend(&text, i == 0 ? " " : ", ", Rule());
  }
  return text + " }";
}

std::string RandomPolicy::Text() {
  numbers_ = {0, ~uint64_t{0}};
  calls_ = {0};
  std::string text = absl::StrCat("POLICY a { ", Block(), ", ", Block(), " }\n",
                                  Block(), "\nUSE a\n");
  for (uint64_t i = Below(4); i > 0; --i) {
    absl::StrAppend(&text, Block(), "\n");
  }
  return absl::StrCat(text, "DEFAULT ", Action(), "\n");
}

seccomp_data RandomPolicy::Call(const std::vector<Arch>& archs) {
  seccomp_data call{};
  call.arch = AuditArch(archs[Below(archs.size())]);
  if (Below(200) == 0) call.arch ^= 1;
  uint32_t number = calls_[Below(calls_.size())];
  if (Below(6) == 0) number += static_cast<uint32_t>(Below(3)) - 1;
  if (Below(30) == 0) number = static_cast<uint32_t>(random_());
  call.nr = static_cast<int>(number);
  const uint64_t same = numbers_[Below(numbers_.size())];
  for (auto& argument : call.args) {
    switch (Below(5)) {
      case 0:
        argument = random_();
        break;
      case 1:
        argument = same;
        break;
      case 2:
        // One half of it.
        argument = (same & 0xffffffff) | (random_() << 32);
        break;
      default:
        argument = numbers_[Below(numbers_.size())] + Below(3) - 1;
    }
  }
  return call;
}

}  // namespace jail::seccomp
