// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/launcher_cache.h"

#include <gtest/gtest.h>

#include <functional>

#include "tools/evalctl/fake_launcher.h"

namespace jail::eval {
namespace {

class LauncherCacheTest : public testing::Test {
 protected:
  std::shared_ptr<const Launcher> With(const Launcher::Overrides& overrides) {
    return cache_.With(overrides, errors_);
  }

  int made_ = 0;
  LauncherCache cache_{std::make_unique<FakeLauncher>(made_)};
  std::vector<std::string> errors_;
};

TEST_F(LauncherCacheTest, TheSameIsMadeOnce) {
  Launcher::Overrides overrides;
  overrides.command = {"python3", "main.py"};
  const auto first = With(overrides);
  EXPECT_EQ(With(overrides), first);
  EXPECT_EQ(made_, 1);
}

TEST_F(LauncherCacheTest, EveryOverrideCounts) {
  Launcher::Overrides base;
  base.command = {"a", "b"};
  base.environment = std::vector<std::string>{"A=1"};
  std::vector<Launcher::Overrides> all = {base};
  const auto add =
      [&](const std::function<void(Launcher::Overrides&)>& change) {
        change(all.emplace_back(base));
      };
  add([](auto& o) { o.command = {"ab"}; });
  add([](auto& o) { o.command = {"a", "b", ""}; });
  add([](auto& o) { o.command = {"a1:b"}; });
  add([](auto& o) { o.environment.reset(); });
  add([](auto& o) { o.environment = std::vector<std::string>(); });
  add([](auto& o) { o.environment = {"A=2"}; });
  add([](auto& o) { o.cwd = "/x"; });
  add([](auto& o) { o.wall_time = std::chrono::milliseconds(1); });
  add([](auto& o) { o.cpu_time = std::chrono::milliseconds(1); });
  add([](auto& o) { o.idle_time = std::chrono::milliseconds(1); });
  add([](auto& o) { o.memory_bytes = 1; });
  add([](auto& o) { o.pids = 1; });
  add([](auto& o) { o.cpu_weight = 1; });
  add([](auto& o) { o.file_size_bytes = 1; });
  add([](auto& o) { o.open_files = 1; });
  add([](auto& o) { o.channel = true; });
  ASSERT_LE(all.size(), kMaxCachedLaunches);
  for (int round = 0; round < 2; round++) {
    for (const Launcher::Overrides& overrides : all) With(overrides);
    EXPECT_EQ(made_, static_cast<int>(all.size()));
  }
}

TEST_F(LauncherCacheTest, TheLastUsedStay) {
  Launcher::Overrides usual, other;
  usual.cwd = "/usual";
  for (size_t i = 0; i < 2 * kMaxCachedLaunches; i++) {
    With(usual);
    other.cwd = std::to_string(i);
    With(other);
  }
  EXPECT_EQ(made_, static_cast<int>(1 + 2 * kMaxCachedLaunches));
  other.cwd = "0";
  With(other);
  EXPECT_EQ(made_, static_cast<int>(2 + 2 * kMaxCachedLaunches));
}

TEST_F(LauncherCacheTest, FaultsAndLongOnesAreNotKept) {
  Launcher::Overrides overrides;
  overrides.cwd = "wrong";
  EXPECT_EQ(With(overrides), nullptr);
  EXPECT_EQ(errors_, std::vector<std::string>{"cwd: wrong"});
  overrides.cwd = std::string(kMaxCachedKeyBytes, 'x');
  With(overrides);
  With(overrides);
  EXPECT_EQ(made_, 2);
}

}  // namespace
}  // namespace jail::eval
