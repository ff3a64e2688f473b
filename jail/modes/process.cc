// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/modes/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <initializer_list>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"

namespace jail {
namespace {

constexpr const char* kStdioNames[] = {"stdin", "stdout", "stderr"};

absl::StatusOr<Fd> TakeSignals(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : signals) sigaddset(&set, signal);
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) {
    return ErrnoStatus(errno, "sigprocmask");
  }
  Fd fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.valid()) return ErrnoStatus(errno, "signalfd");
  return fd;
}

}  // namespace

absl::Status PrepareProcess() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    // The lowest free number is this one, as those below are open.  As stdio
    // it is meant to be inherited.
    // NOLINTNEXTLINE(android-cloexec-open)
    if (open("/dev/null", O_RDWR | O_NOCTTY) != fd) {
      return ErrnoStatus(errno,
                         absl::StrCat("open /dev/null as ", kStdioNames[fd]));
    }
  }
  for (int fd = 0; fd <= 2; ++fd) {
    struct stat st;
    if (fstat(fd, &st) != 0) {
      return ErrnoStatus(errno, absl::StrCat("fstat ", kStdioNames[fd]));
    }
    if (S_ISDIR(st.st_mode) || S_ISBLK(st.st_mode)) {
      return absl::InvalidArgumentError(
          absl::StrCat(kStdioNames[fd], ": is a ",
                       S_ISDIR(st.st_mode) ? "directory" : "block device",
                       ": hint: the program could reach the host by it; "
                       "give it a file, a pipe or /dev/null"));
    }
  }
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &action, nullptr);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
  return absl::OkStatus();
}

bool IsInherited(int fd) {
  const int flags = fcntl(fd, F_GETFD);
  return flags >= 0 && (flags & FD_CLOEXEC) == 0;
}

absl::StatusOr<Fd> TakeFatalSignals() {
  return TakeSignals({SIGINT, SIGTERM, SIGHUP, SIGQUIT});
}

absl::StatusOr<Fd> TakeStatusSignal() { return TakeSignals({SIGUSR1}); }

absl::Status WriteStdout(const std::string& text) {
  size_t done = 0;
  while (done < text.size()) {
    ssize_t n = write(1, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus(errno, "write to stdout");
    done += static_cast<size_t>(n);
  }
  return absl::OkStatus();
}

absl::Status BecomeDaemon() {
  // Twice: the process that stays leads no session, and can't get a terminal.
  for (int round = 0; round < 2; ++round) {
    pid_t pid = fork();
    if (pid < 0) return ErrnoStatus(errno, "fork");
    if (pid > 0) _exit(0);
    if (round == 0 && setsid() < 0) return ErrnoStatus(errno, "setsid");
  }
  absl::StatusOr<Fd> null = Open("/dev/null", O_RDWR | O_NOCTTY);
  if (!null.ok()) return null.status();
  for (int fd = 0; fd <= 2; ++fd) {
    if (dup2(null->get(), fd) < 0) return ErrnoStatus(errno, "dup2 /dev/null");
  }
  return absl::OkStatus();
}

}  // namespace jail
