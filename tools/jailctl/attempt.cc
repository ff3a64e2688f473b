// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/fd.h"

namespace jail::jailctl {
namespace {

// nobody: an id that owns nothing.
constexpr uid_t kUnprivileged = 65534;

// How an Attempt goes through a pipe.
struct Message {
  int error;
  char operation[124];
};

void Send(int fd, const Attempt& attempt) {
  Message message{.error = attempt.error, .operation = {}};
  attempt.operation.copy(message.operation, sizeof message.operation - 1);
  // The reader takes a missing message for a failure.
  if (write(fd, &message, sizeof message) != sizeof message) _exit(1);
}

Attempt Receive(int fd) {
  Message message{};
  if (read(fd, &message, sizeof message) != sizeof message) {
    return {EPIPE, "the trying process died"};
  }
  return {message.error, message.operation};
}

void WaitFor(pid_t pid) {
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Attempt Become(const Who& who) {
  if (who.is_caller) return {};
  if (setgroups(0, nullptr) != 0) return {errno, "setgroups"};
  if (setresgid(who.gid, who.gid, who.gid) != 0) return {errno, "setresgid"};
  if (setresuid(who.uid, who.uid, who.uid) != 0) return {errno, "setresuid"};
  // A process that changed its ids owns nothing in /proc/PID, not even the id
  // maps of its children.
  return From(prctl(PR_SET_DUMPABLE, 1), "PR_SET_DUMPABLE");
}

Attempt WriteMaps(pid_t pid, const Who& who) {
  const std::string directory = absl::StrCat("/proc/", pid, "/");
  const std::pair<const char*, std::string> kFiles[] = {
      {"setgroups", "deny"},
      {"uid_map", absl::StrCat(who.uid, " ", who.uid, " 1")},
      {"gid_map", absl::StrCat(who.gid, " ", who.gid, " 1")}};
  for (const auto& [name, text] : kFiles) {
    Fd file(open((directory + name).c_str(), O_WRONLY | O_CLOEXEC));
    if (!file.valid() || write(file.get(), text.data(), text.size()) !=
                             static_cast<ssize_t>(text.size())) {
      return {errno, absl::StrCat("write ", name)};
    }
  }
  return {};
}

// Runs in a process of its own, as `who`.
Attempt TryHere(const Who& who, uint64_t namespaces,
                const std::function<Attempt()>& body) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return {errno, "socketpair"};
  }
  Fd ours(pair[0]), theirs(pair[1]);
  struct clone_args args {};
  args.flags = namespaces;
  args.exit_signal = SIGCHLD;
  const long pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid < 0) return {errno, "clone3"};
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    ours.Reset();
    char byte;
    if (read(theirs.get(), &byte, 1) != 1) _exit(1);
    Send(theirs.get(), body ? body() : Attempt{});
    _exit(0);
  }
  theirs.Reset();
  Attempt attempt;
  if (namespaces & CLONE_NEWUSER) attempt = WriteMaps(pid, who);
  if (attempt.ok()) {
    attempt = write(ours.get(), "", 1) == 1 ? Receive(ours.get())
                                            : Attempt{errno, "write"};
  }
  ours.Reset();  // ends a child that still waits
  WaitFor(pid);
  return attempt;
}

}  // namespace

std::string Who::Name() const {
  return IsRoot() ? "root" : absl::StrCat("uid ", uid);
}

std::vector<Who> Everyone() {
  std::vector<Who> everyone = {{geteuid(), getegid(), true}};
  if (geteuid() != 0) return everyone;
  const Who other{kUnprivileged, kUnprivileged, false};
  // In a user namespace without that id there is nobody else to be.
  Attempt can_become = Try(other, 0);
  if (can_become.ok()) everyone.push_back(other);
  return everyone;
}

std::string Attempt::ToString() const {
  return ok() ? "works" : absl::StrCat(operation, ": ", DescribeErrno(error));
}

Attempt From(long result, const std::string& operation) {
  return result < 0 ? Attempt{errno, operation} : Attempt{};
}

Attempt Try(const Who& who, uint64_t namespaces,
            const std::function<Attempt()>& body) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {errno, "pipe2"};
  Fd read_end(ends[0]), write_end(ends[1]);
  const pid_t pid = fork();
  if (pid < 0) return {errno, "fork"};
  if (pid == 0) {
    read_end.Reset();
    Attempt attempt = Become(who);
    // Only after the change of ids, which clears it.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (attempt.ok()) {
      attempt = namespaces == 0 ? (body ? body() : Attempt{})
                                : TryHere(who, namespaces, body);
    }
    Send(write_end.get(), attempt);
    _exit(0);
  }
  write_end.Reset();
  Attempt attempt = Receive(read_end.get());
  WaitFor(pid);
  return attempt;
}

}  // namespace jail::jailctl
