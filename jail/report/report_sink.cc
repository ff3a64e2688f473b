// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/report_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/report/json.h"
#include "jail/report/report.h"
#include "jail/sys/errno_name.h"

namespace jail {
namespace {

absl::Status Fault(const char* operation, const std::string& object) {
  return ErrnoStatus(errno, absl::StrCat("report: ", operation, " ", object));
}

absl::Status NotRegular(const std::string& path) {
  return absl::InvalidArgumentError(absl::StrCat(
      "report: open ", path,
      ": is not a regular file: hint: --report_fd writes to a descriptor"));
}

absl::Status WriteAll(int fd, const std::string& data,
                      const std::string& object) {
  size_t done = 0;
  while (done < data.size()) {
    ssize_t n = write(fd, data.data() + done, data.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Fault("write", object);
    done += static_cast<size_t>(n);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<ReportSink>> ReportSink::ForOneReport(
    const std::string& path) {
  std::unique_ptr<ReportSink> sink(new ReportSink(Kind::kReplace, path));
  size_t slash = path.rfind('/');
  std::string directory = slash == std::string::npos ? "."
                          : slash == 0               ? "/"
                                                     : path.substr(0, slash);
  sink->name_ = slash == std::string::npos ? path : path.substr(slash + 1);
  sink->directory_ = Fd(
      open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOCTTY));
  if (!sink->directory_.valid()) return Fault("open", directory);
  struct stat st;
  if (sink->name_.empty()) return NotRegular(path);
  if (fstatat(sink->directory_.get(), sink->name_.c_str(), &st,
              AT_SYMLINK_NOFOLLOW) == 0) {
    if (!S_ISREG(st.st_mode)) return NotRegular(path);
  } else if (errno != ENOENT) {
    return Fault("stat", path);
  }
  sink->file_ = Fd(openat(sink->directory_.get(), ".",
                          O_WRONLY | O_TMPFILE | O_CLOEXEC, 0644));
  if (sink->file_.valid()) return sink;
  // EISDIR: the kernel has never heard of the flag.
  if (errno != EOPNOTSUPP && errno != EISDIR) {
    return Fault("open (O_TMPFILE) in", directory);
  }
  sink->has_tmpfile_ = false;
  // Made to see that it can be, and taken away again.
  absl::Status opened = sink->OpenTemporary();
  if (!opened.ok()) return opened;
  unlinkat(sink->directory_.get(), sink->temporary().c_str(), 0);
  return sink;
}

absl::StatusOr<std::unique_ptr<ReportSink>> ReportSink::ForManyReports(
    const std::string& path) {
  std::unique_ptr<ReportSink> sink(new ReportSink(Kind::kAppend, path));
  sink->file_ = Fd(open(path.c_str(),
                        O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW |
                            O_NONBLOCK | O_CLOEXEC | O_NOCTTY,
                        0644));
  if (!sink->file_.valid()) return Fault("open", path);
  struct stat st;
  if (fstat(sink->file_.get(), &st) != 0) return Fault("fstat", path);
  if (!S_ISREG(st.st_mode)) return NotRegular(path);
  return sink;
}

absl::StatusOr<std::unique_ptr<ReportSink>> ReportSink::ForFd(int number) {
  std::string name = absl::StrCat("descriptor ", number);
  int flags = fcntl(number, F_GETFL);
  if (flags < 0) {
    return ErrnoStatus(errno, absl::StrCat("report_fd: ", name));
  }
  if ((flags & O_PATH) != 0 || (flags & O_ACCMODE) == O_RDONLY) {
    return absl::InvalidArgumentError(
        absl::StrCat("report_fd: ", name, ": is not open for writing"));
  }
  std::unique_ptr<ReportSink> sink(new ReportSink(Kind::kStream, name));
  sink->file_ = Fd(fcntl(number, F_DUPFD_CLOEXEC, 3));
  if (!sink->file_.valid()) return Fault("dup of", name);
  return sink;
}

std::string ReportSink::temporary() const {
  return absl::StrCat(".", name_, ".", getpid(), ".tmp");
}

absl::Status ReportSink::OpenTemporary() {
  file_.Reset(openat(directory_.get(), temporary().c_str(),
                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                     0644));
  return file_.valid() ? absl::OkStatus() : Fault("open", temporary());
}

absl::Status ReportSink::Rename() {
  const int dir = directory_.get();
  const std::string from = temporary();
  if (renameat(dir, from.c_str(), dir, name_.c_str()) == 0) {
    return absl::OkStatus();
  }
  absl::Status status = Fault("rename to", path_);
  unlinkat(dir, from.c_str(), 0);
  return status;
}

absl::Status ReportSink::Write(const report::Report& report) {
  return WriteJson(ReportJson(report));
}

absl::Status ReportSink::Write(const report::AccessReport& report) {
  return WriteJson(MessageToJson(report) + "\n");
}

absl::Status ReportSink::WriteJson(const std::string& json) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!has_tmpfile_) {
    absl::Status written = OpenTemporary();
    if (!written.ok()) return written;
    written = WriteAll(file_.get(), json, path_);
    if (written.ok()) return Rename();
    unlinkat(directory_.get(), temporary().c_str(), 0);
    return written;
  }
  // A report that is cut short must not stay in the middle of the others.
  off_t before = kind_ == Kind::kAppend ? lseek(file_.get(), 0, SEEK_END) : -1;
  absl::Status written = WriteAll(file_.get(), json, path_);
  if (!written.ok()) {
    if (before >= 0 && ftruncate(file_.get(), before) != 0) {
      return Fault("ftruncate", path_);
    }
    return written;
  }
  return kind_ == Kind::kReplace ? Publish() : absl::OkStatus();
}

// The nameless file gets a name.  linkat(2) does not replace, rename(2) does:
// so first a name that is ours alone.
absl::Status ReportSink::Publish() {
  std::string source = absl::StrCat("/proc/self/fd/", file_.get());
  int dir = directory_.get();
  if (linkat(AT_FDCWD, source.c_str(), dir, name_.c_str(), AT_SYMLINK_FOLLOW) ==
      0) {
    return absl::OkStatus();
  }
  if (errno != EEXIST) return Fault("link", path_);
  const std::string temporary = this->temporary();
  if (linkat(AT_FDCWD, source.c_str(), dir, temporary.c_str(),
             AT_SYMLINK_FOLLOW) != 0) {
    return Fault("link", temporary);
  }
  return Rename();
}

}  // namespace jail
