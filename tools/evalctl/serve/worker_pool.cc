// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/worker_pool.h"

#include <algorithm>
#include <utility>

namespace jail::eval {

WorkerPool::WorkerPool(size_t threads, size_t queue) : limit_(queue) {
  for (size_t i = 0; i < threads; i++) {
    threads_.emplace_back([this] { Work(); });
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::TryPost(std::function<void()> job, std::function<void()> then,
                         const void* owner) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    // A thread that is free takes its job from the queue too.
    if (queue_.size() + running_ >= limit_ + threads_.size()) return false;
    queue_.push_back({std::move(job), std::move(then), owner});
  }
  changed_.notify_one();
  return true;
}

bool WorkerPool::Drop(const void* owner) {
  Job dropped;  // what it holds goes without the lock
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto job =
      std::find_if(queue_.begin(), queue_.end(),
                   [owner](const Job& each) { return each.owner == owner; });
  if (job == queue_.end()) return false;
  dropped = std::move(*job);
  queue_.erase(job);
  return true;
}

size_t WorkerPool::queued() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return queue_.size();
}

size_t WorkerPool::running() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return running_;
}

void WorkerPool::Work() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_ending_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    running_++;
    lock.unlock();
    job.work();
    job.work = nullptr;  // what it holds goes before the lock is taken again
    lock.lock();
    running_--;
    if (job.then == nullptr) continue;
    lock.unlock();
    job.then();
    job.then = nullptr;
    lock.lock();
  }
}

}  // namespace jail::eval
