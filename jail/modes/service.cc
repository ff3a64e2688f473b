// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/modes/service.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"

namespace jail {
namespace {

constexpr int kFirstListenFd = 3;  // SD_LISTEN_FDS_START

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
