// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace jail {
namespace {

// A pipe that is ready takes so much at once, a terminal about so much.
constexpr size_t kCarefulBytes = 256;

// SIGPIPE would end the program that embeds us, and its disposition is not
// ours to change: it is blocked in this thread, and taken away.
class WithoutSigpipe {
 public:
  WithoutSigpipe() {
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&set_);
    sigaddset(&set_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  ~WithoutSigpipe() {
    const struct timespec now = {};
    const int saved = errno;
    if (!was_pending_) sigtimedwait(&set_, nullptr, &now);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = saved;
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;

 private:
  bool was_pending_ = false;
  sigset_t set_, before_;
};

bool SameFile(int a, int b) {
  struct stat x, y;
  return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev &&
         x.st_ino == y.st_ino;
}

bool MayTryAgain(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

bool OutputStream::Open(Fd in, int out, uint64_t limit) {
  struct stat st;
  if (fstat(out, &st) != 0) return false;
  if (S_ISREG(st.st_mode)) {
    kind_ = Kind::kFile;
  } else if (S_ISSOCK(st.st_mode)) {
    kind_ = Kind::kSocket;
  } else {
    // O_NONBLOCK belongs to the open file description, and ours is shared with
    // the shell, say: so another one of the same file.
    out_.Reset(open(absl::StrCat("/proc/self/fd/", out).c_str(),
                    O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    kind_ = out_.valid() ? Kind::kReopened : Kind::kCareful;
  }
  if (!out_.valid()) out_.Reset(fcntl(out, F_DUPFD_CLOEXEC, 3));
  if (!out_.valid()) return false;
  const int flags = fcntl(in.get(), F_GETFL);
  if (flags < 0 || fcntl(in.get(), F_SETFL, flags | O_NONBLOCK) != 0) {
    return false;
  }
  in_ = std::move(in);
  limit_ = limit;
  buffer_ = std::make_unique<char[]>(kBufferBytes);
  return true;
}

struct pollfd OutputStream::PollItem() const {
  if (begin_ != end_) return {out_.get(), POLLOUT, 0};
  return {in_.get(), POLLIN, 0};
}

void OutputStream::Move() {
  if (begin_ == end_ && in_.valid()) Read();
  if (begin_ != end_) Write();
}

void OutputStream::Read() {
  const size_t room = std::min<uint64_t>(kBufferBytes, left_);
  const ssize_t n = room == 0 ? 0 : read(in_.get(), buffer_.get(), room);
  if (n < 0 && MayTryAgain(errno)) return;
  if (n <= 0) return in_.Reset();
  const auto size = static_cast<uint64_t>(n);
  const uint64_t within = limit_ - std::min(limit_, received_);
  received_ += size;
  if (left_ != UINT64_MAX) left_ -= size;
  begin_ = 0;
  end_ = std::min(size, within);
}

void OutputStream::Write() {
  size_t count = end_ - begin_;
  if (kind_ == Kind::kCareful) {
    struct pollfd item = {out_.get(), POLLOUT, 0};
    if (poll(&item, 1, 0) <= 0) return;
    count = std::min(count, kCarefulBytes);
  }
  const ssize_t n = WriteSome(count);
  if (n >= 0) {
    begin_ += static_cast<size_t>(n);
    return;
  }
  if (MayTryAgain(errno)) return;
  // Nobody takes it any more: the program is to hear of it by EPIPE.
  error_ = errno;
  begin_ = end_ = 0;
  in_.Reset();
}

ssize_t OutputStream::WriteSome(size_t count) const {
  const char* data = buffer_.get() + begin_;
  if (kind_ == Kind::kSocket) {
    return send(out_.get(), data, count, MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  const WithoutSigpipe guard;
  return write(out_.get(), data, count);
}

void OutputStream::TakeNoMore() {
  int bytes = 0;
  if (in_.valid() && ioctl(in_.get(), FIONREAD, &bytes) == 0 && bytes > 0) {
    left_ = static_cast<uint64_t>(bytes);
  } else {
    in_.Reset();
  }
}

uint64_t OutputStream::undelivered() const {
  const uint64_t in_pipe = in_.valid() && left_ != UINT64_MAX ? left_ : 0;
  const uint64_t within = limit_ - std::min(limit_, received_);
  return (end_ - begin_) + std::min(in_pipe, within);
}

std::unique_ptr<OutputCapture> OutputCapture::Make(const Spec& spec,
                                                   LaunchIo& io,
                                                   SetupFailure& failure) {
  std::unique_ptr<OutputCapture> capture(
      new OutputCapture(spec.limits.output.value.value));
  const bool has_stderr = !spec.process.stdio.stderr_to_null;
  const bool is_one = has_stderr && SameFile(io.stdout_fd, io.stderr_fd);
  bool made = capture->AddStream(io.stdout_fd);
  if (made && is_one) io.stderr_fd = io.stdout_fd;
  if (made && has_stderr && !is_one) made = capture->AddStream(io.stderr_fd);
  if (made) return capture;
  failure.error = errno;
  failure.stage = "parent";
  failure.operation = "pipe2";
  failure.object = "stdout and stderr";
  failure.origin = spec.limits.output.origin;
  return nullptr;
}

bool OutputCapture::AddStream(int& fd) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  Fd in(ends[0]);
  child_ends_[count_].Reset(ends[1]);
  if (!streams_[count_].Open(std::move(in), fd, limit_)) return false;
  fd = child_ends_[count_].get();
  ++count_;
  return true;
}

void OutputCapture::CloseChildSide() {
  for (Fd& end : child_ends_) end.Reset();
}

std::array<struct pollfd, OutputCapture::kMaxStreams> OutputCapture::PollItems()
    const {
  std::array<struct pollfd, kMaxStreams> items;
  for (size_t i = 0; i < kMaxStreams; ++i) items[i] = streams_[i].PollItem();
  return items;
}

void OutputCapture::Move() {
  for (size_t i = 0; i < count_; ++i) streams_[i].Move();
}

void OutputCapture::TakeNoMore() {
  for (OutputStream& stream : streams_) stream.TakeNoMore();
}

bool OutputCapture::done() const {
  return std::all_of(streams_.begin(), streams_.end(),
                     [](const OutputStream& stream) { return stream.done(); });
}

uint64_t OutputCapture::received() const {
  return streams_[0].received() + streams_[1].received();
}

OutputCounts OutputCapture::Counts() const {
  OutputCounts counts;
  for (const OutputStream& stream : streams_) {
    counts.largest = std::max(counts.largest, stream.received());
    counts.undelivered += stream.undelivered();
    if (counts.error == 0) counts.error = stream.error();
  }
  counts.limit_met = counts.largest > limit_;
  return counts;
}

}  // namespace jail
