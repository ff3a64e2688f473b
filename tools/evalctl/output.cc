// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/output.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace jail::eval {
namespace {

constexpr size_t kBufferBytes = 64 << 10;
// What can be left once all writers are dead: a pipe's or socket's buffer.  A
// jail that outlives its end (no pid namespace) shall not hold us here.
constexpr uint64_t kMaxDrainBytes = 4 << 20;

}  // namespace

OutputReader::OutputReader() : buffer_(new char[kBufferBytes]) {}

size_t OutputReader::Add(Fd fd, uint64_t limit, std::string to_send) {
  Stream& stream = streams_.emplace_back();
  stream.fd = std::move(fd);
  stream.limit = limit;
  stream.to_send = std::move(to_send);
  return streams_.size() - 1;
}

size_t OutputReader::Items(struct pollfd* items) {
  polled_.clear();
  for (size_t i = 0; i < streams_.size() && polled_.size() < kMaxItems; ++i) {
    const Stream& stream = streams_[i];
    if (!stream.fd.valid()) continue;
    const bool sends = stream.sent < stream.to_send.size();
    items[polled_.size()] = {
        stream.fd.get(), static_cast<short>(POLLIN | (sends ? POLLOUT : 0)), 0};
    polled_.push_back(i);
  }
  return polled_.size();
}

bool OutputReader::Ready(const struct pollfd* items, size_t count) {
  for (size_t i = 0; i < count && i < polled_.size(); ++i) {
    if ((items[i].revents & POLLOUT) != 0) Send(streams_[polled_[i]]);
    if ((items[i].revents & ~POLLOUT) != 0) Read(polled_[i]);
  }
  return overflowed_ < 0;
}

void OutputReader::Send(Stream& stream) {
  const ssize_t n =
      send(stream.fd.get(), stream.to_send.data() + stream.sent,
           stream.to_send.size() - stream.sent, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  // Whoever does not take it does without it.
  stream.sent += n < 0 ? stream.to_send.size() : static_cast<size_t>(n);
  stream.sent = std::min(stream.sent, stream.to_send.size());
  if (stream.sent < stream.to_send.size()) return;
  shutdown(stream.fd.get(), SHUT_WR);
}

bool OutputReader::Read(size_t number) {
  Stream& stream = streams_[number];
  if (!stream.fd.valid()) return false;
  const ssize_t n = read(stream.fd.get(), buffer_.get(), kBufferBytes);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return errno == EINTR;
  if (n <= 0) {  // the end, or ECONNRESET of the socket
    stream.fd.Reset();
    return false;
  }
  const auto bytes = static_cast<uint64_t>(n);
  const uint64_t room = stream.limit - stream.data.size();
  const uint64_t kept = std::min(room, bytes);
  if (stream.data.size() + kept > stream.data.capacity()) {
    // Not beyond the limit, as append() would.
    stream.data.reserve(std::min<uint64_t>(
        stream.limit,
        std::max<uint64_t>(2 * stream.data.capacity(), kBufferBytes)));
  }
  stream.data.append(buffer_.get(), kept);
  stream.total += bytes;
  if (kept > 0) Note(number, kept);
  if (stream.truncated() && overflowed_ < 0) {
    overflowed_ = static_cast<int>(number);
  }
  return true;
}

void OutputReader::Note(size_t number, uint64_t bytes) {
  if (!order_.empty() && order_.back().stream == number) {
    order_.back().bytes += bytes;
  } else if (order_.size() < kMaxChunks) {
    order_.push_back({number, bytes});
  }
}

void OutputReader::Drain() {
  for (size_t i = 0; i < streams_.size(); ++i) {
    const uint64_t most = streams_[i].total + kMaxDrainBytes;
    while (streams_[i].total < most && Read(i)) {
    }
    streams_[i].fd.Reset();
  }
}

}  // namespace jail::eval
