// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The supervisor's end of Spec::watch: calls of the jail that wait for an
// answer, seccomp_unotify(2).
#ifndef JAIL_PARENT_CALL_LISTENER_H_
#define JAIL_PARENT_CALL_LISTENER_H_

#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "jail/parent/access_recorder.h"
#include "jail/parent/denied_calls.h"
#include "jail/parent/ending.h"
#include "jail/spec/spec.h"
#include "jail/sys/fd.h"

namespace jail {

// Who waits for a call reads the jail's memory, and the jail could make that
// take for ever (userfaultfd(2), FUSE).  So a thread does it, made when the
// first call comes; the supervising loop, which holds the limits, does not.
// With seccomp_unotify there are calls from the target's exec on, before there
// is a loop: Start() makes it at once.
class CallListener {
 public:
  // A violation whose particulars take longer than this is told without them.
  static constexpr std::chrono::milliseconds kParticularsTimeout{500};

  // `watch` must outlive this.
  CallListener(Fd listener, const CallWatch& watch);
  ~CallListener();
  CallListener(const CallListener&) = delete;
  CallListener& operator=(const CallListener&) = delete;

  // Makes the thread now: 0, or the errno.
  int Start();

  // The first execs are the launch's own, a directory of PATH each; they are
  // let go on and not recorded.  `most` before Start(), and how many they were
  // before accesses().
  void ExpectExecs(size_t most) { most_first_execs_ = most; }
  void KnowExecs(size_t count) { launch_execs_ = count; }

  // What the loop waits for; an fd of -1: nothing any more.
  struct pollfd PollItem() const;

  enum class Found {
    kNothing,
    kViolation,  // and its particulars are still being read
    kAll,
  };
  // After each round in which the item was ready.
  Found Ready(short revents);

  // As far as it is known.
  std::optional<Violation> violation();

  // After Stop().
  AccessRecord accesses();
  const DeniedCalls& denials() const { return denied_calls_; }

  // Ends the thread.  Once nothing of the jail is left, it can't be held up.
  void Stop();

 private:
  static void* RunThread(void* self);
  void Work();
  // One call; `may_read` the jail's memory.  False: nothing more is to be done.
  bool Answer(bool may_read);
  // Lets the call go on, and counts it.
  void Record(const seccomp_notif& call, const std::string& syscall);
  // Makes the call fail as the filter says, and counts it.
  void Deny(const seccomp_notif& call, const CallJudgement& judgement,
            bool may_read);
  void Tell(const seccomp_notif& call, bool may_read);
  // False: the call does not wait any more.
  bool AddParticulars(const seccomp_notif& call,
                      const CallDescription& description,
                      Violation& violation) const;
  bool IsWaiting(uint64_t id) const;
  void Publish(const Violation& violation, bool complete);

  const CallWatch& watch_;
  Fd listener_;
  Fd found_;  // eventfd(2), from the thread
  Fd stop_;   // eventfd(2), to the thread
  std::optional<pthread_t> thread_;
  bool is_over_ = false;  // nobody is left who could call
  std::vector<char> buffer_;

  // The thread's.
  using Accesses = std::optional<std::vector<Access>>;
  void Count(const std::string& syscall, const Accesses& accesses);
  AccessRecorder recorder_;
  std::vector<std::pair<std::string, Accesses>> first_execs_;
  size_t most_first_execs_ = 0;
  size_t launch_execs_ = 0;
  DeniedCalls denied_calls_;

  std::mutex mutex_;
  std::optional<Violation> violation_;  // of the first one
  bool complete_ = false;
};

}  // namespace jail

#endif  // JAIL_PARENT_CALL_LISTENER_H_
