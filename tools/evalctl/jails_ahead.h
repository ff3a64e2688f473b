// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The jail of the next request, made while the program of this one runs: of a
// request's time its launch is the largest part that is not the program's.
// docs/decisions/0018
#ifndef TOOLS_EVALCTL_JAILS_AHEAD_H_
#define TOOLS_EVALCTL_JAILS_AHEAD_H_

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "jail/launcher.h"
#include "jail/sys/fd.h"
#include "tools/evalctl/command_io.h"
#include "tools/evalctl/profile.h"
#include "tools/evalctl/workspace.h"

namespace jail::eval {

// A jail that nobody asks for is ended: what the host has mounted meanwhile, it
// would not have, and a server with nothing to do should look like one.
inline constexpr std::chrono::seconds kJailAheadLifetime{5};
// When it is tried again after one could not be made.
inline constexpr std::chrono::seconds kJailAheadRetry{1};

// All that a request's first jail is made of, but for files and arguments.
struct JailWish {
  const LoadedProfile* profile = nullptr;  // outlives all of this
  WorkspaceOptions workspace;
  IoShape io;
  Launcher::Overrides overrides;  // with argv[0] alone, waits_for_start
  std::string key = MakeKey();    // equal where all of this is

 private:
  std::string MakeKey() const;
};

// Ended from below: the jail before what it was given.
struct JailAhead {
  std::unique_ptr<Workspace> workspace;
  std::unique_ptr<CommandIo> io;
  std::shared_ptr<const Launcher> launcher;
  std::unique_ptr<CreatedJail> jail;
};

// At most one waits.  Thread-safe.
class JailsAhead {
 public:
  explicit JailsAhead(Keeper& keeper) : keeper_(keeper) {}
  ~JailsAhead();

  // The jail that was made for such a request, or null: it makes its own.
  std::unique_ptr<JailAhead> Take(const JailWish& wish);

  // Such a request's program runs now.  Where the last one's was alike, so will
  // be the next one's: its jail is made, if a processor has nothing to do.
  void Expect(JailWish wish);

  // A request is served as long as this lives.
  class Busy {
   public:
    explicit Busy(JailsAhead& jails) : jails_(jails) { jails_.busy_++; }
    ~Busy() { jails_.busy_--; }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

   private:
    JailsAhead& jails_;
  };

 private:
  using Clock = std::chrono::steady_clock;

  bool Start();
  // In a thread of its own: a jail ends with the thread that made it.
  void Loop();
  void Wake();
  void Sleep(std::unique_lock<std::mutex>& lock);
  // Of what waits.
  Clock::duration TimeLeft() const {
    return made_at_ + kJailAheadLifetime - Clock::now();
  }
  std::unique_ptr<JailAhead> Make(const JailWish& wish);

  Keeper& keeper_;
  const unsigned processors_ = std::thread::hardware_concurrency();
  std::atomic<unsigned> busy_ = 0;  // requests that are being served
  // No condition variable: it would wake the thread on the processor that it
  // ran on last, where by now the program runs.  Who writes to a pipe is about
  // to sleep, as the kernel sees it, and the thread takes over its processor.
  Fd wake_, woken_;
  std::mutex mutex_;  // of what follows
  bool stopping_ = false;
  std::string last_;  // key of the last request
  std::optional<JailWish> wanted_;
  std::string making_key_;
  std::unique_ptr<JailAhead> made_;
  std::string made_key_;  // its, or that of what came to nothing
  Clock::time_point made_at_;
  std::thread thread_;  // from the first wish on
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_JAILS_AHEAD_H_
