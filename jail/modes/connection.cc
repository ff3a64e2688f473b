// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/modes/connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/modes/listen.h"
#include "jail/sys/errno_name.h"

namespace jail {
namespace {

// A client whose machine is gone is noticed after some 30 s.
constexpr int kKeepaliveIdleSeconds = 15;
constexpr int kKeepaliveIntervalSeconds = 5;
constexpr int kKeepaliveCount = 3;

constexpr int kMaxUnreadBytes = 1 << 20;

struct in6_addr Mapped(struct in_addr address) {
  struct in6_addr mapped {};
  mapped.s6_addr[10] = mapped.s6_addr[11] = 0xff;
  memcpy(&mapped.s6_addr[12], &address, sizeof address);
  return mapped;
}

template <typename T>
void SetOption(int fd, int level, int name, T value) {
  // Each only shortens how long a dead client goes unnoticed.
  setsockopt(fd, level, name, &value, sizeof value);
}

absl::StatusOr<Fd> Listening(int family, const struct sockaddr* address,
                             socklen_t length) {
  Fd fd(socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return ErrnoStatus(errno, "socket");
  int on = 1, off = 0;
  if (setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) {
    return ErrnoStatus(errno, "setsockopt SO_REUSEADDR");
  }
  if (family == AF_INET6 &&
      setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0) {
    return ErrnoStatus(errno, "setsockopt IPV6_V6ONLY");
  }
  if (bind(fd.get(), address, length) != 0) return ErrnoStatus(errno, "bind");
  if (listen(fd.get(), SOMAXCONN) != 0) return ErrnoStatus(errno, "listen");
  return fd;
}

}  // namespace

absl::StatusOr<Fd> OpenListener(const Listen& where) {
  struct sockaddr_in6 v6 {};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(where.port);
  if (inet_pton(AF_INET6, where.address.c_str(), &v6.sin6_addr) != 1) {
    return absl::InternalError(
        absl::StrCat("bindhost: is no IPv6 address: ", where.address));
  }
  absl::StatusOr<Fd> fd =
      Listening(AF_INET6, reinterpret_cast<struct sockaddr*>(&v6), sizeof v6);
  bool any = IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr);
  if (!fd.ok() && errno == EAFNOSUPPORT &&
      (any || IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))) {
    struct sockaddr_in v4 {};
    v4.sin_family = AF_INET;
    v4.sin_port = v6.sin6_port;
    if (!any) memcpy(&v4.sin_addr, &v6.sin6_addr.s6_addr[12], 4);
    fd = Listening(AF_INET, reinterpret_cast<struct sockaddr*>(&v4), sizeof v4);
  }
  if (!fd.ok()) {
    return absl::Status(
        fd.status().code(),
        absl::StrCat(where.origin.ToString(), ": listen on [", where.address,
                     "]:", where.port, ": ", fd.status().message()));
  }
  return fd;
}

absl::StatusOr<Connection> Connection::Accept(int listener) {
  struct sockaddr_storage peer {};
  socklen_t length = sizeof peer;
  // Not SOCK_NONBLOCK: the program shares the flag, and expects to block.
  Fd fd(accept4(listener, reinterpret_cast<struct sockaddr*>(&peer), &length,
                SOCK_CLOEXEC));
  if (!fd.valid()) {
    if (errno == EAGAIN) return absl::UnavailableError("accept4");
    if (errno == ECONNABORTED || errno == EINTR || errno == EPROTO) {
      return absl::AbortedError("accept4");
    }
    return ErrnoStatus(errno, "accept4");
  }
  Connection connection;
  uint16_t port;
  if (peer.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const struct sockaddr_in&>(peer);
    connection.address_ = Mapped(v4.sin_addr);
    port = ntohs(v4.sin_port);
  } else {
    const auto& v6 = reinterpret_cast<const struct sockaddr_in6&>(peer);
    connection.address_ = v6.sin6_addr;
    port = ntohs(v6.sin6_port);
  }
  char text[INET6_ADDRSTRLEN];
  inet_ntop(AF_INET6, &connection.address_, text, sizeof text);
  connection.remote_ = absl::StrCat("[", text, "]:", port);
  SetOption(fd.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
  SetOption(fd.get(), IPPROTO_TCP, TCP_KEEPIDLE, kKeepaliveIdleSeconds);
  SetOption(fd.get(), IPPROTO_TCP, TCP_KEEPINTVL, kKeepaliveIntervalSeconds);
  SetOption(fd.get(), IPPROTO_TCP, TCP_KEEPCNT, kKeepaliveCount);
  connection.socket_ = std::move(fd);
  return connection;
}

bool Connection::SameAddress(const Connection& other) const {
  return IN6_ARE_ADDR_EQUAL(&address_, &other.address_);
}

uint64_t Connection::BytesSent() const {
  struct tcp_info info {};
  socklen_t length = sizeof info;
  if (getsockopt(fd(), IPPROTO_TCP, TCP_INFO, &info, &length) != 0 ||
      length < offsetof(struct tcp_info, tcpi_bytes_sent) +
                   sizeof info.tcpi_bytes_sent) {
    return 0;
  }
  return info.tcpi_bytes_sent;
}

void Connection::FinishSending() {
  shutdown(fd(), SHUT_WR);
  char sink[16384];
  int unread = 0;
  while (unread < kMaxUnreadBytes) {
    ssize_t n = recv(fd(), sink, sizeof sink, MSG_DONTWAIT);
    if (n <= 0) return;
    unread += static_cast<int>(n);
  }
}

}  // namespace jail
