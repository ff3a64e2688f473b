// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Policies of the shapes that public configs for nsjail have, written anew:
// each compiles unchanged, and decides as Kafel does.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/socket.h>

#include "jail/seccomp/policy_test_helper.h"

namespace jail::seccomp {
namespace {

struct Row {
  const char* call;
  std::vector<uint64_t> args;
  const char* decision;
};

void Check(const char* policy, const std::vector<Row>& rows) {
  EXPECT_EQ(PolicyOf(policy).notes.size(), 0u) << policy;
  for (const Row& row : rows) {
    EXPECT_EQ(DecisionOf(policy, row.call, row.args), row.decision)
        << policy << "\n"
        << row.call;
  }
}

// A challenge's jail: no new namespaces, no mounts.
TEST(PublicShapes, NoNewNamespaces) {
  Check(
      "KILL {\n"
      "  clone { (clone_flags & 0x7e020000) != 0 },\n"
      "  mount, sethostname, umount, pivot_root\n"
      "}\n"
      "DEFAULT ALLOW",
      {{"clone", {CLONE_NEWUSER}, "KILL"},
       {"clone", {SIGCHLD}, "ALLOW"},
       {"umount2", {}, "KILL"},
       {"mount", {}, "KILL"},
       {"read", {}, "ALLOW"}});
}

TEST(PublicShapes, AFakeAnswer) {
  Check(
      "\n\tPOLICY example {\n\t\tERRNO(1337) { geteuid },\n"
      "\t\tKILL { syslog }\n\t}\n\tUSE example DEFAULT ALLOW\n",
      {{"geteuid", {}, "ERRNO(errno 1337)"},
       {"syslog", {}, "KILL"},
       {"getuid", {}, "ALLOW"}});
}

// One converter with its list, as strace gave it.
TEST(PublicShapes, AListOfCalls) {
  Check(
      "ALLOW { read, write, open, openat, close, newstat, newfstat, newlstat, "
      "lseek, mmap, mprotect, munmap, brk, rt_sigaction, rt_sigprocmask, "
      "pwrite64, access, getpid, execveat, getdents, unlink, fchmod, "
      "getrlimit, getrusage, sysinfo, times, futex, arch_prctl, "
      "sched_getaffinity, set_tid_address, clock_gettime, set_robust_list, "
      "exit_group, clone, getcwd, pread64, readlink, prlimit64, newuname }"
      "DEFAULT KILL",
      {{"fstat", {}, "ALLOW"},
       {"uname", {}, "ALLOW"},
       {"execveat", {}, "ALLOW"},
       {"execve", {}, "KILL"}});
  Check("ALLOW{read,write,exit_group,execve}DEFAULT KILL_PROCESS",
        {{"execve", {}, "ALLOW"}, {"open", {}, "KILL_PROCESS"}});
}

// A playground's long list of denials, calls of old kernels among them.
TEST(PublicShapes, DenialsWithOldCalls) {
  Check(
      "DENY { getpgid, getpgrp, getsid }\n"
      "ERRNO(1) { acct, add_key, bpf, chroot, keyctl, mbind, mount, sysctl, "
      "umount, lookup_dcookie, kexec_file_load, restart_syscall, vhangup }\n"
      "ERRNO(38) { afs_syscall, create_module, epoll_ctl_old, epoll_wait_old, "
      "get_kernel_syms, get_thread_area, getpmsg, nfsservctl, putpmsg, "
      "query_module, security, set_thread_area, tuxcall, uselib, ustat, "
      "vserver }\n"
      "DEFAULT ALLOW",
      {{"getpgrp", {}, "KILL"},
       {"bpf", {}, "ERRNO(EPERM)"},
       {"vserver", {}, "ERRNO(ENOSYS)"},
       {"tuxcall", {}, "ERRNO(ENOSYS)"},
       {"openat", {}, "ALLOW"}});
}

// Written by a program, for a judge: own names of arguments.
TEST(PublicShapes, OwnNamesOfArguments) {
  Check(
      "POLICY deny { ERRNO(1) { mount, ptrace, clone(flags) { (flags & "
      "2114060288) != 0 }, socket(domain) { domain != 1 && domain != 2 && "
      "domain != 10 }, socketpair(domain) { domain != 1 } }, ERRNO(38) { "
      "clone3 } } USE deny DEFAULT ALLOW",
      {{"clone", {CLONE_NEWNET}, "ERRNO(EPERM)"},
       {"clone", {SIGCHLD | CLONE_VM}, "ALLOW"},
       {"socket", {AF_INET6}, "ALLOW"},
       {"socket", {AF_NETLINK}, "ERRNO(EPERM)"},
       {"clone3", {}, "ERRNO(ENOSYS)"}});
}

TEST(PublicShapes, GroupsAndConstants) {
  Check(
      "#define PROT_READ 1\n#define PROT_EXEC 4\n#define SYS_NEWEST 334\n"
      "POLICY memory {\n"
      "  ALLOW { brk, munmap, mmap { (prot & PROT_EXEC) == 0 } },\n"
      "  ERRNO(13) { mprotect { prot != PROT_READ && prot != 3 } }\n}\n"
      "POLICY output { ALLOW { write { fd == 1, fd == 2 }, SYS_NEWEST } }\n"
      "POLICY all { USE memory, USE output, LOG { nanosleep } }\n"
      "USE all DEFAULT KILL",
      {{"mmap", {0, 0, 7}, "KILL"},
       {"mmap", {0, 0, 3}, "ALLOW"},
       {"mprotect", {0, 0, 4}, "ERRNO(EACCES)"},
       {"mprotect", {0, 0, 3}, "KILL"},
       {"write", {2}, "ALLOW"},
       {"write", {3}, "KILL"},
       {"rseq", {}, "ALLOW"},
       {"nanosleep", {}, "LOG"}});
}

// For a Kafel that knew fewer calls: their numbers, under names of their own.
TEST(PublicShapes, CallsThatWereDefinedByHand) {
  Check(
      "#define rseq 334\n#define clone3 435\n#define umount2 166\n"
      "#define THREAD 0x10000\n"
      "DEFAULT ERRNO(38)\n"
      "ALLOW { read, rseq, clone { (clone_flags & THREAD) == THREAD } }\n"
      "KILL { umount2 }\nERRNO(1) { clone3, SYSCALL[425] }",
      {{"rseq", {}, "ALLOW"},
       {"clone", {CLONE_VM}, "ERRNO(ENOSYS)"},
       {"clone", {CLONE_THREAD | CLONE_VM}, "ALLOW"},
       {"umount2", {}, "KILL"},
       {"clone3", {}, "ERRNO(EPERM)"},
       {"io_uring_setup", {}, "ERRNO(EPERM)"},
       {"write", {}, "ERRNO(ENOSYS)"}});
}

TEST(PublicShapes, PartOfARequest) {
  Check(
      "#define KVM 0xAE00\nPOLICY box { KILL { ioctl(fd, request) { (request & "
      "0xFF00) == KVM } } } USE box DEFAULT ALLOW",
      {{"ioctl", {0, 0xae01}, "KILL"}, {"ioctl", {0, 0x5401}, "ALLOW"}});
}

// Watches everything and stops nothing.
TEST(PublicShapes, LogsOnly) {
  Check("DEFAULT LOG", {{"read", {}, "LOG"}, {"mount", {}, "LOG"}});
  Check("POLICY a {} USE a DEFAULT ALLOW", {{"mount", {}, "ALLOW"}});
}

// Written with strace's names, which Kafel would refuse.
TEST(PublicShapes, NamesOfLibc) {
  const Policy policy = PolicyOf(
      "ALLOW { read, open, stat, fstat, lstat, uname, sendfile, fadvise64, "
      "umount2, exit_group } DEFAULT KILL");
  EXPECT_EQ(policy.notes.size(), 7u);
}

}  // namespace
}  // namespace jail::seccomp
