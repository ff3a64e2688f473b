// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What `jail` and a service manager tell each other: sd_notify(3),
// sd_listen_fds(3).  The environment carries it, and no jail gets to see it.
#ifndef JAIL_MODES_SERVICE_H_
#define JAIL_MODES_SERVICE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
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
  // It has begun to end.
  void Stopping(absl::string_view status) const;

 private:
  void Send(absl::string_view first, absl::string_view status) const;

  Fd socket_;
};

// What the manager's variables say.  They are taken out of the environment.
struct ServiceManager {
  std::string notify_socket;  // empty: none
  // First and last descriptor that was opened for us, from 3 on; 0: none.
  int listen_fds = 0;
};
ServiceManager TakeServiceEnvironment();

// The one socket that a manager opened, as mode LISTEN's: it must be a TCP
// socket that listens.
absl::StatusOr<Fd> TakeListener(int listen_fds);

}  // namespace jail

#endif  // JAIL_MODES_SERVICE_H_
