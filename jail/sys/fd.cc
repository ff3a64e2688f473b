// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "jail/sys/errno_name.h"

namespace jail {

void Fd::Reset(int fd) {
  // EINTR is no reason to try again: Linux has closed the descriptor.
  if (fd_ >= 0) close(fd_);
  fd_ = fd;
}

absl::StatusOr<Fd> Open(const std::string& path, int flags, mode_t mode) {
  int fd = open(path.c_str(), flags | O_CLOEXEC, mode);
  if (fd < 0) return ErrnoStatus(errno, absl::StrCat("open ", path));
  return Fd(fd);
}

std::optional<int> DescriptorNamed(const std::string& path) {
  if (path == "/dev/stdin") return STDIN_FILENO;
  if (path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  absl::string_view name = path;
  int number = 0;
  if ((absl::ConsumePrefix(&name, "/dev/fd/") ||
       absl::ConsumePrefix(&name, "/proc/self/fd/")) &&
      !name.empty() && absl::ascii_isdigit(name[0]) &&
      absl::SimpleAtoi(name, &number)) {
    return number;
  }
  return std::nullopt;
}

absl::StatusOr<Fd> Duplicate(int fd) {
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) return ErrnoStatus(errno, absl::StrCat("descriptor ", fd));
  return Fd(copy);
}

absl::StatusOr<std::string> ReadFd(int fd, const std::string& name,
                                   size_t limit) {
  std::string content;
  char buffer[4096];
  for (;;) {
    ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0) {
      if (errno == EINTR) continue;
      return ErrnoStatus(errno, absl::StrCat("read ", name));
    }
    if (n == 0) return content;
    if (content.size() + static_cast<size_t>(n) > limit) {
      return absl::OutOfRangeError(
          absl::StrCat("read ", name, ": more than ", limit, " bytes"));
    }
    content.append(buffer, static_cast<size_t>(n));
  }
}

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t limit) {
  absl::StatusOr<Fd> fd = Open(path, O_RDONLY);
  if (!fd.ok()) return fd.status();
  return ReadFd(fd->get(), path, limit);
}

absl::Status WriteFile(const std::string& path, const std::string& data) {
  absl::StatusOr<Fd> fd = Open(path, O_WRONLY);
  if (!fd.ok()) return fd.status();
  ssize_t n = write(fd->get(), data.data(), data.size());
  if (n < 0) return ErrnoStatus(errno, absl::StrCat("write ", path));
  if (static_cast<size_t>(n) != data.size()) {
    return absl::DataLossError(absl::StrCat("write ", path, ": short write"));
  }
  return absl::OkStatus();
}

}  // namespace jail
