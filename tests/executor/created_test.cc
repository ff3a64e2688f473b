// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Jails that are created first and started later, by the library.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "jail/launcher.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/fd.h"
#include "tests/executor/made_plan.h"

namespace jail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<pid_t> Children() {
  std::vector<pid_t> pids;
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/self/task")) {
    const absl::StatusOr<std::string> text =
        ReadFile(task.path().string() + "/children", 1 << 16);
    if (!text.ok()) continue;
    for (const absl::string_view word :
         absl::StrSplit(*text, ' ', absl::SkipWhitespace())) {
      pid_t pid = 0;
      if (absl::SimpleAtoi(word, &pid)) pids.push_back(pid);
    }
  }
  return pids;
}

class CreatedTest : public testing::TestWithParam<const char*> {
 protected:
  // `argv` of the plan; more is given at the start.
  std::shared_ptr<const Launcher> Plan(const std::string& more,
                                       std::vector<std::string> argv,
                                       std::string cwd = "") {
    std::vector<std::string> errors;
    const std::unique_ptr<const Launcher> base =
        Launcher::Make({.text = TypicalConfig(absl::StrCat(
                            "mount_proc: true pid1: ", GetParam(), "\n", more)),
                        .command = {"/bin/false"}},
                       errors);
    if (base == nullptr) {
      ADD_FAILURE() << errors.at(0);
      return nullptr;
    }
    Launcher::Overrides overrides;
    overrides.command = std::move(argv);
    overrides.cwd = std::move(cwd);
    overrides.waits_for_start = true;
    std::shared_ptr<const Launcher> launcher = base->With(overrides, errors);
    EXPECT_NE(launcher, nullptr) << errors.at(0);
    return launcher;
  }

  std::unique_ptr<CreatedJail> Create(const Launcher& launcher) {
    int fds[2];
    EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
    output_.Reset(fds[0]);
    const Fd theirs(fds[1]);
    Streams streams;
    streams.stdout_fd = theirs.get();
    Result result;
    std::unique_ptr<CreatedJail> jail = launcher.Create(streams, result);
    EXPECT_NE(jail, nullptr) << result.error;
    return jail;
  }

  std::string Output() {
    const absl::StatusOr<std::string> text =
        ReadFd(output_.get(), "output", 1 << 20);
    return text.ok() ? *text : std::string(text.status().message());
  }

  Fd output_;
};

TEST_P(CreatedTest, StartsWithTheArgumentsThatItIsGiven) {
  const auto launcher = Plan("", {"/bin/sh"});
  std::unique_ptr<CreatedJail> jail = Create(*launcher);
  Result result;
  const auto running = jail->Start(
      {"-c", "echo \"$@\"; exit 7", "sh", "one", "", "t w o"}, result);
  ASSERT_NE(running, nullptr) << result.error;
  jail.reset();  // what was started is its own
  result = running->Wait();
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(Output(), "one  t w o\n");
  EXPECT_THAT(Children(), IsEmpty());
}

TEST_P(CreatedTest, IsTheJailThatALaunchMakes) {
  const char* const look =
      "id; cat /proc/self/status | grep -E 'Cap|NoNew|Seccomp:'; ls /proc/self/"
      "fd; ulimit -a; pwd; mount | sort";
  std::vector<std::string> errors;
  const auto base = Launcher::Make(
      {.text = TypicalConfig(absl::StrCat("mount_proc: true report_violations: "
                                          "true pid1: ",
                                          GetParam())),
       .command = {"/bin/sh", "-c", look}},
      errors);
  ASSERT_NE(base, nullptr) << errors.at(0);
  int fds[2];
  ASSERT_EQ(pipe2(fds, O_CLOEXEC), 0);
  output_.Reset(fds[0]);
  Streams streams;
  streams.stdout_fd = fds[1];
  Result result;
  const auto launched = base->Launch(streams, result);
  close(fds[1]);
  ASSERT_NE(launched, nullptr) << result.error;
  launched->Wait();
  const std::string usual = Output();

  const auto launcher = Plan("report_violations: true", {"/bin/sh"});
  const auto jail = Create(*launcher);
  const auto running = jail->Start({"-c", look}, result);
  ASSERT_NE(running, nullptr) << result.error;
  running->Wait();
  EXPECT_THAT(usual, HasSubstr("Seccomp:\t2"));
  EXPECT_EQ(Output(), usual);
}

TEST_P(CreatedTest, TellsAViolation) {
  const auto launcher = Plan(
      "report_violations: true seccomp_string: \"KILL { uname } DEFAULT "
      "ALLOW\"",
      {"/bin/uname"});
  const auto jail = Create(*launcher);
  Result result;
  const auto running = jail->Start({"-a"}, result);
  ASSERT_NE(running, nullptr) << result.error;
  result = running->Wait();
  EXPECT_EQ(result.outcome, Outcome::kSeccomp);
  EXPECT_EQ(result.syscall, "uname");
}

// What a server has open meanwhile: connections, other jails' pipes.
TEST_P(CreatedTest, HoldsNothingOfItsLaunchersWhileItWaits) {
  std::vector<Fd> many;
  for (int i = 0; i < 100; ++i) {
    many.emplace_back(open("/dev/zero", O_RDONLY | O_CLOEXEC));
  }
  int fds[2];
  ASSERT_EQ(pipe2(fds, O_CLOEXEC), 0);
  const Fd ours(fds[0]);
  Fd theirs(fds[1]);
  const auto launcher = Plan("rlimit_nofile: 8", {"/bin/true"});
  const auto jail = Create(*launcher);
  theirs.Reset();
  char byte;
  EXPECT_EQ(read(ours.get(), &byte, 1), 0) << "the pipe has a writer";
  for (const pid_t pid : Children()) {
    for (const auto& fd : std::filesystem::directory_iterator(
             absl::StrCat("/proc/", pid, "/fd"))) {
      EXPECT_NE(std::filesystem::read_symlink(fd), "/dev/zero")
          << "descriptor " << fd.path();
    }
  }
  Result result;
  const auto running = jail->Start({}, result);
  ASSERT_NE(running, nullptr) << result.error;
  EXPECT_EQ(running->Wait().exit_code, 0);
}

TEST_P(CreatedTest, EndsWithoutHavingBeenStarted) {
  const auto launcher = Plan("", {"/bin/true"});
  auto jail = Create(*launcher);
  EXPECT_EQ(Children().size(), 1u);
  jail.reset();
  EXPECT_THAT(Children(), IsEmpty());
  EXPECT_EQ(Output(), "");
}

TEST_P(CreatedTest, EndsWithTheThreadThatMadeIt) {
  const auto launcher = Plan("", {"/bin/true"});
  std::unique_ptr<CreatedJail> jail;
  std::thread([&] { jail = Create(*launcher); }).join();
  EXPECT_EQ(Output(), "");  // once all that hold it are gone
  Result result;
  EXPECT_EQ(jail->Start({}, result), nullptr);
  EXPECT_THAT(result.error, HasSubstr("killed by signal 9"));
  EXPECT_THAT(Children(), IsEmpty());
}

TEST_P(CreatedTest, SaysWhatTheExecFailedFor) {
  const auto launcher = Plan("", {"/nowhere/x"});
  const auto jail = Create(*launcher);
  Result result;
  EXPECT_EQ(jail->Start({"y"}, result), nullptr);
  EXPECT_EQ(result.outcome, Outcome::kSetupFailed);
  EXPECT_EQ(result.setup_fault.stage, "exec");
  EXPECT_EQ(result.setup_fault.errno_name, "ENOENT");
  EXPECT_THAT(Children(), IsEmpty());
}

TEST_P(CreatedTest, RefusesMoreArgumentsThanItHasRoomFor) {
  const auto launcher = Plan("", {"/bin/true"});
  Result result;
  EXPECT_EQ(Create(*launcher)->Start({std::string(300 << 10, 'x')}, result),
            nullptr);
  EXPECT_EQ(result.setup_fault.errno_name, "E2BIG");
  EXPECT_THAT(Children(), IsEmpty());
  // The longest string that execve(2) takes does fit.
  auto running =
      Create(*launcher)->Start({std::string((128 << 10) - 1, 'x')}, result);
  ASSERT_NE(running, nullptr) << result.error;
  EXPECT_EQ(running->Wait().exit_code, 0);
}

TEST_P(CreatedTest, AFailureOfTheSetupIsToldAtOnce) {
  const auto launcher = Plan("", {"/bin/true"}, "/nowhere");
  Result result;
  EXPECT_EQ(launcher->Create({}, result), nullptr);
  EXPECT_EQ(result.outcome, Outcome::kSetupFailed);
  EXPECT_EQ(result.setup_fault.operation, "chdir");
  EXPECT_THAT(Children(), IsEmpty());
}

TEST_P(CreatedTest, TimeCountsFromTheStart) {
  using Clock = std::chrono::steady_clock;
  const auto launcher = Plan("", {"/bin/true"});
  const Clock::time_point begin = Clock::now();
  const auto jail = Create(*launcher);
  const Clock::time_point created = Clock::now();
  usleep(50'000);  // any time will do
  const Clock::time_point start = Clock::now();
  Result result;
  const auto running = jail->Start({}, result);
  const Clock::time_point started = Clock::now();
  ASSERT_NE(running, nullptr) << result.error;
  result = running->Wait();
  EXPECT_LE(result.setup_time, (created - begin) + (started - start));
  EXPECT_LE(result.wall_time, Clock::now() - start);
}

INSTANTIATE_TEST_SUITE_P(Pid1, CreatedTest, testing::Values("TARGET", "REAPER"),
                         [](const auto& one) {
                           return std::string(one.param);
                         });

TEST(CreatedPlanTest, TakesNoDescriptorsAlong) {
  const Fd passed(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::string config = absl::StrCat("pass_fd: ", passed.get());
  std::vector<std::string> errors;
  const auto base = Launcher::Make(
      {.text = config, .name = "a.cfg", .command = {"/bin/true"}}, errors);
  ASSERT_NE(base, nullptr) << errors.at(0);
  Launcher::Overrides overrides;
  overrides.waits_for_start = true;
  EXPECT_EQ(base->With(overrides, errors), nullptr);
  EXPECT_THAT(errors, ElementsAre(HasSubstr("a.cfg:1")));
  EXPECT_THAT(errors.at(0), HasSubstr("takes no descriptors"));
}

TEST(CreatedPlanTest, IsMadeForOneOfTheTwo) {
  std::vector<std::string> errors;
  const auto launch = Launcher::Make({.command = {"/bin/true"}}, errors);
  ASSERT_NE(launch, nullptr) << errors.at(0);
  Launcher::Overrides overrides;
  overrides.waits_for_start = true;
  const auto create = launch->With(overrides, errors);
  ASSERT_NE(create, nullptr) << errors.at(0);
  Result result;
  EXPECT_EQ(launch->Create({}, result), nullptr);
  EXPECT_THAT(result.error, HasSubstr("waits_for_start"));
  EXPECT_EQ(create->Launch({}, result), nullptr);
  EXPECT_THAT(result.error, HasSubstr("waits_for_start"));
}

}  // namespace
}  // namespace jail
