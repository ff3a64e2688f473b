// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What `--listen` names, as sockets that listen.
#ifndef TOOLS_EVALCTL_SERVE_LISTENER_H_
#define TOOLS_EVALCTL_SERVE_LISTENER_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "jail/sys/fd.h"

namespace jail::eval {

// A socket that listens.  Where it made a file, the destructor removes it, if
// it is still the same one.
class Listener {
 public:
  Listener(Fd fd, std::string name, bool is_remote)
      : fd_(std::move(fd)), name_(std::move(name)), is_remote_(is_remote) {}
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  int fd() const { return fd_.get(); }
  // "127.0.0.1:8060", with the port that it got; "unix:/run/evalctl.sock"
  const std::string& name() const { return name_; }
  // Can another host reach it?
  bool is_remote() const { return is_remote_; }

 private:
  friend absl::StatusOr<std::vector<Listener>> Listen(const std::string&);

  Fd fd_;
  std::string name_;
  bool is_remote_;
  std::string path_;  // of the socket's file; empty: nothing to remove
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

// `address` is "HOST:PORT" with an IPv4 address, "[IPv6]:PORT",
// "localhost:PORT" (127.0.0.1), "unix:PATH", or "systemd": the sockets of
// sd_listen_fds(3), one at least.  Port 0 takes a free one.
//
// A socket's file has mode 0600.  A stale one is replaced; one that somebody
// answers at, or a file of another kind, is an error.
absl::StatusOr<std::vector<Listener>> Listen(const std::string& address);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_SERVE_LISTENER_H_
