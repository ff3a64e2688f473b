// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Each hint, provoked for real: by a jail that can't be made, by sysctls of a
// user namespace of the test's own, or by a seccomp filter around the
// launcher.  Each test is a process of its own, since these are for ever.
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "jail/parent/launch.h"
#include "jail/sys/fd.h"
#include "tests/executor/made_plan.h"

namespace jail {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kTrue[] = "exec_bin { path: \"/usr/bin/true\" }";
constexpr uid_t kNobody = 65534;

enum class Planned { kBefore, kAfter };
// The error of a launch of `config` in a process that `prepare` has spoilt, or
// "ran".  "prepare failed" says that the machine can't be spoilt like this.
std::string LaunchError(const std::string& config,
                        const std::function<bool()>& prepare = nullptr,
                        Planned planned = Planned::kBefore) {
  int fds[2];
  EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
  const Fd read_end(fds[0]);
  Fd write_end(fds[1]);
  const pid_t pid = fork();
  if (pid == 0) {
    std::string error = "ran";
    MadePlan made;
    // Usually planned before: what the planner refuses has hints of its own.
    if (planned == Planned::kBefore) made = MakePlanOf(config);
    const bool prepared = prepare == nullptr || prepare();
    if (!prepared) error = absl::StrCat("prepare failed: ", strerror(errno));
    if (planned == Planned::kAfter) made = MakePlanOf(config);
    if (!made.error.empty()) {
      error = made.error;
    } else if (prepared) {
      Ending ending;
      ChildPtr child = Launch(made.spec, made.plan, LaunchIo{}, ending);
      if (child != nullptr) Supervise(*child, made.spec, {}, ending);
      if (ending.setup_failure) error = ending.setup_failure->ToString();
    }
    _exit(write(write_end.get(), error.data(), error.size()) < 0);
  }
  write_end.Reset();
  const absl::StatusOr<std::string> text =
      ReadFd(read_end.get(), "error", 1 << 16);
  int status = 0;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
  return text.ok() ? *text : "";
}

// All calls of `nr` answer `error`, for this process and its children.
std::function<bool()> Mask(int nr, int error) {
  return [=] {
    const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    const int result =
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(static_cast<uint16_t>(error)),
                         nr, 0) |
        seccomp_load(filter);
    seccomp_release(filter);
    return result == 0;
  };
}

bool BecomeNobody() {
  return setgroups(0, nullptr) == 0 &&
         setresgid(kNobody, kNobody, kNobody) == 0 &&
         setresuid(kNobody, kNobody, kNobody) == 0;
}

// A user and a mount namespace of the test's own, as its root.
bool EnterOwnNamespace() {
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
         WriteFile("/proc/self/setgroups", "deny").ok() &&
         WriteFile("/proc/self/uid_map", absl::StrCat("0 ", uid, " 1")).ok() &&
         WriteFile("/proc/self/gid_map", absl::StrCat("0 ", gid, " 1")).ok();
}

// A directory that is gone at the test's end.
class HintTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char path[] = "/tmp/jail_hints_XXXXXX";
    ASSERT_NE(mkdtemp(path), nullptr);
    dir_ = path;
    ASSERT_EQ(chmod(path, 0755), 0);
  }
  void TearDown() override {
    for (const std::string& file : files_) unlink(file.c_str());
    EXPECT_EQ(rmdir(dir_.c_str()), 0);
  }
  std::string File(const std::string& name, const std::string& content,
                   mode_t mode) {
    const std::string path = dir_ + "/" + name;
    const Fd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    EXPECT_EQ(write(fd.get(), content.data(), content.size()),
              static_cast<ssize_t>(content.size()));
    EXPECT_EQ(fchmod(fd.get(), mode), 0);
    files_.push_back(path);
    return path;
  }
  std::string Exec(const std::string& path, const std::string& more = "") {
    return absl::StrCat(TypicalConfig(""), "mount { src: \"", dir_,
                        "\" dst: \"/t\" is_bind: true ", more,
                        " } exec_bin { path: \"/t/", path, "\" }");
  }
  std::string dir_;
  std::vector<std::string> files_;
};

TEST_F(HintTest, TheTypicalJailRuns) {
  EXPECT_EQ(LaunchError(TypicalConfig(kTrue)), "ran");
}

TEST_F(HintTest, AKernelWithoutUserNotifications) {
  for (const char* field : {"seccomp_unotify", "report_violations"}) {
    EXPECT_THAT(
        LaunchError(absl::StrCat(TypicalConfig(kTrue), field, ": true"),
                    Mask(SCMP_SYS(seccomp), EINVAL)),
        AllOf(StartsWith(absl::StrCat(field, " (test.cfg:")),
              HasSubstr("seccomp "), HasSubstr("EINVAL"),
              EndsWith(absl::StrCat(
                  "hint: ", field,
                  " needs a kernel with seccomp user notifications (Linux 5.5, "
                  "CONFIG_SECCOMP_FILTER): jailctl doctor tells what is "
                  "missing"))));
  }
}

TEST_F(HintTest, NoUserNamespacesLeft) {
  EXPECT_THAT(
      LaunchError(
          TypicalConfig(kTrue),
          [] {
            return EnterOwnNamespace() &&
                   WriteFile("/proc/sys/user/max_user_namespaces", "0").ok();
          }),
      AllOf(StartsWith("clone_newuser"), HasSubstr("ENOSPC"),
            EndsWith("hint: user.max_user_namespaces is 0: no such "
                     "namespace may be made here")));
}

TEST_F(HintTest, NoNetNamespacesLeft) {
  EXPECT_THAT(
      LaunchError(
          TypicalConfig(kTrue),
          [] {
            return EnterOwnNamespace() &&
                   WriteFile("/proc/sys/user/max_net_namespaces", "0").ok();
          }),
      EndsWith("hint: user.max_net_namespaces is 0: no such namespace may be "
               "made here"));
}

TEST_F(HintTest, AFilterDeniesNamespaces) {
  EXPECT_THAT(LaunchError(TypicalConfig(kTrue), Mask(SCMP_SYS(clone3), EPERM)),
              AllOf(HasSubstr("clone3 (namespaces: "), HasSubstr("EPERM"),
                    EndsWith("hint: a seccomp filter around the launcher, a "
                             "container's say, denies new namespaces")));
}

TEST_F(HintTest, AChrootDeniesNamespaces) {
  EXPECT_THAT(
      LaunchError(TypicalConfig(kTrue),
                  [] { return chdir("/usr") == 0 && chroot("/usr") == 0; }),
      AllOf(HasSubstr("EPERM"),
            HasSubstr("hint: the launcher may be in a chroot")));
}

TEST_F(HintTest, AFilterHidesACall) {
  const struct {
    int nr;
    const char* name;
  } calls[] = {{SCMP_SYS(clone3), "clone3"},
               {SCMP_SYS(open_tree), "open_tree"},
               {SCMP_SYS(move_mount), "move_mount"},
               {SCMP_SYS(fsopen), "fsopen"},
               {SCMP_SYS(fsconfig), "fsconfig"},
               {SCMP_SYS(fsmount), "fsmount"},
               {SCMP_SYS(openat2), "openat2"},
               {SCMP_SYS(keyctl), "keyctl"},
               {SCMP_SYS(close_range), "close_range"},
               {SCMP_SYS(mount_setattr), "mount_setattr"}};
  // openat2 finds a target that the host's tree holds already.
  const std::string config =
      absl::StrCat(TypicalConfig(kTrue),
                   "mount { src: \"/etc\" dst: \"/usr/share\" is_bind: true }");
  for (const auto& call : calls) {
    EXPECT_THAT(LaunchError(config, Mask(call.nr, ENOSYS)),
                AllOf(HasSubstr(call.name),
                      HasSubstr("ENOSYS (Function not implemented)"),
                      EndsWith(absl::StrCat("hint: a seccomp filter around the "
                                            "launcher, a container's say, "
                                            "hides ",
                                            call.name))))
        << call.name;
  }
}

TEST_F(HintTest, ASourceThatGoesAway) {
  const std::string source = dir_ + "/sub";
  ASSERT_EQ(mkdir(source.c_str(), 0755), 0);
  EXPECT_THAT(
      LaunchError(absl::StrCat(TypicalConfig(kTrue), "mount { src: \"", source,
                               "\" dst: \"/t\" is_bind: true }"),
                  [&] { return rmdir(source.c_str()) == 0; }),
      AllOf(StartsWith("mount["), HasSubstr("open_tree"), HasSubstr("ENOENT"),
            EndsWith("hint: create it, or set mandatory: false")));
}

TEST_F(HintTest, ATargetInAReadOnlyTree) {
  EXPECT_THAT(
      LaunchError(absl::StrCat(
          TypicalConfig(kTrue),
          "mount { src: \"/etc\" dst: \"/usr/nothere\" is_bind: true }")),
      AllOf(HasSubstr("/usr/nothere"), HasSubstr("EROFS"),
            HasSubstr("hint: the mount's target is not there, and the tree")));
}

TEST_F(HintTest, AProcThatIsCovered) {
  EXPECT_THAT(
      LaunchError(
          absl::StrCat(TypicalConfig(kTrue), "mount_proc: true"),
          [] {
            return EnterOwnNamespace() &&
                   mount("none", "/proc/tty", "tmpfs", 0, nullptr) == 0;
          },
          Planned::kAfter),
      AllOf(HasSubstr("proc"), HasSubstr("EPERM"),
            HasSubstr("hint: the kernel refuses a new proc where parts of the "
                      "caller's own /proc are covered")));
}

TEST_F(HintTest, AProgramThatIsNowhere) {
  EXPECT_THAT(
      LaunchError(TypicalConfig("exec_bin { path: \"nosuch\" }")),
      EndsWith("hint: nosuch is in no directory of the jail's PATH "
               "(/usr/local/bin:/usr/bin:/bin): mount the one that holds it"));
  EXPECT_THAT(LaunchError(TypicalConfig("exec_bin { path: \"/usr/nosuch\" }")),
              EndsWith("hint: there is no /usr/nosuch in the jail"));
}

TEST_F(HintTest, AProgramThatIsOnTheHostOnly) {
  const std::string path = File("tool", "#!/bin/sh\n", 0755);
  EXPECT_THAT(LaunchError(TypicalConfig(
                  absl::StrCat("exec_bin { path: \"", path, "\" }"))),
              EndsWith(absl::StrCat("hint: ", path,
                                    " is on the host, but not in the jail: "
                                    "mount it")));
}

TEST_F(HintTest, AProgramByARelativePath) {
  for (const char* path : {"./nosuch", "nosuch/tool"}) {
    EXPECT_THAT(
        LaunchError(
            TypicalConfig(absl::StrCat("exec_bin { path: \"", path, "\" }"))),
        EndsWith(absl::StrCat("hint: ", path,
                              " is looked for from the jail's cwd, /home: "
                              "write its whole path there, or set "
                              "cwd")));
  }
  // It is there, but its interpreter is not.
  File("script", "#!/opt/python/bin/python3 -I\n", 0755);
  EXPECT_THAT(
      LaunchError(absl::StrCat(
          TypicalConfig("exec_bin { path: \"../t/script\" }"),
          "mount { src: \"", dir_, "\" dst: \"/t\" is_bind: true }")),
      EndsWith("hint: ../t/script is a script for /opt/python/bin/python3, "
               "which is not in the jail: mount it"));
}

TEST_F(HintTest, AnInterpreterThatIsMissing) {
  File("script", "#!/opt/python/bin/python3 -I\n", 0755);
  EXPECT_THAT(LaunchError(Exec("script")),
              EndsWith("hint: /t/script is a script for "
                       "/opt/python/bin/python3, which is not in the jail: "
                       "mount it"));
}

TEST_F(HintTest, ALoaderThatIsMissing) {
  EXPECT_THAT(
      LaunchError("mount { src: \"/usr/bin\" dst: \"/usr/bin\" is_bind: true } "
                  "exec_bin { path: \"/usr/bin/true\" }"),
      AllOf(HasSubstr("execve /usr/bin/true: ENOENT"),
            HasSubstr("hint: /usr/bin/true is linked dynamically: its loader "
                      "/lib"),
            EndsWith(" is not in the jail: mount it")));
}

TEST_F(HintTest, AProgramThatIsNotExecutable) {
  const std::string path = File("data", "text", 0644);
  EXPECT_THAT(LaunchError(Exec("data")),
              AllOf(HasSubstr("execve /t/data: EACCES"),
                    EndsWith(absl::StrCat("hint: /t/data is not executable: "
                                          "chmod +x ",
                                          path))));
}

TEST_F(HintTest, ANoexecMount) {
  File("script", "#!/bin/sh\n", 0755);
  EXPECT_THAT(LaunchError(Exec("script", "noexec: true")),
              AllOf(HasSubstr("execve /t/script: EACCES"),
                    HasSubstr("hint: /t/script lies on a mount with noexec: "
                              "mount["),
                    EndsWith("(test.cfg:12)")));
}

TEST_F(HintTest, AFileThatIsNoProgram) {
  File("data", "neither ELF nor script\n", 0755);
  EXPECT_THAT(LaunchError(Exec("data")),
              AllOf(HasSubstr("ENOEXEC"), HasSubstr("begins with #!")));
}

TEST_F(HintTest, TooManyOpenFiles) {
  EXPECT_THAT(LaunchError(TypicalConfig(kTrue),
                          [] {
                            const struct rlimit few = {4, 4};
                            return setrlimit(RLIMIT_NOFILE, &few) == 0;
                          }),
              AllOf(HasSubstr("EMFILE"), EndsWith("ulimit -n")));
}

TEST_F(HintTest, TooManyProcesses) {
  EXPECT_THAT(LaunchError(TypicalConfig(kTrue), Mask(SCMP_SYS(clone3), EAGAIN)),
              HasSubstr("hint: more processes than RLIMIT_NPROC"));
}

TEST_F(HintTest, ALauncherThatIsNotDumpable) {
  const auto as_nobody = [] { return BecomeNobody(); };
  // Planned for an unprivileged user, too.
  EXPECT_THAT(LaunchError(absl::StrCat(TypicalConfig(kTrue),
                                       "uidmap { inside_id: \"1000\" } "
                                       "gidmap { inside_id: \"1000\" }"),
                          as_nobody),
              HasSubstr("hint: the launching process is not dumpable"));
}

}  // namespace
}  // namespace jail
