// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/cpu_look.h"

#include <algorithm>

#include "gtest/gtest.h"

namespace jail {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// What an issue asks for: limits hold to this.
constexpr milliseconds kMostBeyond{20};

struct Seen {
  int looks = 0;
  microseconds used{0};
};

// A jail that keeps `busy` of `cpus` processors busy from its start.
Seen RunToItsEnd(microseconds limit, long cpus, long busy) {
  const CpuLooks looks(limit, cpus);
  Seen seen;
  for (microseconds now = looks.Next(microseconds{0});;
       now += looks.Next(seen.used)) {
    ++seen.looks;
    seen.used = now * busy;
    if (seen.used >= limit) return seen;
  }
}

TEST(CpuLooks, SeeTheLimitWithinItsShare) {
  for (const long cpus : {1, 2, 3, 4, 8, 40, 64, 100}) {
    for (const milliseconds limit :
         {milliseconds{1}, milliseconds{100}, milliseconds{3600000}}) {
      for (const long busy : {1L, std::max(1L, cpus / 2), cpus}) {
        SCOPED_TRACE(testing::Message() << busy << " of " << cpus << " for "
                                        << limit.count() << " ms");
        const Seen seen = RunToItsEnd(limit, cpus, busy);
        EXPECT_LE(seen.used - limit, CpuLooks(limit, cpus).MostBeyond());
        EXPECT_LE(CpuLooks(limit, cpus).MostBeyond(), kMostBeyond);
      }
    }
  }
}

TEST(CpuLooks, AreFewFarFromTheLimit) {
  // All processors busy: the first look is the last.
  EXPECT_EQ(RunToItsEnd(milliseconds{3600000}, 8, 8).looks, 1);
  // One of eight: each look leaves seven eighths.
  EXPECT_LE(RunToItsEnd(milliseconds{3600000}, 8, 1).looks, 150);
  // Who sleeps is looked at as seldom as all could use up what is left.
  EXPECT_EQ(CpuLooks(milliseconds{8000}, 8).Next(milliseconds{0}),
            milliseconds{1000});
}

TEST(CpuLooks, ThatAreDearAreFewer) {
  const CpuLooks looks(milliseconds{100}, 2);
  EXPECT_EQ(looks.Next(milliseconds{99}), milliseconds{2});
  EXPECT_EQ(looks.Next(milliseconds{99}, microseconds{500}), milliseconds{2});
  EXPECT_EQ(looks.Next(milliseconds{99}, milliseconds{30}), milliseconds{60});
  EXPECT_EQ(looks.Next(milliseconds{20}, milliseconds{1}), milliseconds{40});
}

TEST(CpuLooks, KnowThatACounterIsBehind) {
  const CpuLooks looks(milliseconds{100}, 2);
  EXPECT_FALSE(looks.MayHaveReached(milliseconds{79}));
  EXPECT_TRUE(looks.MayHaveReached(milliseconds{80}));
  EXPECT_TRUE(looks.MayHaveReached(milliseconds{101}));
}

TEST(CpuLooks, OfNoProcessorAreOfOne) {
  EXPECT_EQ(CpuLooks(milliseconds{100}, 0).Next(milliseconds{0}),
            milliseconds{100});
}

}  // namespace
}  // namespace jail
