// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "jail/sys/errno_name.h"

namespace jail::eval {
namespace {

constexpr int kBacklog = 512;
constexpr int kFirstSystemdFd = 3;  // sd_listen_fds(3)
constexpr int kMaxSystemdFds = 64;

absl::Status Failed(const std::string& operation, const std::string& address,
                    int error) {
  return ErrnoStatus(error, absl::StrCat("listen ", address, ": ", operation));
}

union Address {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
  sockaddr_un local;
  sockaddr_storage storage;
};

bool IsLoopback(const Address& address) {
  switch (address.any.sa_family) {
    case AF_INET:
      return (ntohl(address.v4.sin_addr.s_addr) >> 24) == 127;
    case AF_INET6:
      return IN6_IS_ADDR_LOOPBACK(&address.v6.sin6_addr);
    default:
      return address.any.sa_family == AF_UNIX;
  }
}

std::string Name(const Address& address, socklen_t size) {
  char text[INET6_ADDRSTRLEN] = "";
  switch (address.any.sa_family) {
    case AF_INET:
      inet_ntop(AF_INET, &address.v4.sin_addr, text, sizeof text);
      return absl::StrCat(text, ":", ntohs(address.v4.sin_port));
    case AF_INET6:
      inet_ntop(AF_INET6, &address.v6.sin6_addr, text, sizeof text);
      return absl::StrCat("[", text, "]:", ntohs(address.v6.sin6_port));
    case AF_UNIX: {
      const size_t start = offsetof(sockaddr_un, sun_path);
      if (size <= start) return "unix:";
      std::string path(address.local.sun_path, size - start);
      if (path[0] == '\0') {
        path[0] = '@';
      } else {
        path = path.c_str();
      }
      return "unix:" + path;
    }
    default:
      return absl::StrCat("address family ", address.any.sa_family);
  }
}

absl::StatusOr<Listener> Adopt(Fd fd, const std::string& wanted) {
  Address address = {};
  socklen_t size = sizeof address;
  if (getsockname(fd.get(), &address.any, &size) != 0) {
    return Failed("getsockname", wanted, errno);
  }
  return Listener(std::move(fd), Name(address, size), !IsLoopback(address));
}

absl::StatusOr<Address> ParseTcp(const std::string& text) {
  const absl::Status wrong = absl::InvalidArgumentError(
      absl::StrCat("listen ", text,
                   ": takes ADDRESS:PORT, [IPv6]:PORT, unix:PATH or systemd"));
  const size_t colon = text.rfind(':');
  uint32_t port = 0;
  if (colon == std::string::npos ||
      !absl::SimpleAtoi(text.substr(colon + 1), &port) || port > 65535) {
    return wrong;
  }
  std::string host = text.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  Address address = {};
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    address.v6.sin6_family = AF_INET6;
    address.v6.sin6_port = htons(port);
    if (inet_pton(AF_INET6, host.c_str(), &address.v6.sin6_addr) != 1) {
      return wrong;
    }
  } else {
    address.v4.sin_family = AF_INET;
    address.v4.sin_port = htons(port);
    if (inet_pton(AF_INET, host.c_str(), &address.v4.sin_addr) != 1) {
      return wrong;
    }
  }
  return address;
}

absl::StatusOr<Listener> ListenTcp(const std::string& text) {
  absl::StatusOr<Address> address = ParseTcp(text);
  if (!address.ok()) return address.status();
  Fd fd(socket(address->any.sa_family,
               SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return Failed("socket", text, errno);
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  socklen_t size = sizeof address->v4;
  if (address->any.sa_family == AF_INET6) {
    // [::] is not 0.0.0.0 too: what listens is what was named.
    setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    size = sizeof address->v6;
  }
  if (bind(fd.get(), &address->any, size) != 0) {
    return Failed("bind", text, errno);
  }
  if (listen(fd.get(), kBacklog) != 0) return Failed("listen", text, errno);
  return Adopt(std::move(fd), text);
}

// Removes the socket at `path` if nobody answers there.
absl::Status RemoveStale(const std::string& text, const std::string& path,
                         const Address& address) {
  struct stat status;
  if (lstat(path.c_str(), &status) != 0) {
    return errno == ENOENT ? absl::OkStatus() : Failed("lstat", text, errno);
  }
  if (!S_ISSOCK(status.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat("listen ", text, ": a file that is no socket is there"));
  }
  const Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return Failed("socket", text, errno);
  // EAGAIN: somebody is there, whose queue is full.
  if (connect(fd.get(), &address.any, sizeof address.local) == 0 ||
      errno == EAGAIN) {
    return absl::AlreadyExistsError(
        absl::StrCat("listen ", text, ": another process listens there"));
  }
  if (errno != ECONNREFUSED) return Failed("connect", text, errno);
  if (unlink(path.c_str()) != 0) return Failed("unlink", text, errno);
  return absl::OkStatus();
}

}  // namespace

Listener::Listener(Listener&& other) noexcept
    : fd_(std::move(other.fd_)),
      name_(std::move(other.name_)),
      is_remote_(other.is_remote_),
      path_(std::exchange(other.path_, "")),
      device_(other.device_),
      inode_(other.inode_) {}

Listener::~Listener() {
  struct stat status;
  if (!path_.empty() && lstat(path_.c_str(), &status) == 0 &&
      status.st_dev == device_ && status.st_ino == inode_) {
    unlink(path_.c_str());
  }
}

absl::StatusOr<std::vector<Listener>> Listen(const std::string& text) {
  std::vector<Listener> listeners;
  if (text == "systemd") {
    const char* pid_text = getenv("LISTEN_PID");
    const char* count_text = getenv("LISTEN_FDS");
    pid_t pid = 0;
    int count = 0;
    if (pid_text == nullptr || count_text == nullptr ||
        !absl::SimpleAtoi(pid_text, &pid) || pid != getpid() ||
        !absl::SimpleAtoi(count_text, &count) || count < 1 ||
        count > kMaxSystemdFds) {
      return absl::FailedPreconditionError(
          "listen systemd: LISTEN_PID and LISTEN_FDS pass no socket; is it "
          "started by a .socket unit?");
    }
    for (int i = kFirstSystemdFd; i < kFirstSystemdFd + count; i++) {
      int listens = 0;
      socklen_t size = sizeof listens;
      if (fcntl(i, F_SETFD, FD_CLOEXEC) != 0 ||
          fcntl(i, F_SETFL, fcntl(i, F_GETFL) | O_NONBLOCK) != 0) {
        return Failed("fcntl", absl::StrCat("systemd: fd ", i), errno);
      }
      Fd fd(i);
      if (getsockopt(i, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 ||
          listens == 0) {
        return absl::FailedPreconditionError(
            absl::StrCat("listen systemd: fd ", i, " is no socket that listens",
                         " (Accept=no)"));
      }
      absl::StatusOr<Listener> listener = Adopt(std::move(fd), text);
      if (!listener.ok()) return listener.status();
      listeners.push_back(*std::move(listener));
    }
    // They are taken: no process of ours shall take them again.
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    return listeners;
  }
  if (!absl::StartsWith(text, "unix:")) {
    absl::StatusOr<Listener> listener = ListenTcp(text);
    if (!listener.ok()) return listener.status();
    listeners.push_back(*std::move(listener));
    return listeners;
  }

  const std::string path(absl::StripPrefix(text, "unix:"));
  Address address = {};
  address.local.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.local.sun_path) {
    return absl::InvalidArgumentError(
        absl::StrCat("listen ", text, ": takes a path of 1 to ",
                     sizeof address.local.sun_path - 1, " bytes"));
  }
  std::memcpy(address.local.sun_path, path.c_str(), path.size() + 1);
  if (absl::Status status = RemoveStale(text, path, address); !status.ok()) {
    return status;
  }
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return Failed("socket", text, errno);
  // bind(2) makes the file with the socket's mode.
  if (fchmod(fd.get(), 0600) != 0) return Failed("fchmod", text, errno);
  if (bind(fd.get(), &address.any, sizeof address.local) != 0) {
    return Failed("bind", text, errno);
  }
  Listener listener(std::move(fd), text, /*is_remote=*/false);
  struct stat status;
  if (lstat(path.c_str(), &status) != 0) return Failed("lstat", text, errno);
  listener.path_ = path;
  listener.device_ = status.st_dev;
  listener.inode_ = status.st_ino;
  if (listen(listener.fd(), kBacklog) != 0) {
    return Failed("listen", text, errno);
  }
  listeners.push_back(std::move(listener));
  return listeners;
}

}  // namespace jail::eval
