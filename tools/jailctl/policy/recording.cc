// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/recording.h"

#include <linux/sched.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/syscalls.h"
#include "jail/sys/errno_name.h"
#include "tools/jailctl/policy/value_names.h"

namespace jail::jailctl {
namespace {

using seccomp::Arch;

}  // namespace

int LearnedArgument(const std::string& call) {
  for (const char* name : {"socket", "socketpair", "prctl", "arch_prctl",
                           "clone", "unshare", "personality"}) {
    if (call == name) return 0;
  }
  return call == "ioctl" ? 1 : -1;
}

void Recording::Add(const seccomp_data& call) {
  const auto number = static_cast<uint32_t>(call.nr);
  const Arch native = seccomp::NativeArch();
  if (call.arch != seccomp::AuditArch(native)) {
    const auto arch = seccomp::ArchOfAudit(call.arch);
    foreign.insert(arch ? absl::StrCat(seccomp::ArchName(*arch), " ",
                                       CallName(*arch, number))
                        : absl::StrCat("number ", number));
    return;
  }
  if (native == Arch::kX86_64 && (number & seccomp::kX32Bit) != 0) {
    foreign.insert(
        absl::StrCat("x32 ", CallName(native, number & ~seccomp::kX32Bit)));
    return;
  }
  if (!has_started_ && (number == SYS_execve || number == SYS_execveat)) return;
  has_started_ = true;
  ++count;
  RecordedCall& recorded = calls[number];
  ++recorded.count;
  const std::string name = CallName(native, number);
  if (const int argument = LearnedArgument(name); argument >= 0) {
    uint64_t value = call.args[argument];
    const auto known = seccomp::SyscallArguments(native, name);
    const auto index = static_cast<size_t>(argument);
    if (known && index < known->size() && (*known)[index].bytes == 4) {
      value &= 0xffffffff;
    }
    if (recorded.values.size() <= kMaxLearnedValues) {
      recorded.values.insert(value);
    }
  }
  if (name == "fork" || name == "vfork" ||
      (name == "clone" && (call.args[0] & CLONE_THREAD) == 0)) {
    ++processes;
  } else if (name == "clone") {
    ++threads;
  }
}

absl::Status Record(int listener, CommandWatch& watch, Recording& recording) {
  seccomp_notif_sizes sizes{};
  if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) != 0) {
    return ErrnoStatus(errno, "seccomp");
  }
  // A newer kernel's may be larger than ours.
  std::vector<uint64_t> in(
      std::max<size_t>(sizes.seccomp_notif, sizeof(seccomp_notif)) / 8 + 1);
  std::vector<uint64_t> out(
      std::max<size_t>(sizes.seccomp_notif_resp, sizeof(seccomp_notif_resp)) /
          8 +
      1);
  auto* const call = reinterpret_cast<seccomp_notif*>(in.data());
  auto* const answer = reinterpret_cast<seccomp_notif_resp*>(out.data());
  // The listener's own end is no use: until Linux 6.11 it comes only when all
  // have been waited for.
  while (!watch.all_gone()) {
    pollfd ready[] = {{listener, POLLIN, 0}, {watch.fd(), POLLIN, 0}};
    if (poll(ready, 2, watch.TimeoutMs()) < 0) {
      if (errno == EINTR) continue;
      return ErrnoStatus(errno, "poll");
    }
    if ((ready[0].revents & POLLIN) == 0) {
      // Nobody is under the filter any more; somebody may have to be reaped.
      if (ready[0].revents != 0) listener = -1;
      watch.Handle();
      continue;
    }
    if (ready[1].revents != 0) watch.Handle();
    std::fill(in.begin(), in.end(), 0);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, call) != 0) {
      // The caller was killed, or interrupted, before we came to it.
      if (errno == ENOENT || errno == EINTR) continue;
      return ErrnoStatus(errno, "SECCOMP_IOCTL_NOTIF_RECV");
    }
    recording.Add(call->data);
    std::fill(out.begin(), out.end(), 0);
    answer->id = call->id;
    if (call->data.nr == SYS_clone3) {
      answer->error = -ENOSYS;
    } else {
      answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    }
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, answer) != 0 &&
        errno != ENOENT && errno != EINTR) {
      return ErrnoStatus(errno, "SECCOMP_IOCTL_NOTIF_SEND");
    }
  }
  return absl::OkStatus();
}

}  // namespace jail::jailctl
