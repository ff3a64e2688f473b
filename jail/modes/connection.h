// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_MODES_CONNECTION_H_
#define JAIL_MODES_CONNECTION_H_

#include <netinet/in.h>

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "jail/sys/fd.h"

namespace jail {

// One accepted TCP connection.
class Connection {
 public:
  Connection() = default;

  // Takes the next one of a listening socket that does not block.  kUnavailable
  // or kAborted: there is none any more.
  static absl::StatusOr<Connection> Accept(int listener);

  int fd() const { return socket_.get(); }
  // "[::1]:4711", "[::ffff:192.0.2.1]:4711".
  const std::string& remote() const { return remote_; }
  bool SameAddress(const Connection& other) const;

  // What the jail has sent so far.
  uint64_t BytesSent() const;

  // The answer is complete.  What the client sent and nobody read is taken
  // away: closing a socket that holds some makes the kernel reset the
  // connection, and the client could lose the end of the answer.
  void FinishSending();

 private:
  Fd socket_;
  struct in6_addr address_ {};
  std::string remote_;
};

}  // namespace jail

#endif  // JAIL_MODES_CONNECTION_H_
