// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_PROGRESS_PAGE_H_
#define JAIL_PARENT_PROGRESS_PAGE_H_

#include <sys/mman.h>

#include <cstddef>

#include "jail/plan/plan.h"

namespace jail {

// The memory that the child writes its Progress to and the parent reads.
class ProgressPage {
 public:
  explicit ProgressPage(const Plan& plan)
      : size_(sizeof(Progress) + plan.child.size()) {
    // Populated now: the child's page faults would cost more.
    void* p = mmap(nullptr, size_, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (p != MAP_FAILED) progress_ = static_cast<Progress*>(p);
  }
  ~ProgressPage() {
    if (progress_ != nullptr) munmap(progress_, size_);
  }
  ProgressPage(const ProgressPage&) = delete;
  ProgressPage& operator=(const ProgressPage&) = delete;

  bool valid() const { return progress_ != nullptr; }
  Progress* get() const { return progress_; }
  Progress* operator->() const { return progress_; }

 private:
  size_t size_;
  Progress* progress_ = nullptr;
};

}  // namespace jail

#endif  // JAIL_PARENT_PROGRESS_PAGE_H_
