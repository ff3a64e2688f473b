// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/sys/service_manager.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

constexpr size_t kMaxStatus = 1024;
// A manager that hangs holds nobody up.
constexpr struct timeval kSendTimeout = {1, 0};

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

// Type=notify-reload wants the time, Type=notify takes no notice of it.
void Notifier::Reloading() const {
  if (!is_set()) return;
  struct timespec now {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  Send(absl::StrCat("RELOADING=1\nMONOTONIC_USEC=",
                    now.tv_sec * 1'000'000 + now.tv_nsec / 1000, "\n"),
       "reading the configuration");
}

void Notifier::Stopping(absl::string_view status) const {
  Send("STOPPING=1\n", status);
}

void Notifier::Send(absl::string_view first, absl::string_view status) const {
  if (!is_set()) return;
  const std::string text =
      absl::StrCat(first, "STATUS=", Printable(status, kMaxStatus), "\n");
  send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
}

// JOURNAL_STREAM is "DEVICE:INODE" of the stream that systemd made for us;
// stderr may have been redirected since.
bool StderrIsJournal() {
  const char* const stream = getenv("JOURNAL_STREAM");
  struct stat st;
  if (stream == nullptr || fstat(STDERR_FILENO, &st) != 0) return false;
  return absl::StrCat(st.st_dev, ":", st.st_ino) == stream;
}

}  // namespace jail
