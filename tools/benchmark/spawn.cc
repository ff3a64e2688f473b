// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/benchmark/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/fd.h"

namespace jail::benchmark {
namespace {

constexpr size_t kMaxOutput = 64 << 10;

// What every launcher is started with; nothing of the caller's.
char* const kEnvironment[] = {
    const_cast<char*>("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"),
    const_cast<char*>("LC_ALL=C"), nullptr};

std::vector<char*> Pointers(const std::vector<std::string>& argv) {
  std::vector<char*> pointers;
  pointers.reserve(argv.size() + 1);
  for (const std::string& arg : argv) {
    pointers.push_back(const_cast<char*>(arg.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

Nanoseconds Now() {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::chrono::seconds(now.tv_sec) + Nanoseconds(now.tv_nsec);
}

absl::StatusOr<pid_t> Start(char* const* argv,
                            const posix_spawn_file_actions_t* actions) {
  pid_t pid;
  if (int error =
          posix_spawn(&pid, argv[0], actions, nullptr, argv, kEnvironment)) {
    return ErrnoStatus(error, absl::StrCat("start ", argv[0]));
  }
  return pid;
}

int ExitStatus(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
                                : 128 + WTERMSIG(wait_status);
}

// The last line that was written to the measurement's stderr (see RunAs).
std::string LastLine() {
  char text[1024];
  const off_t end = lseek(2, 0, SEEK_END);
  const off_t begin = std::max<off_t>(0, end - static_cast<off_t>(sizeof text));
  const ssize_t got = pread(2, text, sizeof text, begin);
  std::string tail(text, std::max<ssize_t>(0, got));
  while (!tail.empty() && tail.back() == '\n') tail.pop_back();
  return tail.substr(tail.rfind('\n') + 1);
}

absl::Status Failed(int wait_status) {
  return absl::AbortedError(absl::StrCat("a launch ended with exit status ",
                                         ExitStatus(wait_status), ": ",
                                         LastLine()));
}

// crun refuses a host that has cgroup v1 and v2 at once ("hybrid mode"), even
// when it is told to leave cgroups alone.  So every launcher is measured with
// only v1 in sight, in a mount namespace of the measurement's own.
void HideSecondCgroupHierarchy() {
  constexpr char kUnified[] = "/sys/fs/cgroup/unified";
  if (access(kUnified, F_OK) != 0 || unshare(CLONE_NEWNS) != 0) return;
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0) {
    umount2(kUnified, MNT_DETACH);
  }
}

// Reads both pipes to their ends.
void Drain(Fd (&pipes)[2], std::string* (&texts)[2]) {
  while (pipes[0].valid() || pipes[1].valid()) {
    struct pollfd polled[2] = {{pipes[0].get(), POLLIN, 0},
                               {pipes[1].get(), POLLIN, 0}};
    if (poll(polled, 2, -1) < 0 && errno != EINTR) return;
    for (int i = 0; i < 2; i++) {
      if (polled[i].revents == 0) continue;
      char buffer[4096];
      ssize_t got = read(pipes[i].get(), buffer, sizeof buffer);
      if (got <= 0) {
        pipes[i].Reset();
      } else if (texts[i]->size() < kMaxOutput) {
        texts[i]->append(buffer, got);
      }
    }
  }
}

}  // namespace

absl::StatusOr<Nanoseconds> TimeOne(const std::vector<std::string>& argv) {
  std::vector<char*> pointers = Pointers(argv);
  const Nanoseconds start = Now();
  absl::StatusOr<pid_t> pid = Start(pointers.data(), nullptr);
  if (!pid.ok()) return pid.status();
  int status;
  while (wait4(*pid, &status, 0, nullptr) < 0) {
    if (errno != EINTR) return ErrnoStatus(errno, "wait4");
  }
  const Nanoseconds end = Now();
  if (status != 0) return Failed(status);
  return end - start;
}

absl::StatusOr<std::vector<Nanoseconds>> TimeMany(
    const std::vector<std::vector<std::string>>& programs, int at_a_time) {
  std::vector<Nanoseconds> times;
  std::map<pid_t, Nanoseconds> running;  // when each was started
  absl::Status failure;
  size_t next = 0;
  while (!running.empty() || (next < programs.size() && failure.ok())) {
    if (next < programs.size() && failure.ok() &&
        running.size() < static_cast<size_t>(at_a_time)) {
      std::vector<char*> pointers = Pointers(programs[next]);
      const Nanoseconds start = Now();
      absl::StatusOr<pid_t> pid = Start(pointers.data(), nullptr);
      if (pid.ok()) {
        running[*pid] = start;
        next++;
      } else {
        failure = pid.status();
      }
      continue;
    }
    int status;
    // The process is the measurement's own (RunAs): it has no other children.
    const pid_t pid = wait4(-1, &status, 0, nullptr);
    const Nanoseconds end = Now();
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0) return ErrnoStatus(errno, "wait4");
    auto found = running.find(pid);
    if (found == running.end()) continue;
    times.push_back(end - found->second);
    if (status != 0) failure = Failed(status);
    running.erase(found);
  }
  if (!failure.ok()) return failure;
  return times;
}

absl::StatusOr<Output> Capture(const std::vector<std::string>& argv) {
  int error_pipe[2], result_pipe[2];
  if (pipe2(error_pipe, O_CLOEXEC) != 0) return ErrnoStatus(errno, "pipe2");
  Fd ends[2];
  ends[0].Reset(error_pipe[0]);
  Fd error_end(error_pipe[1]);
  if (pipe2(result_pipe, O_CLOEXEC) != 0) return ErrnoStatus(errno, "pipe2");
  ends[1].Reset(result_pipe[0]);
  Fd result_end(result_pipe[1]);

  std::vector<char*> pointers = Pointers(argv);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, error_end.get(), 2);
  posix_spawn_file_actions_adddup2(&actions, result_end.get(), 3);
  absl::StatusOr<pid_t> pid = Start(pointers.data(), &actions);
  posix_spawn_file_actions_destroy(&actions);
  if (!pid.ok()) return pid.status();
  error_end.Reset();
  result_end.Reset();

  Output output;
  std::string* texts[2] = {&output.error, &output.result};
  Drain(ends, texts);
  int status;
  while (wait4(*pid, &status, 0, nullptr) < 0) {
    if (errno != EINTR) return ErrnoStatus(errno, "wait4");
  }
  output.exit_status = ExitStatus(status);
  return output;
}

absl::StatusOr<std::string> RunAs(
    const Identity& identity,
    absl::StatusOr<std::string> (*work)(const void* argument),
    const void* argument) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return ErrnoStatus(errno, "pipe2");
  Fd read_end(ends[0]), write_end(ends[1]);
  const pid_t pid = fork();
  if (pid < 0) return ErrnoStatus(errno, "fork");
  if (pid == 0) {
    absl::StatusOr<std::string> text = absl::InternalError("not run");
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // What the launchers say would hide the table; the end of it is wanted
    // when one fails.
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    const int errors = memfd_create("stderr", MFD_CLOEXEC);
    const bool quiet = null >= 0 && errors >= 0 && dup2(null, 0) == 0 &&
                       dup2(null, 1) == 1 && dup2(errors, 2) == 2;
    if (geteuid() == 0) HideSecondCgroupHierarchy();
    const bool became =
        geteuid() == identity.uid ||
        (setgroups(0, nullptr) == 0 &&
         setresgid(identity.gid, identity.gid, identity.gid) == 0 &&
         setresuid(identity.uid, identity.uid, identity.uid) == 0);
    if (!quiet || !became) {
      text = ErrnoStatus(errno, absl::StrCat("become uid ", identity.uid));
    } else {
      text = work(argument);
    }
    std::string message = text.ok()
                              ? absl::StrCat("+", *text)
                              : absl::StrCat("-", text.status().message());
    for (size_t done = 0; done < message.size();) {
      ssize_t wrote =
          write(write_end.get(), message.data() + done, message.size() - done);
      if (wrote <= 0) _exit(1);
      done += wrote;
    }
    _exit(0);
  }
  write_end.Reset();
  std::string message;
  char buffer[65536];
  for (ssize_t got; (got = read(read_end.get(), buffer, sizeof buffer)) != 0;) {
    if (got > 0) message.append(buffer, got);
    if (got < 0 && errno != EINTR) break;
  }
  int status;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (message.empty()) return absl::InternalError("the measurement died");
  if (message[0] == '-') return absl::AbortedError(message.substr(1));
  return message.substr(1);
}

}  // namespace jail::benchmark
