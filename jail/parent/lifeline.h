// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_LIFELINE_H_
#define JAIL_PARENT_LIFELINE_H_

#include <pthread.h>

#include <cstdint>

namespace jail {

// How a child learns whether the thread that made it lives: a robust mutex
// that this thread holds, in memory shared with the child.  The kernel marks
// its word in exit_mm(), before it looks for children to send their
// parent-death signal to: a child that finds the word unmarked after
// prctl(PR_SET_PDEATHSIG) can't miss the signal.  A closed socket says less: in
// a program of several threads, others hold it open behind the death of ours.
// get_robust_list(2), Documentation/locking/robust-futexes.rst
class Lifeline {
 public:
  // Destroyed by the thread that made it.
  explicit Lifeline(pthread_mutex_t* shared) : mutex_(shared) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(mutex_, &attributes);
    pthread_mutexattr_destroy(&attributes);
    pthread_mutex_lock(mutex_);
    thread_ = *word();
  }
  ~Lifeline() {
    pthread_mutex_unlock(mutex_);
    pthread_mutex_destroy(mutex_);
  }
  Lifeline(const Lifeline&) = delete;
  Lifeline& operator=(const Lifeline&) = delete;

  // The futex, and what it holds while the thread lives: its id.
  const uint32_t* word() const {
    return reinterpret_cast<const uint32_t*>(&mutex_->__data.__lock);
  }
  uint32_t thread() const { return thread_; }

 private:
  pthread_mutex_t* mutex_;
  uint32_t thread_ = 0;
};

}  // namespace jail

#endif  // JAIL_PARENT_LIFELINE_H_
