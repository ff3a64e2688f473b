// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// From what the Spec asks for to the steps that do it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sys/resource.h>

#include <functional>

#include "absl/strings/ascii.h"
#include "jail/plan/plan_test_helper.h"
#include "jail/plan/verify.h"

namespace jail {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Row {
  const char* what;
  std::function<void(Spec&, HostFacts&)> change;  // of the minimal Spec
  std::vector<std::string> has;                   // the start of a line
  std::vector<std::string> has_not;
};

Mount At(const std::string& target, decltype(Mount::what) what) {
  Mount mount;
  mount.target = target;
  mount.what = std::move(what);
  return mount;
}

const Row kRows[] = {
    {"nothing asked for",
     [](Spec&, HostFacts&) {},
     {"setsid()", "prctl(PR_SET_NO_NEW_PRIVS, 1)", "keyctl(", "ioctl(fd ",
      "sethostname(\"\", 0)", "execve(\"/bin/true\", [\"/bin/true\"])"},
     {"setgroups", "unshare", "chroot"}},
    {"host name",
     [](Spec& s, HostFacts&) { s.hostname = "box"; },
     {"sethostname(\"box\", 3)"},
     {}},
    {"host name without a namespace for it",
     [](Spec& s, HostFacts&) {
       s.hostname = "box";
       s.namespaces.flags &= ~uint64_t{CLONE_NEWUTS};
     },
     {},
     {"sethostname"}},
    {"no network namespace",
     [](Spec& s, HostFacts&) { s.namespaces.flags &= ~uint64_t{CLONE_NEWNET}; },
     {},
     {"socket", "ioctl"}},
    {"lo stays down",
     [](Spec& s, HostFacts&) { s.network.loopback_up.value = false; },
     {},
     {"socket"}},
    {"working directory",
     [](Spec& s, HostFacts&) { s.process.cwd = "/home"; },
     {"chdir(\"/home\")"},
     {}},
    {"created before its start",
     [](Spec& s, HostFacts&) { s.process.waits_for_start = true; },
     {"dup3(fd \"sync\", 5, O_CLOEXEC)", "close_range(3, 4, 0)",
      "close_range(6, 4294967295, 0)", "sendto(fd \"sync\"",
      "recvfrom(fd \"sync\"",
      "execve(\"/bin/true\", arguments given at the start"},
     {}},
    {"session kept",
     [](Spec& s, HostFacts&) { s.process.new_session = false; },
     {"setpgid(0, 0)"},
     {"setsid"}},
    {"session kept on a terminal",
     [](Spec& s, HostFacts& f) {
       s.process.new_session = false;
       f.shares_terminal = true;
     },
     {},
     {"setsid", "setpgid"}},
    {"silent",
     [](Spec& s, HostFacts&) { s.process.stdio.silent = true; },
     {"openat(AT_FDCWD, \"/dev/null\", O_RDWR|O_NOCTTY|O_CLOEXEC) = fd "
      "\"/dev/null\""},
     {"fcntl(fd \"stdin\"", "fcntl(fd \"stderr\""}},
    {"silent stderr",
     [](Spec& s, HostFacts&) { s.process.stdio.stderr_to_null = true; },
     {"fcntl(fd \"stdin\"", "fcntl(fd \"/dev/null\""},
     {"fcntl(fd \"stderr\""}},
    {"new privileges",
     [](Spec& s, HostFacts&) { s.process.no_new_privs.value = false; },
     {},
     {"prctl(PR_SET_NO_NEW_PRIVS"}},
    {"nested user namespaces",
     [](Spec& s, HostFacts&) { s.allow_nested_userns = true; },
     {},
     {"fstatfs", "openat(AT_FDCWD, \"/proc/sys/user"}},
    {"kept capability",
     [](Spec& s, HostFacts&) {
       s.process.capabilities.keep = uint64_t{1} << CAP_NET_RAW;
     },
     {"capset(CAP_NET_RAW)",
      "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW)",
      "prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN)", "prctl(PR_SET_SECUREBITS, 0)"},
     {"prctl(PR_CAPBSET_DROP, CAP_NET_RAW)"}},
    {"all capabilities kept",
     [](Spec& s, HostFacts&) { s.process.capabilities.keep_all = true; },
     {"prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN)"},
     {"prctl(PR_CAPBSET_DROP"}},
    {"fewer processors",
     [](Spec& s, HostFacts&) { s.process.max_cpus.value = 2; },
     {"sched_setaffinity(0, 8)"},
     {}},
    {"more processors than there are",
     [](Spec& s, HostFacts&) { s.process.max_cpus.value = 64; },
     {},
     {"sched_setaffinity"}},
    {"a caller of a real-time policy",
     [](Spec&, HostFacts& f) { f.is_realtime = true; },
     {"sched_setscheduler(0, 0)"},
     {}},
    {"a caller of the usual policy",
     [](Spec&, HostFacts&) {},
     {},
     {"sched_setscheduler"}},
    {"core scheduling",
     [](Spec& s, HostFacts&) { s.process.core_scheduling.value = true; },
     {"prctl(PR_SCHED_CORE, PR_SCHED_CORE_CREATE, 0, PIDTYPE_TGID)"},
     {}},
    {"umask as during the set-up",
     [](Spec& s, HostFacts&) { s.process.umask = 022; },
     {"umask(0022)"},
     {"umask(0000)"}},
    {"ignored signals",
     [](Spec&, HostFacts& f) {
       f.ignored_signals = {1, 13};
     },
     {"rt_sigaction(SIGHUP)", "rt_sigaction(SIGPIPE)"},
     {}},
    {"path search",
     [](Spec& s, HostFacts&) {
       s.process.command.file = "sh";
       s.process.command.search = {"/a", "/b"};
     },
     {"execve(\"/a/sh\", [\"/bin/true\"]); ENOENT, ENOTDIR, "
      "EACCES is fine",
      "execve(\"/b/sh\", [\"/bin/true\"])"},
     {"execve(\"/b/sh\", [\"/bin/true\"]);"}},
    {"by descriptor",
     [](Spec& s, HostFacts&) { s.process.command.by_fd = true; },
     {"execveat(fd \"program\", \"\", [\"/bin/true\"], AT_EMPTY_PATH)"},
     {}},
    {"limits by their sources",
     [](Spec& s, HostFacts& f) {
       f.rlimits[RLIMIT_CPU] = {10, RLIM_INFINITY};
       f.rlimits[RLIMIT_CORE] = {1, 2};
       s.process.rlimits = {
           {RLIMIT_AS, "rlimit_as", Rlimit::From::kInfinity, 0, {}},
           {RLIMIT_CPU, "rlimit_cpu", Rlimit::From::kCallersSoft, 0, {}},
           {RLIMIT_CORE, "rlimit_core", Rlimit::From::kCallersHard, 0, {}},
           {RLIMIT_NOFILE, "rlimit_nofile", Rlimit::From::kValue, 32, {}},
           // A default above the hard limit takes what there is.
           {RLIMIT_NPROC, "rlimit_nproc", Rlimit::From::kValue, 9999, {}}};
     },
     {"prlimit64(0, RLIMIT_AS, {infinity, infinity})",
      "prlimit64(0, RLIMIT_CPU, {10, 10})", "prlimit64(0, RLIMIT_CORE, {2, 2})",
      "prlimit64(0, RLIMIT_NOFILE, {32, 32})",
      "prlimit64(0, RLIMIT_NPROC, {4096, 4096})"},
     {}},
    {"tmpfs with its own number of files",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(
           At("/tmp", FilesystemMount{
                          "tmpfs", "", {{"nr_inodes", "10"}, {"noswap", {}}}}));
     },
     {"fsconfig(fd \"tmpfs\", FSCONFIG_SET_STRING, \"nr_inodes\", \"10\")",
      "fsconfig(fd \"tmpfs\", FSCONFIG_SET_FLAG, \"noswap\")"},
     {"fsconfig(fd \"tmpfs\", FSCONFIG_SET_STRING, \"nr_inodes\", "
      "\"65536\")"}},
    {"procfs of processes only",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(At("/proc", ProcMount{ProcKind::kSubsetPid, {}}));
     },
     {"fsconfig(fd \"proc\", FSCONFIG_SET_STRING, \"subset\", \"pid\")",
      "fsconfig(fd \"proc\", FSCONFIG_SET_STRING, \"hidepid\", "
      "\"invisible\")",
      "fsmount(fd \"proc\", CLOEXEC, rdonly|nosuid|nodev|noexec)"},
     {}},
    {"the host's procfs",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(At("/proc", ProcMount{ProcKind::kBind, {}}));
     },
     {"open_tree(AT_FDCWD, \"/proc\", OPEN_TREE_CLONE|AT_RECURSIVE",
      "mount_setattr(fd \"tree /proc\", \"\", AT_EMPTY_PATH|AT_RECURSIVE, "
      "rdonly|nosuid|nodev|noexec)"},
     {"fsopen(\"proc\""}},
    {"devpts has devices",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(At("/pts", FilesystemMount{"devpts", "", {}}));
     },
     {"fsmount(fd \"devpts\", CLOEXEC, rdonly|nosuid)"},
     {}},
    {"a file is bound onto a file",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(BindOf("/etc/passwd", "/etc/passwd", 1));
     },
     {"mkdirat(fd \"root\", \"etc\", 0755)",
      "mknodat(fd \"root\", \"etc/passwd\", S_IFREG|0644)"},
     {}},
    {"is_dir wins over what the source is",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(BindOf("/etc/passwd", "/x", 1));
       s.mounts[0].is_dir = true;
     },
     {"mkdirat(fd \"root\", \"x\", 0755)"},
     {"mknodat"}},
    {"a mount inside a read-only tmpfs is made before it is read-only",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(At("/t", FilesystemMount{"tmpfs", "", {}}));
       s.mounts.push_back(BindOf("/usr", "/t/usr", 1));
     },
     {"fsmount(fd \"tmpfs\", CLOEXEC, nosuid|nodev) = fd \"tree /t\"",
      "mkdirat(fd \"tree /t\", \"usr\", 0755)",
      "mount_setattr(fd \"tree /t\", \"\", AT_EMPTY_PATH, rdonly)"},
     {}},
    {"a mount inside a bind is looked up beneath the root",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(BindOf("/usr", "/usr", 1));
       s.mounts.push_back(BindOf("/usr", "/usr/share/x", 2));
     },
     {"openat2(fd \"root\", \"usr\", O_PATH|O_DIRECTORY|O_CLOEXEC, "
      "IN_ROOT|NO_MAGICLINKS)",
      "mkdirat(fd \"parent\", \"share\", 0755); EEXIST is fine",
      "openat2(fd \"root\", \"usr/share\"",
      "openat2(fd \"root\", \"usr/share/x\", O_PATH|O_CLOEXEC"},
     {"mkdirat(fd \"root\", \"usr/share"}},
    {"a mount beneath a symbolic link of ours is looked up, too",
     [](Spec& s, HostFacts&) {
       s.mounts.push_back(At("/a", Symlink{"/b"}));
       s.mounts.push_back(BindOf("/usr", "/a/x", 2));
     },
     {"symlinkat(\"/b\", fd \"root\", \"a\")", "openat2(fd \"root\", \"a/x\""},
     {}},
};

// Slots are numbered as they come; the rows name them only.
std::string WithoutNumbers(std::string line) {
  for (size_t at = line.find("fd "); at != std::string::npos;
       at = line.find("fd ", at + 1)) {
    const size_t number = at + 3;
    size_t end = number;
    while (end < line.size() && absl::ascii_isdigit(line[end])) ++end;
    if (end > number) line.erase(number, end + 1 - number);
  }
  return line;
}

TEST(PlannerTest, StepsFollowFromTheSpec) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.what);
    Spec spec = MinimalSpec();
    HostFacts facts = UnprivilegedFacts();
    row.change(spec, facts);
    const Plan plan = PlanOf(spec, facts);
    std::string lines = "\n";
    for (const std::string& line : Lines(plan)) {
      lines += WithoutNumbers(line) + "\n";
    }
    for (const std::string& line : row.has) {
      EXPECT_THAT(lines, HasSubstr("\n" + line));
    }
    for (const std::string& line : row.has_not) {
      EXPECT_THAT(lines, Not(HasSubstr("\n" + line)));
    }
    EXPECT_TRUE(Verify(plan, spec).ok()) << Verify(plan, spec);
  }
}

}  // namespace
}  // namespace jail
