// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/systemd_scope.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <mutex>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "jail/parent/cgroup_files.h"
#include "jail/parent/dbus.h"
#include "jail/parent/process_tree.h"

namespace jail {
namespace {

constexpr char kService[] = "org.freedesktop.systemd1";
constexpr char kPath[] = "/org/freedesktop/systemd1";
constexpr char kManager[] = "org.freedesktop.systemd1.Manager";
constexpr char kSystemBus[] = "/run/dbus/system_bus_socket";

// Root of a user namespace is no root to the system's bus.
bool IsInitialUserNamespace() {
  const std::string map = ReadCgroupFile("/proc/self/uid_map");
  for (absl::string_view word : absl::StrSplit(map, ' ')) {
    if (word == "4294967295") return true;
  }
  return false;
}

DbusBody Properties() {
  DbusBody body;
  ProcessStat self;
  ReadProcessStat(getpid(), self);
  body.String(absl::StrCat("jail-", getpid(), "-", self.start_time, ".scope"));
  body.String("fail");
  const size_t properties = body.BeginArray(8);
  body.Align(8);
  body.String("Description");
  body.Variant("s");
  body.String("jail");
  body.Align(8);
  body.String("CollectMode");
  body.Variant("s");
  body.String("inactive-or-failed");
  body.Align(8);
  body.String("Delegate");
  body.Variant("b");
  body.Uint32(1);
  body.Align(8);
  // 0: whoever asks, whatever its number is in systemd's pid namespace.
  body.String("PIDs");
  body.Variant("au");
  const size_t pids = body.BeginArray(4);
  body.Uint32(0);
  body.EndArray(pids, 4);
  body.EndArray(properties, 8);
  const size_t none = body.BeginArray(8);
  body.EndArray(none, 8);
  return body;
}

absl::Status Ask() {
  absl::StatusOr<DbusConnection> bus = DbusConnection::Open(SystemdSocket());
  if (!bus.ok()) return bus.status();
  DbusBody match;
  match.String(absl::StrCat("type='signal',sender='", kService, "',interface='",
                            kManager, "',member='JobRemoved'"));
  absl::StatusOr<DbusMessage> answer =
      bus->Call({"org.freedesktop.DBus", "/org/freedesktop/DBus",
                 "org.freedesktop.DBus", "AddMatch", "s"},
                match);
  if (!answer.ok()) return answer.status();
  answer = bus->Call({kService, kPath, kManager, "Subscribe", ""}, DbusBody());
  if (!answer.ok()) return answer.status();
  answer = bus->Call(
      {kService, kPath, kManager, "StartTransientUnit", "ssa(sv)a(sa(sv))"},
      Properties());
  if (!answer.ok()) return answer.status();
  const std::string job = answer->body.String();
  for (;;) {
    absl::StatusOr<DbusMessage> signal = bus->NextSignal("JobRemoved");
    if (!signal.ok()) return signal.status();
    signal->body.Uint32();  // the job's number
    if (signal->body.String() != job) continue;
    signal->body.String();  // the unit's name
    const std::string result = signal->body.String();
    if (result == "done") return absl::OkStatus();
    return absl::InternalError(
        absl::StrCat("the job of the scope ended as \"", result, "\""));
  }
}

}  // namespace

std::string SystemdSocket() {
  std::string path = kSystemBus;
  if (geteuid() != 0 || !IsInitialUserNamespace()) {
    const char* directory = getenv("XDG_RUNTIME_DIR");
    path = directory != nullptr ? absl::StrCat(directory, "/bus")
                                : absl::StrCat("/run/user/", geteuid(), "/bus");
  }
  return access(path.c_str(), R_OK | W_OK) == 0 ? path : "";
}

absl::Status EnterScope() {
  static std::mutex mutex;
  static std::optional<absl::Status>& entered =
      *new std::optional<absl::Status>;
  const std::lock_guard<std::mutex> lock(mutex);
  if (!entered) entered = Ask();
  return *entered;
}

}  // namespace jail
