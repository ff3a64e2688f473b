// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/host.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jail {
namespace {

using ::testing::Contains;
using ::testing::Not;

TEST(CollectHostFacts, KnowsTheCaller) {
  const absl::StatusOr<HostFacts> facts = CollectHostFacts(Spec{});
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_GE(facts->kernel, (KernelVersion{5, 14}));
  EXPECT_EQ(facts->euid, geteuid());
  EXPECT_GE(facts->last_cap, 40);
  EXPECT_FALSE(facts->cpus.empty());
  struct rlimit files {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  EXPECT_EQ(facts->rlimits[RLIMIT_NOFILE].hard, files.rlim_max);
}

TEST(CollectHostFacts, SeesIgnoredSignals) {
  signal(SIGUSR2, SIG_IGN);
  const absl::StatusOr<HostFacts> facts = CollectHostFacts(Spec{});
  signal(SIGUSR2, SIG_DFL);
  ASSERT_TRUE(facts.ok());
  EXPECT_THAT(facts->ignored_signals, Contains(SIGUSR2));
  EXPECT_THAT(CollectHostFacts(Spec{})->ignored_signals,
              Not(Contains(SIGUSR2)));
}

TEST(CollectHostFacts, StatsThePathsOfTheSpec) {
  Spec spec;
  spec.mounts.resize(2);
  spec.mounts[0].what = BindMount{"/usr"};
  spec.mounts[1].what = OverlayMount{{"/no/such", "/dev/null"}, {}};
  const absl::StatusOr<HostFacts> facts = CollectHostFacts(spec);
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->paths.size(), 3u);
  EXPECT_TRUE(S_ISDIR(facts->paths.at("/usr").mode));
  EXPECT_EQ(facts->paths.at("/no/such").error, ENOENT);
  EXPECT_TRUE(S_ISCHR(facts->paths.at("/dev/null").mode));
}

}  // namespace
}  // namespace jail
