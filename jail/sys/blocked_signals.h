// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SYS_BLOCKED_SIGNALS_H_
#define JAIL_SYS_BLOCKED_SIGNALS_H_

#include <signal.h>

namespace jail {

// A thread that is made while this lives never gets a signal: signals are for
// the threads of the program that embeds us.  pthread_sigmask(3)
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_;
};

}  // namespace jail

#endif  // JAIL_SYS_BLOCKED_SIGNALS_H_
