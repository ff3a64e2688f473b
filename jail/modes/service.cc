// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/modes/service.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

constexpr int kFirstListenFd = 3;  // SD_LISTEN_FDS_START
constexpr size_t kMaxStatus = 1024;
// A manager that hangs holds no jail up.
constexpr struct timeval kSendTimeout = {1, 0};

std::string TakeVariable(const char* name) {
  const char* value = getenv(name);
  std::string copy = value == nullptr ? "" : value;
  unsetenv(name);
  return copy;
}

int OptionOf(int fd, int name) {
  int value = 0;
  socklen_t length = sizeof value;
  return getsockopt(fd, SOL_SOCKET, name, &value, &length) == 0 ? value : -1;
}

}  // namespace

absl::StatusOr<Notifier> Notifier::ForAddress(const std::string& address) {
  struct sockaddr_un to {};
  to.sun_family = AF_UNIX;
  const bool is_abstract = address[0] == '@';
  if ((!is_abstract && address[0] != '/') ||
      address.size() >= sizeof to.sun_path) {
    return absl::InvalidArgumentError(absl::StrCat(
        "NOTIFY_SOCKET: ", Printable(address, sizeof to.sun_path),
        ": is neither an absolute path nor \"@\" and a name, of less than ",
        sizeof to.sun_path, " bytes"));
  }
  memcpy(to.sun_path, address.data(), address.size());
  if (is_abstract) to.sun_path[0] = '\0';
  Notifier notifier;
  notifier.socket_.Reset(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!notifier.socket_.valid()) {
    return ErrnoStatus(errno, "NOTIFY_SOCKET: socket");
  }
  const int fd = notifier.socket_.get();
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &kSendTimeout, sizeof kSendTimeout);
  const auto length = static_cast<socklen_t>(
      offsetof(struct sockaddr_un, sun_path) + address.size());
  if (connect(fd, reinterpret_cast<struct sockaddr*>(&to), length) != 0) {
    return ErrnoStatus(errno, absl::StrCat("NOTIFY_SOCKET: connect ",
                                           Printable(address, kMaxStatus)));
  }
  return notifier;
}

void Notifier::Ready(absl::string_view status) const {
  Send("READY=1\n", status);
}

void Notifier::Status(absl::string_view status) const { Send("", status); }

void Notifier::Stopping(absl::string_view status) const {
  Send("STOPPING=1\n", status);
}

void Notifier::Send(absl::string_view first, absl::string_view status) const {
  if (!is_set()) return;
  const std::string text =
      absl::StrCat(first, "STATUS=", Printable(status, kMaxStatus), "\n");
  send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
}

ServiceManager TakeServiceEnvironment() {
  ServiceManager manager;
  manager.notify_socket = TakeVariable("NOTIFY_SOCKET");
  int pid = 0, count = 0;
  // Somebody else's variables, inherited, are not for us.
  if (absl::SimpleAtoi(TakeVariable("LISTEN_PID"), &pid) && pid == getpid() &&
      absl::SimpleAtoi(TakeVariable("LISTEN_FDS"), &count) && count > 0) {
    manager.listen_fds = count;
  }
  for (const char* name :
       {"LISTEN_FDS", "LISTEN_FDNAMES", "WATCHDOG_PID", "WATCHDOG_USEC"}) {
    unsetenv(name);
  }
  return manager;
}

absl::StatusOr<Fd> TakeListener(int listen_fds) {
  if (listen_fds != 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        "LISTEN_FDS: ", listen_fds,
        " sockets: jail listens on one: hint: one ListenStream= in the unit"));
  }
  Fd fd(kFirstListenFd);
  const int domain = OptionOf(fd.get(), SO_DOMAIN);
  if ((domain != AF_INET && domain != AF_INET6) ||
      OptionOf(fd.get(), SO_TYPE) != SOCK_STREAM ||
      OptionOf(fd.get(), SO_ACCEPTCONN) != 1) {
    fd.Release();
    return absl::InvalidArgumentError(
        "LISTEN_FDS: descriptor 3 is no TCP socket that listens: hint: "
        "ListenStream=PORT and Accept=no in the socket unit");
  }
  const int flags = fcntl(fd.get(), F_GETFL);
  if (fcntl(fd.get(), F_SETFD, FD_CLOEXEC) != 0 || flags < 0 ||
      fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) != 0) {
    return ErrnoStatus(errno, "LISTEN_FDS: fcntl descriptor 3");
  }
  return fd;
}

}  // namespace jail
