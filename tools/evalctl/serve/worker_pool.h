// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_SERVE_WORKER_POOL_H_
#define TOOLS_EVALCTL_SERVE_WORKER_POOL_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace jail::eval {

// A fixed number of threads and a queue of fixed length.  The threads live as
// long as the pool: the kernel kills a jail whose launching thread ends
// (PR_SET_PDEATHSIG).
class WorkerPool {
 public:
  WorkerPool(size_t threads, size_t queue);
  // Runs what is queued, then ends.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False: every thread is busy and the queue is full.  `then` runs in the same
  // thread, once it counts as free again: whoever is told there that the job is
  // done finds room for the next one.
  bool TryPost(std::function<void()> job, std::function<void()> then = nullptr,
               const void* owner = nullptr);

  // Takes the job of `owner` from the queue, and runs neither it nor its
  // `then`.  False: it is not there, or no longer.
  bool Drop(const void* owner);

  size_t threads() const { return threads_.size(); }
  size_t queued() const;
  size_t running() const;

 private:
  struct Job {
    std::function<void()> work, then;
    const void* owner = nullptr;
  };

  void Work();

  const size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  size_t running_ = 0;
  bool is_ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_SERVE_WORKER_POOL_H_
