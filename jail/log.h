// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_LOG_H_
#define JAIL_LOG_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "jail/spec/spec.h"
#include "jail/sys/fd.h"

namespace jail {

// What a line may hold; the rest is cut, and that is said.
inline constexpr size_t kMaxLogText = 8192;

// The log of the program `jail`; nothing in the library logs.
//
//   [I][2026-11-21T06:30:00+0000] pid=4711 ...
//
// Each line is one write(2), so that jails may share a log.  Control characters
// are escaped.  Thread-safe.
//
// Where no log was asked for, lines go to stderr, and errors have the shape
// that every program's errors have: `jail: mount[3] (snek.cfg:41): ...`.
// Where that is the journal's ($JOURNAL_STREAM), it has the time and our name
// already, and each line begins with its level, "<3>": sd-daemon(3).
class Logger {
 public:
  // On stderr, level INFO.
  Logger();

  // What `settings` name.  A file is appended to, made with mode 0600, and must
  // be a regular file that is reached without a symbolic link, or /dev/null; a
  // descriptor must be open for writing, and is duplicated.
  static absl::StatusOr<Logger> Open(const Log& settings);

  void Debug(absl::string_view text) { Write(Log::Level::kDebug, text); }
  void Info(absl::string_view text) { Write(Log::Level::kInfo, text); }
  void Warning(absl::string_view text) { Write(Log::Level::kWarning, text); }
  // One jail of several could not be made, or was refused.
  void Error(absl::string_view text) { Write(Log::Level::kError, text); }
  // `jail` ends with status 255 because of this.  Always written.
  void Fatal(absl::string_view text) { Write(Log::Level::kFatal, text); }

  bool is_set() const { return fd_.valid(); }
  Log::Level level() const { return level_; }

 private:
  void Write(Log::Level level, absl::string_view text);

  Fd fd_;                    // not valid: stderr
  bool is_journal_ = false;  // stderr, and the journal reads it
  Log::Level level_ = Log::Level::kInfo;
};

}  // namespace jail

#endif  // JAIL_LOG_H_
