// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/log.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/printable.h"
#include "jail/sys/service_manager.h"

namespace jail {
namespace {

absl::StatusOr<Fd> OpenLogFile(const std::string& path) {
  // O_NONBLOCK: a FIFO without a reader is refused, not waited for.
  absl::StatusOr<Fd> fd = Open(
      path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
      0600);
  if (!fd.ok()) return fd.status();
  struct stat st;
  if (fstat(fd->get(), &st) != 0) {
    return ErrnoStatus(errno, absl::StrCat("fstat ", path));
  }
  // /dev/null is how wrappers say that they want none.
  const bool is_null = S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
  if (!S_ISREG(st.st_mode) && !is_null) {
    return absl::InvalidArgumentError(
        absl::StrCat("open ", path, ": is not a regular file"));
  }
  return fd;
}

absl::StatusOr<Fd> BorrowLogFd(int number) {
  int flags = fcntl(number, F_GETFL);
  if (flags < 0) {
    return ErrnoStatus(errno, absl::StrCat("descriptor ", number));
  }
  if ((flags & O_PATH) != 0 || (flags & O_ACCMODE) == O_RDONLY) {
    return absl::InvalidArgumentError(
        absl::StrCat("descriptor ", number, ": is not open for writing"));
  }
  return Duplicate(number);
}

}  // namespace

Logger::Logger() : is_journal_(StderrIsJournal()) {}

absl::StatusOr<Logger> Logger::Open(const Log& settings) {
  Logger log;
  log.level_ = settings.level;
  if (!settings.is_set) return log;
  absl::StatusOr<Fd> fd = settings.file.empty() ? BorrowLogFd(settings.fd)
                                                : OpenLogFile(settings.file);
  if (!fd.ok()) return fd.status();
  log.fd_ = *std::move(fd);
  return log;
}

void Logger::Write(Log::Level level, absl::string_view text) {
  if (level < level_ && level != Log::Level::kFatal) return;
  std::string line;
  if (!is_set() && is_journal_) {
    // LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERR, LOG_CRIT of syslog(3).
    line = absl::StrCat(
        "<", absl::string_view(&"76432"[static_cast<int>(level)], 1), ">");
  } else if (!is_set() && level >= Log::Level::kError) {
    line = "jail: ";
  } else {
    time_t now = time(nullptr);
    struct tm local;
    char stamp[64];
    localtime_r(&now, &local);
    size_t length =
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S%z", &local);
    line = absl::StrCat("[",
                        absl::string_view(&"DIWEF"[static_cast<int>(level)], 1),
                        "][", absl::string_view(stamp, length), "] ");
  }
  absl::StrAppend(&line, Printable(text, kMaxLogText), "\n");
  // A log that can't be written to can't be complained about either.
  ssize_t ignored = write(is_set() ? fd_.get() : 2, line.data(), line.size());
  static_cast<void>(ignored);
}

}  // namespace jail
