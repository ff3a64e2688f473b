// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What a service manager tells `jail`: sd_notify(3), sd_listen_fds(3).  The
// environment carries it, and no jail gets to see it.
#ifndef JAIL_MODES_SERVICE_H_
#define JAIL_MODES_SERVICE_H_

#include <string>

#include "absl/status/statusor.h"
#include "jail/sys/fd.h"

namespace jail {

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
