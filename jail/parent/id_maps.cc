// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/id_maps.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "jail/child/run_steps.h"
#include "jail/parent/process.h"
#include "jail/sys/fd.h"

namespace jail {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kHelperTimeout{10};
constexpr size_t kMaxHelperOutput = 4096;

bool Fail(SetupFailure& failure, const ParentOp& op, std::string operation,
          std::string object, int error) {
  failure.stage = "parent";
  failure.operation = std::move(operation);
  failure.object = std::move(object);
  failure.error = error;
  failure.origin = op.origin;
  return false;
}

const char* FileName(ParentOp::Kind kind) {
  switch (kind) {
    case ParentOp::Kind::kDenySetgroups:
      return "setgroups";
    case ParentOp::Kind::kWriteUidMap:
      return "uid_map";
    case ParentOp::Kind::kWriteOomScoreAdj:
      return "oom_score_adj";
    default:
      return "gid_map";
  }
}

uint64_t Address(const void* p) { return reinterpret_cast<uint64_t>(p); }

Step MakeStep(int nr, std::initializer_list<uint64_t> args) {
  Step step;
  step.nr = nr;
  for (uint64_t value : args) step.args[step.arg_count++].value = value;
  return step;
}

// The helper's few steps before its exec: the executor makes these too.
std::vector<Step> HelperSteps(int null_fd, int output_fd, const char* file,
                              char* const* argv, char* const* environment) {
  static constexpr uint64_t kNoSignals = 0;
  const auto fd = [](int n) { return static_cast<uint64_t>(n); };
  return {
      MakeStep(SYS_prctl, {PR_SET_PDEATHSIG, SIGKILL}),
      MakeStep(SYS_dup3, {fd(null_fd), 0, 0}),
      MakeStep(SYS_dup3, {fd(output_fd), 1, 0}),
      MakeStep(SYS_dup3, {fd(output_fd), 2, 0}),
      MakeStep(SYS_close_range, {3, ~0u, CLOSE_RANGE_CLOEXEC}),
      MakeStep(SYS_rt_sigprocmask,
               {SIG_SETMASK, Address(&kNoSignals), 0, sizeof kNoSignals}),
      MakeStep(SYS_execve,
               {Address(file), Address(argv), Address(environment)}),
  };
}

// Reads until the helper has closed its end.  False: it took too long.
bool ReadOutput(int fd, std::string& output) {
  const Clock::time_point deadline = Clock::now() + kHelperTimeout;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - Clock::now());
    struct pollfd item = {fd, POLLIN, 0};
    const int ready =
        left.count() <= 0 ? 0 : poll(&item, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    char buffer[512];
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return true;
    if (output.size() < kMaxHelperOutput) {
      output.append(buffer, static_cast<size_t>(n));
    }
  }
}

}  // namespace

bool WriteProcFile(const ParentOp& op, pid_t pid, SetupFailure& failure) {
  const std::string path = absl::StrCat("/proc/", pid, "/", FileName(op.kind));
  const std::string shown =
      absl::StrCat("/proc/PID/", FileName(op.kind), " (",
                   absl::StripAsciiWhitespace(op.text), ")");
  const Fd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd.valid()) return Fail(failure, op, "open", shown, errno);
  // The kernel takes a map by one write(2) only.
  const ssize_t n = write(fd.get(), op.text.data(), op.text.size());
  if (n < 0) return Fail(failure, op, "write", shown, errno);
  if (static_cast<size_t>(n) != op.text.size()) {
    return Fail(failure, op, "write", shown, EIO);
  }
  return true;
}

bool RunIdMapHelper(const ParentOp& op, pid_t pid, SetupFailure& failure) {
  std::vector<std::string> words = op.argv;
  std::vector<char*> argv;
  for (std::string& word : words) {
    if (word == "PID") word = absl::StrCat(pid);
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  char* const environment[] = {nullptr};
  const std::string& file = op.argv.at(0);
  const std::string shown = absl::StrJoin(op.argv, " ");

  if (access(file.c_str(), X_OK) != 0) {
    return Fail(failure, op, "run", shown, errno);
  }
  const Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!null.valid()) return Fail(failure, op, "open", "/dev/null", errno);
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) {
    return Fail(failure, op, "pipe2", shown, errno);
  }
  const Fd read_end(fds[0]);
  Fd write_end(fds[1]);

  const std::vector<Step> steps = HelperSteps(
      null.get(), write_end.get(), file.c_str(), argv.data(), environment);
  // Progress is not shared here: the exit status is enough.
  std::vector<uint32_t> progress(sizeof(Progress) / sizeof(uint32_t) +
                                 steps.size());
  const ChildPlan child_plan = {
      steps.data(), static_cast<uint32_t>(steps.size()), nullptr, nullptr,
      reinterpret_cast<Progress*>(progress.data())};
  int pidfd_number = -1;
  clone_args args = {};
  args.flags = CLONE_PIDFD;
  args.pidfd = Address(&pidfd_number);
  const pid_t helper = Clone3(args);
  if (helper == 0) {
    RunSteps(child_plan, 0, RawSyscall);
    static constexpr uint64_t kNotStarted[6] = {127};
    for (;;) RawSyscall(SYS_exit_group, kNotStarted);
  }
  if (helper < 0) return Fail(failure, op, "clone3", shown, -helper);
  const Fd pidfd(pidfd_number);
  write_end.Reset();

  std::string output;
  const bool in_time = ReadOutput(read_end.get(), output);
  if (!in_time) SendSignal(pidfd.get(), SIGKILL);
  const Ended ended = Reap(pidfd.get());
  if (in_time && ended.error == 0 && ended.wait_status == 0) return true;
  Fail(failure, op, "run", shown, ended.error);
  absl::StripAsciiWhitespace(&output);
  const int status = ended.wait_status;
  if (!in_time) {
    failure.detail =
        absl::StrCat("not finished after ", kHelperTimeout.count(), " s");
  } else if (!output.empty()) {
    failure.detail = absl::StrReplaceAll(output, {{"\n", "; "}});
  } else if (WIFSIGNALED(status)) {
    failure.detail = absl::StrCat("killed by signal ", WTERMSIG(status));
  } else if (ended.error == 0) {
    failure.detail = absl::StrCat("exit status ", WEXITSTATUS(status));
  }
  return false;
}

}  // namespace jail
