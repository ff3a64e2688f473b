// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// SIGKILL of the supervisor at random moments, from before clone3 until the
// target runs: nothing of the jail may live on, and nothing stay mounted.
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <functional>
#include <random>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "jail/parent/launch.h"
#include "jail/sys/fd.h"
#include "tests/executor/made_plan.h"

namespace jail {
namespace {

constexpr int kLaunches = 250;         // of each kind: 1500 in all
constexpr int kGoneWithinMs = 10'000;  // to be seen; it is milliseconds
constexpr long kLatestNs = 8'000'000;  // a launch takes 1 to 5 ms
constexpr uid_t kNobody = 65534;

std::string Mounts() {
  const absl::StatusOr<std::string> text =
      ReadFile("/proc/self/mountinfo", 1 << 20);
  return text.ok() ? *text : "";
}

[[noreturn]] void Say(std::string text, int status) {
  text += "\n";
  _exit(write(2, text.data(), text.size()) < 0 ? 7 : status);
}

struct Kind {
  const char* name;
  bool unprivileged;
  const char* pid1;
  int threads;  // beside the one that launches
};

void LaunchAndSupervise(const MadePlan& made, int ready_fd, int stdout_fd) {
  char byte = 1;
  if (write(ready_fd, &byte, 1) != 1) _exit(5);
  Ending ending;
  LaunchIo io;
  io.stdout_fd = stdout_fd;
  ChildPtr child = Launch(made.spec, made.plan, io, ending);
  if (child == nullptr) {
    Say(ending.setup_failure->ToString(), 6);
  }
  byte = 2;
  if (write(ready_fd, &byte, 1) != 1) _exit(5);
  Supervise(*child, made.spec, {}, ending);
  _exit(0);  // the jail sleeps for longer than the test takes
}

// The supervisor: launches one jail and waits for it.  All that it starts
// holds the writing end of the pipe, as its stdout if nothing else.
[[noreturn]] void Supervisor(const std::string& config, const Kind& kind,
                             bool unprivileged, int ready_fd, int stdout_fd) {
  if (unprivileged && (setgroups(0, nullptr) != 0 ||
                       setresgid(kNobody, kNobody, kNobody) != 0 ||
                       setresuid(kNobody, kNobody, kNobody) != 0)) {
    _exit(3);
  }
  // As exec would: a change of ids has taken it away.
  if (prctl(PR_SET_DUMPABLE, 1) != 0) _exit(3);
  MadePlan made = MakePlanOf(config);
  if (!made.error.empty()) Say(made.error, 4);
  // They die in any order, and hold all descriptors open until the last is
  // dead.
  for (int i = 0; i < kind.threads; ++i) {
    std::thread([] { pause(); }).detach();
  }
  if (kind.threads > 0) {
    std::thread(LaunchAndSupervise, std::cref(made), ready_fd, stdout_fd)
        .join();
  }
  LaunchAndSupervise(made, ready_fd, stdout_fd);
  _exit(8);
}

// True once all writing ends are closed: every process that held one is gone.
bool IsGone(int fd) {
  struct pollfd item = {fd, POLLIN, 0};
  char byte;
  return poll(&item, 1, kGoneWithinMs) == 1 && read(fd, &byte, 1) == 0;
}

class SupervisorKilledTest : public ::testing::TestWithParam<Kind> {};

TEST_P(SupervisorKilledTest, LeavesNothing) {
  const Kind kind = GetParam();
  ASSERT_TRUE(geteuid() == 0 || kind.unprivileged);
  const bool drop = kind.unprivileged && geteuid() == 0;
  const std::string config = TypicalConfig(
      std::string("exec_bin { path: \"/bin/sleep\" arg: "
                  "\"1000\" } mount_proc: true time_limit: 0 pid1: ") +
      kind.pid1);
  const std::string mounts = Mounts();
  std::mt19937 random(20261121);
  std::uniform_int_distribution<long> when(0, kLatestNs);
  int before_exec = 0, after_exec = 0;
  for (int i = 0; i < kLaunches; ++i) {
    int alive[2], ready[2];
    ASSERT_EQ(pipe2(alive, O_CLOEXEC), 0);
    ASSERT_EQ(pipe2(ready, O_CLOEXEC), 0);
    const pid_t supervisor = fork();
    ASSERT_GE(supervisor, 0);
    if (supervisor == 0) {
      close(alive[0]);
      close(ready[0]);
      Supervisor(config, kind, drop, ready[1], alive[1]);
    }
    const Fd alive_end(alive[0]), ready_end(ready[0]);
    close(alive[1]);
    close(ready[1]);
    char byte = 0;
    ASSERT_EQ(read(ready_end.get(), &byte, 1), 1) << "no plan";
    // A random moment of the launch: no test depends on which.
    const struct timespec delay = {0, when(random)};
    nanosleep(&delay, nullptr);
    kill(supervisor, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(supervisor, &status, 0), supervisor);
    ASSERT_TRUE(WIFSIGNALED(status))
        << "the supervisor ended by itself: " << WEXITSTATUS(status);
    (read(ready_end.get(), &byte, 1) == 1 ? after_exec : before_exec)++;
    ASSERT_TRUE(IsGone(alive_end.get())) << "launch " << i;
  }
  EXPECT_EQ(Mounts(), mounts);
  RecordProperty("killed_before_exec", before_exec);
  RecordProperty("killed_after_exec", after_exec);
  EXPECT_GT(before_exec, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, SupervisorKilledTest,
    ::testing::Values(
        Kind{"RootTarget", false, "TARGET", 0},
        Kind{"RootReaper", false, "REAPER", 0},
        Kind{"NobodyTarget", true, "TARGET", 0},
        Kind{"NobodyReaper", true, "REAPER", 0},
        // The exec waits for an answer.
        Kind{"RootRecorded", false, "TARGET seccomp_unotify: true", 0},
        Kind{"NobodyRecorded", true, "REAPER seccomp_unotify: true", 0},
        Kind{"ThreadsTarget", false, "TARGET", 8},
        Kind{"ThreadsNobody", true, "TARGET", 8}),
    [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace jail
