// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/denied_calls.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace jail {
namespace {

seccomp_data CallOf(int number, uint64_t first = 0, uint64_t second = 0) {
  seccomp_data call{};
  call.nr = number;
  call.args[0] = first;
  call.args[1] = second;
  return call;
}

CallJudgement Denied(int error, uint16_t halves = 0) {
  CallJudgement judgement;
  judgement.error = error;
  judgement.halves = halves;
  return judgement;
}

// As the listener does.
bool Meet(DeniedCalls& calls, const seccomp_data& call,
          const CallJudgement& judgement, const std::string& text = "") {
  if (!calls.IsNew(call, judgement)) {
    calls.Count(call, judgement);
    return false;
  }
  Violation first;
  first.number = static_cast<uint32_t>(call.nr);
  first.args[0] = call.args[0];
  if (!text.empty()) first.strings = {{0, text}};
  calls.Add(call, judgement, first);
  return true;
}

TEST(DeniedCalls, AreOfOneKindByWhatTheFilterLookedAt) {
  DeniedCalls calls;
  EXPECT_TRUE(Meet(calls, CallOf(1, 5), Denied(EPERM)));
  EXPECT_FALSE(Meet(calls, CallOf(1, 6), Denied(EPERM)));
  EXPECT_TRUE(Meet(calls, CallOf(1, 6), Denied(EACCES)));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(
        Meet(calls, CallOf(2, 7, static_cast<uint64_t>(i)), Denied(EPERM, 1)),
        i == 0);
  }
  EXPECT_TRUE(Meet(calls, CallOf(2, 8), Denied(EPERM, 1)));
  EXPECT_FALSE(Meet(calls, CallOf(2, uint64_t{1} << 32 | 8), Denied(EPERM, 1)));
  EXPECT_TRUE(Meet(calls, CallOf(2, uint64_t{1} << 32 | 8), Denied(EPERM, 3)));
  seccomp_data foreign = CallOf(1);
  foreign.arch = 7;
  EXPECT_TRUE(Meet(calls, foreign, Denied(EPERM)));

  const auto all = calls.Calls();
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(all[0].count, 3u);
  EXPECT_EQ(all[0].first.number, 2u);
  EXPECT_EQ(all[1].count, 2u);
  EXPECT_EQ(all[1].first.args[0], 5u);
  EXPECT_EQ(all[1].error, EPERM);
  EXPECT_EQ(calls.not_recorded(), 0u);
}

TEST(DeniedCalls, OneCallDoesNotTakeAllOfTheRoom) {
  DeniedCalls calls;
  for (uint64_t i = 0; i < 100; ++i) {
    EXPECT_EQ(Meet(calls, CallOf(1, i), Denied(EPERM, 1)),
              i < DeniedCalls::kMaxKindsOfCall);
  }
  EXPECT_EQ(calls.not_recorded(), 100 - DeniedCalls::kMaxKindsOfCall);
  EXPECT_FALSE(Meet(calls, CallOf(1, 3), Denied(EPERM, 1)));
  EXPECT_TRUE(Meet(calls, CallOf(2, 3), Denied(EPERM, 1)));
  EXPECT_EQ(calls.Calls().front().count, 2u);
}

TEST(DeniedCalls, HoldNoMoreThanTheyMay) {
  DeniedCalls calls;
  const std::string text(4095, 'x');
  for (int i = 0; i < 1000; ++i) Meet(calls, CallOf(i), Denied(EPERM), text);
  EXPECT_EQ(calls.not_recorded(), 1000 - DeniedCalls::kMaxKinds);
  const auto all = calls.Calls();
  ASSERT_EQ(all.size(), DeniedCalls::kMaxKinds);
  size_t bytes = 0;
  for (const DeniedCallRecord& call : all) {
    for (const auto& string : call.first.strings) bytes += string.value.size();
  }
  EXPECT_GT(bytes, DeniedCalls::kMaxTextBytes - text.size());
  EXPECT_LE(bytes, DeniedCalls::kMaxTextBytes);
}

}  // namespace
}  // namespace jail
