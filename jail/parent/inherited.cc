// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/inherited.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "jail/child/reaper_image.h"

// Newer than Debian 12's headers.
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

namespace jail {
namespace {

bool Fail(SetupFailure& failure, const char* operation, std::string object,
          const Origin& origin = {}) {
  failure = SetupFailure{};
  failure.error = errno;
  failure.stage = "parent";
  failure.operation = operation;
  failure.object = std::move(object);
  failure.origin = origin;
  return false;
}

// A copy from `lowest` on, or -1.
int CopyAbove(int lowest, int fd) {
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, lowest);
  // So says fcntl(2) where the limit of open files is below `lowest`.
  if (copy < 0 && errno == EINVAL) errno = EMFILE;
  return copy;
}

// `fd` itself where it is `lowest` or above, else a copy that is.
bool KeepAbove(int lowest, Fd& fd) {
  if (fd.get() >= lowest) return true;
  const int copy = CopyAbove(lowest, fd.get());
  fd.Reset(copy);
  return copy >= 0;
}

bool MakePair(int lowest, Fd& a, Fd& b, int result, const int fds[2]) {
  if (result != 0) return false;
  a.Reset(fds[0]);
  b.Reset(fds[1]);
  return KeepAbove(lowest, a) && KeepAbove(lowest, b);
}

// The reaper's program as a file that nobody can change, and that its own
// process can't read: the kernel makes such a process non-dumpable at exec.
bool MakeReaper(int lowest, Fd& reaper) {
  int fd = memfd_create("reaper", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
  if (fd < 0 && errno == EINVAL) {  // before kernel 6.3
    fd = memfd_create("reaper", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  }
  if (fd < 0) return false;
  reaper.Reset(fd);
  const size_t size = static_cast<size_t>(jail_reaper_end - jail_reaper_begin);
  const ssize_t written = write(fd, jail_reaper_begin, size);
  if (written >= 0 && static_cast<size_t>(written) != size) errno = EIO;
  return written == static_cast<ssize_t>(size) && fchmod(fd, 0111) == 0 &&
         fcntl(fd, F_ADD_SEALS,
               F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0 &&
         KeepAbove(lowest, reaper);
}

}  // namespace

// A descriptor of the caller's for `slot`.
bool Inherited::Take(int fd, Slot slot) {
  slots[static_cast<size_t>(slot)] = fd;
  if (fd >= first_own_fd_) return true;
  provided.emplace_back(CopyAbove(first_own_fd_, fd));
  slots[static_cast<size_t>(slot)] = provided.back().get();
  return provided.back().valid();
}

bool Inherited::TakeProvided(const Plan& plan, const LaunchIo& io,
                             SetupFailure& failure) {
  if (plan.channel_slot != kNoSlot && !Take(io.channel_fd, plan.channel_slot)) {
    return Fail(failure, "fcntl", "channel");
  }
  if (io.mounts.size() != plan.provided_slots.size()) {
    errno = EINVAL;
    return Fail(failure, "move_mount",
                absl::StrCat(io.mounts.size(), " mounts given where ",
                             plan.provided_slots.size(), " are wanted"));
  }
  for (size_t i = 0; i < io.mounts.size(); ++i) {
    if (!Take(io.mounts[i], plan.provided_slots[i])) {
      return Fail(failure, "fcntl", "provided mount");
    }
  }
  return true;
}

bool Inherited::Open(const Spec& spec, const Plan& plan, const LaunchIo& io,
                     SetupFailure& failure) {
  first_own_fd_ = plan.first_inherited_fd;
  // First of all: a number that is free would soon be one of our own.
  for (const Located<int>& fd : spec.process.stdio.pass_fd) {
    if (fcntl(fd.value, F_GETFD) < 0) {
      return Fail(failure, "fcntl", absl::StrCat("descriptor ", fd.value),
                  fd.origin);
    }
  }
  slots.assign(static_cast<size_t>(plan.slot_count), -1);
  LaunchIo childs = io;
  if (spec.limits.output.value.value > 0) {
    output = OutputCapture::Make(spec, childs, failure);
    if (output == nullptr) return false;
  }
  const int given[3] = {childs.stdin_fd, childs.stdout_fd, childs.stderr_fd};
  const char* const names[3] = {"stdin", "stdout", "stderr"};
  for (size_t i = 0; i < 3; ++i) {
    slots[kSlotStdin + i] = given[i];
    if (given[i] >= first_own_fd_) continue;
    stdio[i].Reset(CopyAbove(first_own_fd_, given[i]));
    if (!stdio[i].valid()) return Fail(failure, "fcntl", names[i]);
    slots[kSlotStdin + i] = stdio[i].get();
  }

  if (!TakeProvided(plan, io, failure)) return false;

  int fds[2];
  if (!MakePair(first_own_fd_, sync_parent, sync_child,
                socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), fds)) {
    return Fail(failure, "socketpair", "");
  }
  slots[kSlotSync] = sync_child.get();
  slots[kSlotSyncPeer] = sync_parent.get();

  const Command& command = spec.process.command;
  if (command.by_fd) {
    target.Reset(open(command.file.c_str(), O_PATH | O_CLOEXEC));
    if (!target.valid() || !KeepAbove(first_own_fd_, target)) {
      return Fail(failure, "open", command.file, command.origin);
    }
    slots[kSlotTarget] = target.get();
  }
  if (plan.reaper_step >= 0) {
    if (!MakeReaper(first_own_fd_, reaper)) {
      return Fail(failure, "memfd_create", "reaper", spec.pid1_origin);
    }
    if (!MakePair(first_own_fd_, report_read, report_write,
                  pipe2(fds, O_CLOEXEC | O_NONBLOCK), fds)) {
      return Fail(failure, "pipe2", "", spec.pid1_origin);
    }
    slots[kSlotReaper] = reaper.get();
    slots[kSlotReport] = report_write.get();
  }
  return true;
}

void Inherited::CloseChildSide() {
  for (Fd& fd : stdio) fd.Reset();
  provided.clear();
  sync_child.Reset();
  target.Reset();
  reaper.Reset();
  report_write.Reset();
}

}  // namespace jail
