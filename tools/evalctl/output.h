// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What a jail writes, read while it runs, in the loop that supervises it.
#ifndef TOOLS_EVALCTL_OUTPUT_H_
#define TOOLS_EVALCTL_OUTPUT_H_

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "jail/launcher.h"
#include "jail/sys/fd.h"

namespace jail::eval {

// Changes between the streams that are noted; of later ones the order is lost.
inline constexpr size_t kMaxChunks = 10'000;

// Pipes and sockets, each with a limit.  What comes beyond it is counted, and
// not kept; the first such byte ends the jail.
class OutputReader final : public Watcher {
 public:
  struct Stream {
    Fd fd;                // O_NONBLOCK; closed at its end
    uint64_t limit = 0;   // bytes
    std::string data;     // at most `limit` bytes
    uint64_t total = 0;   // that came
    std::string to_send;  // a socket: sent first, then shut down for writing
    size_t sent = 0;

    bool truncated() const { return total > data.size(); }
  };
  // The next `bytes` of stream number `stream`.
  struct Chunk {
    size_t stream = 0;
    uint64_t bytes = 0;
  };

  OutputReader();

  // Gives the stream's number.
  size_t Add(Fd fd, uint64_t limit, std::string to_send = "");

  size_t Items(struct pollfd* items) override;
  bool Ready(const struct pollfd* items, size_t count) override;

  // After the jail's end: takes what is left in the pipes, without waiting.
  void Drain();

  Stream& stream(size_t number) { return streams_[number]; }
  const std::vector<Chunk>& order() const { return order_; }
  // The number of a stream that met its limit, or -1.
  int overflowed() const { return overflowed_; }

 private:
  // False: nothing more is to be had now.
  bool Read(size_t number);
  void Send(Stream& stream);
  void Note(size_t number, uint64_t bytes);

  std::vector<Stream> streams_;
  std::vector<size_t> polled_;  // stream of each item
  std::vector<Chunk> order_;
  std::unique_ptr<char[]> buffer_;
  int overflowed_ = -1;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_OUTPUT_H_
