// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/sys/regular_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"

namespace jail {
namespace {

// What `mode` is, when it is no regular file.
const char* FileKind(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return "a directory";
    case S_IFIFO:
      return "a FIFO or pipe";
    case S_IFCHR:
      return "a character device";
    case S_IFBLK:
      return "a block device";
    case S_IFSOCK:
      return "a socket";
    default:
      return "no regular file";
  }
}

absl::StatusOr<std::string> ReadAtMost(const Fd& fd, const std::string& name,
                                       const char* what, size_t limit) {
  absl::StatusOr<std::string> text = ReadFd(fd.get(), name, limit);
  if (absl::IsOutOfRange(text.status())) {
    return absl::OutOfRangeError(absl::StrCat(name, ": is larger than ", limit,
                                              " bytes, the most that ", what,
                                              " may have"));
  }
  return text;
}

}  // namespace

const int kOpenRegular = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

absl::StatusOr<std::string> ReadRegular(const Fd& fd, const std::string& name,
                                        const char* what, size_t limit) {
  struct stat status = {};
  if (fstat(fd.get(), &status) != 0) {
    return ErrnoStatus(errno, absl::StrCat("fstat ", name));
  }
  if (!S_ISREG(status.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat(name, ": is ", FileKind(status.st_mode), "; ", what,
                     " is read from a regular file only"));
  }
  return ReadAtMost(fd, name, what, limit);
}

absl::StatusOr<std::string> ReadGivenFile(const std::string& path,
                                          const char* what, size_t limit) {
  const std::optional<int> own = DescriptorNamed(path);
  const absl::StatusOr<Fd> fd =
      own ? Duplicate(*own) : Open(path, kOpenRegular);
  if (!fd.ok()) return fd.status();
  struct stat status = {};
  if (own && fstat(fd->get(), &status) == 0 && S_ISFIFO(status.st_mode)) {
    return ReadAtMost(*fd, path, what, limit);
  }
  return ReadRegular(*fd, path, what, limit);
}

}  // namespace jail
