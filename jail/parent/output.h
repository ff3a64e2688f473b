// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// stdout_limit: what the target writes, on its way through the launcher.
#ifndef JAIL_PARENT_OUTPUT_H_
#define JAIL_PARENT_OUTPUT_H_

#include <poll.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "jail/parent/ending.h"
#include "jail/parent/launch.h"
#include "jail/spec/setup_failure.h"
#include "jail/spec/spec.h"
#include "jail/sys/fd.h"

namespace jail {

// A pipe that the jail writes to, and where its bytes go.  Nothing here waits
// for whoever reads: what can't be written now stays in the pipe, and the jail
// waits, as it would without us.
class OutputStream {
 public:
  // Takes `in`, the reading end; `out` is duplicated.  False: see errno.
  bool Open(Fd in, int out, uint64_t limit);

  // What poll(2) is to wait for; an fd of -1: nothing any more.
  struct pollfd PollItem() const;
  // Moves one buffer, as far as both sides take part at once.
  void Move();
  // From now on no more than what is in the pipe by now is moved.
  void TakeNoMore();

  bool done() const { return !in_.valid() && begin_ == end_; }
  uint64_t received() const { return received_; }
  uint64_t undelivered() const;
  int error() const { return error_; }

 private:
  enum class Kind {
    kFile,      // never has to be waited for
    kSocket,    // send(2) with MSG_DONTWAIT
    kReopened,  // our own open file description, with O_NONBLOCK
    kCareful,   // neither: little by little, and after poll(2)
  };
  static constexpr size_t kBufferBytes = 65536;

  void Read();
  void Write();
  ssize_t WriteSome(size_t count) const;

  Fd in_, out_;
  Kind kind_ = Kind::kFile;
  uint64_t limit_ = 0;
  uint64_t received_ = 0;
  uint64_t left_ = UINT64_MAX;  // TakeNoMore: still to be taken
  int error_ = 0;
  size_t begin_ = 0, end_ = 0;  // in buffer_: not yet written
  std::unique_ptr<char[]> buffer_;
};

// The target's stdout and stderr; one stream where both are the same file, so
// that their order stays.
class OutputCapture {
 public:
  static constexpr size_t kMaxStreams = 2;

  // Makes the pipes, and puts their writing ends into `io`.  Null: see
  // `failure`.
  static std::unique_ptr<OutputCapture> Make(const Spec& spec, LaunchIo& io,
                                             SetupFailure& failure);

  // After clone3: the writing ends are the child's.
  void CloseChildSide();

  // Items for poll(2), one a stream.
  std::array<struct pollfd, kMaxStreams> PollItems() const;
  void Move();
  void TakeNoMore();

  bool done() const;
  // Grows as long as the jail writes.
  uint64_t received() const;
  OutputCounts Counts() const;

 private:
  explicit OutputCapture(uint64_t limit) : limit_(limit) {}
  bool AddStream(int& fd);

  const uint64_t limit_;
  size_t count_ = 0;
  std::array<OutputStream, kMaxStreams> streams_;
  std::array<Fd, kMaxStreams> child_ends_;
};

}  // namespace jail

#endif  // JAIL_PARENT_OUTPUT_H_
