// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_PROGRESS_PAGE_H_
#define JAIL_PARENT_PROGRESS_PAGE_H_

#include <pthread.h>
#include <sys/mman.h>

#include <cstddef>

#include "jail/plan/plan.h"

namespace jail {

// The memory that parent and child share: the child writes its Progress, the
// parent holds the Lifeline's mutex.
class ProgressPage {
 public:
  explicit ProgressPage(const Plan& plan)
      : size_(sizeof(Shared) + plan.child.size()) {
    // Populated now: the child's page faults would cost more.
    void* p = mmap(nullptr, size_, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (p != MAP_FAILED) shared_ = static_cast<Shared*>(p);
  }
  ~ProgressPage() {
    if (shared_ != nullptr) munmap(shared_, size_);
  }
  ProgressPage(const ProgressPage&) = delete;
  ProgressPage& operator=(const ProgressPage&) = delete;

  bool valid() const { return shared_ != nullptr; }
  pthread_mutex_t* mutex() const { return &shared_->mutex; }
  Progress* get() const { return &shared_->progress; }
  Progress* operator->() const { return get(); }

 private:
  struct Shared {
    pthread_mutex_t mutex;
    Progress progress;  // as long as the plan
  };
  size_t size_;
  Shared* shared_ = nullptr;
};

}  // namespace jail

#endif  // JAIL_PARENT_PROGRESS_PAGE_H_
