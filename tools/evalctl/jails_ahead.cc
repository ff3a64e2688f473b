// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/jails_ahead.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "jail/sys/blocked_signals.h"

namespace jail::eval {

std::string JailWish::MakeKey() const {
  return absl::StrCat(profile->config.name(), "\n", workspace.bytes, " ",
                      workspace.inodes, " ", io.merge_output, io.has_channel,
                      " ", io.output_bytes, "\n", LaunchKey(overrides));
}

JailsAhead::~JailsAhead() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  Wake();
  if (thread_.joinable()) thread_.join();
}

std::unique_ptr<JailAhead> JailsAhead::Take(const JailWish& wish) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (wish.key != made_key_ || made_ == nullptr) return nullptr;
  made_key_.clear();
  return std::move(made_);
}

void JailsAhead::Expect(JailWish wish) {
  const std::string& key = wish.key;
  if (key.size() > kMaxCachedKeyBytes) return;
  std::unique_lock<std::mutex> lock(mutex_);
  const bool is_repeated = key == last_;
  const bool is_there =
      key == making_key_ || (key == made_key_ && made_ != nullptr);
  const bool came_to_nothing = key == made_key_ && made_ == nullptr &&
                               Clock::now() < made_at_ + kJailAheadRetry;
  last_ = key;
  if (!is_repeated || is_there || came_to_nothing) return;
  if (busy_ >= processors_) return;
  if (!thread_.joinable() && !Start()) return;
  wanted_ = std::move(wish);
  lock.unlock();
  Wake();
}

bool JailsAhead::Start() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0) return false;
  woken_.Reset(fds[0]);
  wake_.Reset(fds[1]);
  const BlockedSignals blocked;
  thread_ = std::thread([this] { Loop(); });
  return true;
}

// A pipe that is full wakes as well.
void JailsAhead::Wake() {
  const ssize_t ignored = write(wake_.get(), "", 1);
  static_cast<void>(ignored);
}

// Until it is woken, or what waits is too old.
void JailsAhead::Sleep(std::unique_lock<std::mutex>& lock) {
  int timeout_ms = -1;
  if (!made_key_.empty()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(TimeLeft());
    timeout_ms = std::max(0, static_cast<int>(left.count()));
  }
  lock.unlock();
  struct pollfd item = {woken_.get(), POLLIN, 0};
  if (poll(&item, 1, timeout_ms) > 0) {
    char bytes[64];
    const ssize_t ignored = read(woken_.get(), bytes, sizeof bytes);
    static_cast<void>(ignored);
  }
  lock.lock();
}

void JailsAhead::Loop() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    while (!stopping_ && !wanted_ &&
           (made_key_.empty() || TimeLeft().count() > 0)) {
      Sleep(lock);
    }
    if (stopping_) return;
    // Something else is wanted, or its time is over.
    std::unique_ptr<JailAhead> old = std::move(made_);
    made_key_.clear();
    std::optional<JailWish> wish;
    wish.swap(wanted_);
    if (wish) making_key_ = wish->key;
    lock.unlock();
    old.reset();
    std::unique_ptr<JailAhead> made;
    if (wish) made = Make(*wish);
    lock.lock();
    if (!wish) continue;
    made_ = std::move(made);
    made_key_ = std::move(making_key_);
    making_key_.clear();
    made_at_ = Clock::now();
  }
}

// Why it came to nothing, the next request finds out for itself.
std::unique_ptr<JailAhead> JailsAhead::Make(const JailWish& wish) {
  auto made = std::make_unique<JailAhead>();
  std::vector<std::string> errors;
  made->launcher = wish.profile->launchers->With(wish.overrides, errors);
  if (made->launcher == nullptr) return nullptr;
  absl::StatusOr<std::unique_ptr<Workspace>> workspace =
      keeper_.Make(wish.workspace);
  if (!workspace.ok()) return nullptr;
  made->workspace = *std::move(workspace);
  absl::StatusOr<std::unique_ptr<CommandIo>> io =
      CommandIo::Make(wish.io, "", *made->workspace);
  if (!io.ok()) return nullptr;
  made->io = *std::move(io);
  Result result;
  made->jail = made->launcher->Create(made->io->streams(), result);
  made->io->CloseTheirs();
  if (made->jail == nullptr) return nullptr;
  return made;
}

}  // namespace jail::eval
