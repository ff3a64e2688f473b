// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/batch/batch.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/fd.h"
#include "tools/evalctl/batch/line_splitter.h"
#include "tools/evalctl/serve/worker_pool.h"

namespace jail::eval {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kProgressPause{200};
constexpr size_t kReadBytes = 64 << 10;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Response BadLine(uint64_t number, const std::string& message) {
  Response response;
  response.mutable_error()->set_kind(Error::BAD_REQUEST);
  response.mutable_error()->set_message(
      absl::StrCat("line ", number, ": ", message));
  return response;
}

void Signal(const Fd& event) {
  const uint64_t one = 1;
  // It can't fail: the counter is far from full.
  [[maybe_unused]] const ssize_t written = write(event.get(), &one, sizeof one);
}

// A line that was read and not yet answered.
struct Slot {
  LineSplitter::Line line;
  uint64_t bytes = 0;  // of the line, with its end
  bool is_done = false;
  Body answer;  // with its end of line; empty: it is left out
};

class Batch {
 public:
  Batch(const BatchOptions& options, Engine& engine, const EvalCodec& codec,
        int in, int out)
      : options_(options),
        engine_(engine),
        codec_(codec),
        in_(in),
        out_(out),
        splitter_(options.max_line_bytes) {}

  absl::Status SetUp();
  absl::Status Run();
  BatchEnd TakeEnd() {
    return {.summary = summary_,
            .seconds = SecondsSince(start_),
            .interrupted = signals_ > 0};
  }

 private:
  absl::Status Read();
  void StartLines();
  void Answer(Slot& slot);
  bool IsAnswered(const std::string& id);
  Response Evaluate(const LineSplitter::Line& line, bool& is_skipped);
  void Finish(Slot& slot, Body answer);
  Slot* NextDone();
  void Write(Body& answer);
  void Write(absl::string_view text);
  void OnSignal();
  void ShowProgress();
  size_t open_slots() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return slots_.size();
  }

  const BatchOptions& options_;
  Engine& engine_;
  const EvalCodec& codec_;
  const int in_, out_;
  const Clock::time_point start_ = Clock::now();
  Fd wake_;    // a slot was freed
  Fd cancel_;  // readable: what runs ends now
  Fd signal_;
  int signals_ = 0;
  std::atomic<bool> is_cancelled_ = false;
  std::atomic<int> write_error_ = 0;
  std::atomic<bool> is_ending_ = false;  // lines that did not start are left
  std::optional<double> size_;           // of the input, where it is a file
  bool is_at_end_ = false;

  std::mutex mutex_;
  std::deque<std::unique_ptr<Slot>> slots_;  // in the order of the lines
  BatchSummary summary_;
  uint64_t done_bytes_ = 0;  // of lines that are answered
  bool is_writing_ = false;
  std::set<std::string> ids_;

  LineSplitter splitter_;
  std::optional<LineSplitter::Line> next_;
  // Last: its threads use the rest.
  std::unique_ptr<WorkerPool> pool_;
};

absl::Status Batch::SetUp() {
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGTERM, SIGINT}) sigaddset(&set, number);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // EPIPE tells
  signal_ = Fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  wake_ = Fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  cancel_ = Fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!signal_.valid() || !wake_.valid() || !cancel_.valid()) {
    return ErrnoStatus(errno, "batch: signalfd, eventfd");
  }
  struct stat status;
  if (fstat(in_, &status) == 0 && S_ISREG(status.st_mode) &&
      status.st_size > 0) {
    size_ = static_cast<double>(status.st_size);
  }
  pool_ = std::make_unique<WorkerPool>(options_.jobs, options_.jobs);
  return absl::OkStatus();
}

absl::Status Batch::Run() {
  for (;;) {
    StartLines();
    const bool has_room = open_slots() < 2 * options_.jobs;
    const bool is_done = is_ending_ || (is_at_end_ && !next_);
    if (is_done && open_slots() == 0) break;
    ShowProgress();
    pollfd waits[] = {
        {.fd = signal_.get(), .events = POLLIN},
        {.fd = wake_.get(), .events = POLLIN},
        // Not read while there is no room: whoever writes waits, too.
        {.fd = has_room && !is_done && !next_ && !is_at_end_ ? in_ : -1,
         .events = POLLIN}};
    const int ready = poll(
        waits, 3,
        options_.show_progress ? static_cast<int>(kProgressPause.count()) : -1);
    if (ready < 0 && errno != EINTR) return ErrnoStatus(errno, "batch: poll");
    if (ready <= 0) continue;
    if (waits[0].revents != 0) OnSignal();
    if (waits[1].revents != 0) {
      uint64_t count;
      [[maybe_unused]] const ssize_t got =
          read(wake_.get(), &count, sizeof count);
    }
    if (waits[2].revents != 0) {
      if (absl::Status status = Read(); !status.ok()) return status;
    }
  }
  pool_.reset();
  if (write_error_ != 0 && signals_ == 0) {
    return ErrnoStatus(write_error_, "write answers");
  }
  if (options_.show_progress) ShowProgress();
  return absl::OkStatus();
}

absl::Status Batch::Read() {
  char buffer[kReadBytes];
  const ssize_t bytes = read(in_, buffer, sizeof buffer);
  if (bytes < 0) {
    if (errno == EINTR || errno == EAGAIN) return absl::OkStatus();
    return ErrnoStatus(errno, "read requests");
  }
  if (bytes == 0) {
    is_at_end_ = true;
    splitter_.End();
  }
  splitter_.Add({buffer, static_cast<size_t>(bytes)});
  return absl::OkStatus();
}

// Gives the workers what there is room for.
void Batch::StartLines() {
  while (!is_ending_) {
    if (!next_) next_ = splitter_.Next();
    if (!next_) return;
    if (!next_->too_long && absl::StripAsciiWhitespace(next_->text).empty()) {
      next_.reset();
      continue;
    }
    Slot* slot;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (slots_.size() >= 2 * options_.jobs) return;
      slots_.push_back(std::make_unique<Slot>());
      slot = slots_.back().get();
    }
    slot->bytes = next_->text.size() + 1;
    slot->line = *std::move(next_);
    next_.reset();
    // There is room in the pool: it holds as many as there are slots.
    while (!pool_->TryPost([this, slot] { Answer(*slot); })) {
      // A worker has answered and not yet said that it is free.
      sched_yield();
    }
  }
}

// In a worker's thread.
void Batch::Answer(Slot& slot) {
  if (is_ending_) return Finish(slot, {});
  const auto start = Clock::now();
  bool is_skipped = false;
  Response response;
  try {
    response = Evaluate(slot.line, is_skipped);
  } catch (const std::exception& fault) {  // std::bad_alloc, most likely
    response = BadLine(slot.line.number, fault.what());
    response.mutable_error()->set_kind(Error::INTERNAL);
  }
  slot.line.text = std::string();
  if (is_skipped ||
      (is_cancelled_ && response.error().kind() == Error::CANCELLED)) {
    return Finish(slot, {});
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    summary_.Count(response, static_cast<uint64_t>(SecondsSince(start) * 1e6));
  }
  Body answer = codec_.write(std::move(response));
  answer.AddText("\n");
  Finish(slot, std::move(answer));
}

// By an earlier run, for which --resume skips it.
bool Batch::IsAnswered(const std::string& id) {
  if (!options_.is_resumed || options_.answered.count(id) == 0) return false;
  const std::lock_guard<std::mutex> lock(mutex_);
  summary_.CountSkipped();
  return true;
}

Response Batch::Evaluate(const LineSplitter::Line& line, bool& is_skipped) {
  if (line.too_long) {
    return BadLine(
        line.number,
        absl::StrCat("has more than ", options_.max_line_bytes, " bytes"));
  }
  Request request;
  if (std::optional<Error> error = codec_.parse(line.text, request)) {
    Response response = BadLine(line.number, error->message());
    response.mutable_error()->set_place(error->place());
    response.set_id(request.id());
    is_skipped = IsAnswered(request.id());
    return response;
  }
  if (options_.is_resumed) {
    if (request.id().empty()) {
      return BadLine(line.number, "has no id: --resume needs one in each");
    }
    is_skipped = IsAnswered(request.id());
    if (is_skipped) return {};
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!ids_.insert(request.id()).second) {
      Response response = BadLine(line.number, "its id was there before");
      response.set_id(request.id());
      return response;
    }
  } else if (options_.as_completed && request.id().empty()) {
    request.set_id(absl::StrCat(line.number));
  }
  return engine_.Run(request, cancel_.get());
}

// The next answer to be written.  With the lock held.
Slot* Batch::NextDone() {
  for (const std::unique_ptr<Slot>& slot : slots_) {
    if (slot->is_done) return slot.get();
    if (!options_.as_completed) break;
  }
  return nullptr;
}

// Writes what can be written, unless another thread does, and frees the slots.
void Batch::Finish(Slot& slot, Body answer) {
  std::unique_lock<std::mutex> lock(mutex_);
  slot.answer = std::move(answer);
  slot.is_done = true;
  done_bytes_ += slot.bytes;
  if (is_writing_) return;
  is_writing_ = true;
  while (Slot* done = NextDone()) {
    lock.unlock();
    Write(done->answer);
    lock.lock();
    slots_.erase(std::find_if(
        slots_.begin(), slots_.end(),
        [done](const auto& candidate) { return candidate.get() == done; }));
    Signal(wake_);
  }
  is_writing_ = false;
}

// One thread at a time.
void Batch::Write(Body& answer) {
  while (write_error_ == 0) {
    const absl::string_view piece = answer.Next();
    if (piece.empty()) return;
    if (options_.hide_progress) options_.hide_progress();
    Write(piece);
  }
}

// Waits while nobody reads: that is the back-pressure.
void Batch::Write(absl::string_view text) {
  size_t done = 0;
  while (done < text.size() && write_error_ == 0) {
    pollfd waits[] = {{.fd = out_, .events = POLLOUT},
                      {.fd = cancel_.get(), .events = POLLIN}};
    poll(waits, 2, -1);
    if (waits[0].revents == 0) {
      if (waits[1].revents != 0) write_error_ = ECANCELED;
      continue;
    }
    // So much of a pipe is free then: the write does not block.
    const ssize_t bytes = write(out_, text.data() + done,
                                std::min<size_t>(text.size() - done, PIPE_BUF));
    if (bytes >= 0) {
      done += bytes;
    } else if (errno != EINTR && errno != EAGAIN) {
      write_error_ = errno;
      // Nobody will see what else runs.
      is_ending_ = true;
      is_cancelled_ = true;
      Signal(cancel_);
    }
  }
}

void Batch::OnSignal() {
  signalfd_siginfo info;
  if (read(signal_.get(), &info, sizeof info) != sizeof info) return;
  is_ending_ = true;
  if (++signals_ == 1) return;
  is_cancelled_ = true;
  Signal(cancel_);
  // Who has not patience for that either gets what the signal does by itself.
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGTERM, SIGINT}) sigaddset(&set, number);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void Batch::ShowProgress() {
  if (!options_.show_progress) return;
  std::string bar;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::optional<double> done;
    if (size_) done = done_bytes_ / *size_;
    bar = summary_.Bar(SecondsSince(start_), done, options_.columns);
  }
  options_.show_progress(bar);
}

}  // namespace

absl::StatusOr<BatchEnd> RunBatch(const BatchOptions& options, Engine& engine,
                                  const EvalCodec& codec, int in, int out) {
  Batch batch(options, engine, codec, in, out);
  if (absl::Status status = batch.SetUp(); !status.ok()) return status;
  if (absl::Status status = batch.Run(); !status.ok()) return status;
  return batch.TakeEnd();
}

}  // namespace jail::eval
