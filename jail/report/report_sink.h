// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_REPORT_REPORT_SINK_H_
#define JAIL_REPORT_REPORT_SINK_H_

#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "jail/sys/fd.h"
#include "proto/report.pb.h"

namespace jail {

// Where reports go.  Opened before the target starts, so that a place that
// can't be written to stops the launch.  Thread-safe.
class ReportSink {
 public:
  // One report: `path` gets it whole or keeps what it had.  It is written to a
  // nameless file in the same directory, which takes the name `path` at the
  // end; nothing is left when `jail` is killed before.  Not fsync'ed.  `path`
  // must be missing or a regular file; a symbolic link is refused.
  //
  // A file system without O_TMPFILE (FUSE, vfat, NFS) gets a file
  // ".NAME.PID.tmp" instead, made when all is known and renamed at once: a
  // SIGKILL in that moment leaves it.
  static absl::StatusOr<std::unique_ptr<ReportSink>> ForOneReport(
      const std::string& path);

  // Many reports (modes RERUN and LISTEN): each is appended as one line.
  static absl::StatusOr<std::unique_ptr<ReportSink>> ForManyReports(
      const std::string& path);

  // Reports are written to the descriptor `number`, one a line.  It must be
  // open for writing, and is duplicated.
  static absl::StatusOr<std::unique_ptr<ReportSink>> ForFd(int number);

  absl::Status Write(const report::Report& report);
  absl::Status Write(const report::AccessReport& report);

 private:
  enum class Kind { kReplace, kAppend, kStream };
  std::string temporary() const;  // kReplace: a name beside `name_`
  absl::Status OpenTemporary();
  absl::Status Rename();
  ReportSink(Kind kind, std::string path) : kind_(kind), path_(path) {}
  absl::Status Publish();
  absl::Status WriteJson(const std::string& json);

  const Kind kind_;
  const std::string path_;   // for errors: "descriptor 5" for a descriptor
  std::string name_;         // kReplace: last component of `path_`
  Fd directory_;             // kReplace
  bool has_tmpfile_ = true;  // kReplace: O_TMPFILE works there
  Fd file_;
  std::mutex mutex_;
};

}  // namespace jail

#endif  // JAIL_REPORT_REPORT_SINK_H_
