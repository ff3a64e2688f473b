// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace jail::eval {
namespace {

TEST(WorkerPoolTest, TakesAsManyAsItSays) {
  std::promise<void> open;
  std::shared_future<void> gate = open.get_future().share();
  std::atomic<int> done = 0;
  {
    WorkerPool pool(2, 3);
    const auto job = [gate, &done] {
      gate.wait();
      done++;
    };
    for (int i = 0; i < 5; i++) EXPECT_TRUE(pool.TryPost(job)) << i;
    EXPECT_FALSE(pool.TryPost(job));
    while (pool.running() < 2) std::this_thread::yield();
    EXPECT_EQ(pool.queued(), 3u);
    open.set_value();
  }
  // The destructor leaves nothing out.
  EXPECT_EQ(done, 5);
}

TEST(WorkerPoolTest, WithoutAQueueOnlyFreeThreadsCount) {
  std::promise<void> open;
  std::shared_future<void> gate = open.get_future().share();
  WorkerPool pool(1, 0);
  EXPECT_TRUE(pool.TryPost([gate] { gate.wait(); }));
  EXPECT_FALSE(pool.TryPost([] {}));
  open.set_value();
  while (pool.running() + pool.queued() > 0) std::this_thread::yield();
  EXPECT_TRUE(pool.TryPost([] {}));
}

TEST(WorkerPoolTest, WhatOnlyWaitsCanBeDropped) {
  std::promise<void> open;
  std::shared_future<void> gate = open.get_future().share();
  int owners[2];
  std::atomic<int> done = 0;
  {
    WorkerPool pool(1, 1);
    EXPECT_TRUE(pool.TryPost([gate] { gate.wait(); }, nullptr, &owners[0]));
    while (pool.running() < 1) std::this_thread::yield();
    EXPECT_FALSE(pool.Drop(&owners[0]));  // it runs
    const auto count = [&done] { done++; };
    EXPECT_TRUE(pool.TryPost(count, count, &owners[1]));
    EXPECT_FALSE(pool.TryPost(count));
    EXPECT_TRUE(pool.Drop(&owners[1]));
    EXPECT_FALSE(pool.Drop(&owners[1]));
    EXPECT_EQ(pool.queued(), 0u);
    EXPECT_TRUE(pool.TryPost(count));
    open.set_value();
  }
  EXPECT_EQ(done, 1);
}

TEST(WorkerPoolTest, WhoeverIsToldFindsRoom) {
  WorkerPool pool(1, 0);
  for (int i = 0; i < 100; i++) {
    std::promise<size_t> running;
    // The thread goes to sleep after it has told us, or not yet.
    ASSERT_TRUE(pool.TryPost([] {}, [&] { running.set_value(pool.running()); }))
        << i;
    EXPECT_EQ(running.get_future().get(), 0u);
  }
}

}  // namespace
}  // namespace jail::eval
