// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What a program tells its service manager: sd_notify(3), sd-daemon(3).
#ifndef JAIL_SYS_SERVICE_MANAGER_H_
#define JAIL_SYS_SERVICE_MANAGER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "jail/sys/fd.h"

namespace jail {

// How we are doing, to whoever listens on $NOTIFY_SOCKET; without it every
// function does nothing.  What can't be sent is lost: no jail fails for that.
// Thread-safe.
class Notifier {
 public:
  Notifier() = default;
  // `address`: a path, or "@" and an abstract name.  unix(7)
  static absl::StatusOr<Notifier> ForAddress(const std::string& address);

  bool is_set() const { return socket_.valid(); }
  // The service does what it is for.
  void Ready(absl::string_view status) const;
  // One line for people: `systemctl status` shows it.
  void Status(absl::string_view status) const;
  // It reads its configuration again, until it says Ready().
  void Reloading() const;
  // It has begun to end.
  void Stopping(absl::string_view status) const;

 private:
  void Send(absl::string_view first, absl::string_view status) const;

  Fd socket_;
};

// Our stderr is the journal's ($JOURNAL_STREAM): a line there may begin with
// its level, "<3>".
bool StderrIsJournal();

}  // namespace jail

#endif  // JAIL_SYS_SERVICE_MANAGER_H_
