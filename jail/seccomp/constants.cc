// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/constants.h"

#include <asm/prctl.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/keyctl.h>
#include <linux/netlink.h>
#include <linux/prctl.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

namespace jail::seccomp {
namespace {

struct Constant {
  absl::string_view name;
  uint64_t value;
};
constexpr Constant kConstants[] = {
#include "jail/seccomp/constants.inc"
};

}  // namespace

std::optional<uint64_t> NamedConstant(absl::string_view name) {
  const auto* const end = std::end(kConstants);
  const auto* const found = std::lower_bound(
      std::begin(kConstants), end, name,
      [](const Constant& c, absl::string_view n) { return c.name < n; });
  if (found == end || found->name != name) return std::nullopt;
  return found->value;
}

std::vector<std::string> ConstantNames() {
  std::vector<std::string> names;
  for (const Constant& constant : kConstants) {
    names.emplace_back(constant.name);
  }
  return names;
}

}  // namespace jail::seccomp
