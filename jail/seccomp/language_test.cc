// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The language, from text to decision; every row is evaluated and compiled.
#include <gtest/gtest.h>

#include "jail/seccomp/constants.h"
#include "jail/seccomp/policy_test_helper.h"
#include "jail/seccomp/syscalls.h"

namespace jail::seccomp {
namespace {

struct Row {
  const char* policy;
  const char* call;
  std::vector<uint64_t> args;
  const char* decision;
};

void Check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(DecisionOf(row.policy, row.call, row.args), row.decision)
        << row.policy << "\n"
        << row.call << (row.args.empty() ? 0 : row.args[0]);
  }
}

TEST(Language, Actions) {
  Check({
      {"ALLOW { read }", "read", {}, "ALLOW"},
      {"ALLOW { read }", "write", {}, "KILL"},
      {"LOG { read }", "read", {}, "LOG"},
      {"KILL { read } DEFAULT ALLOW", "read", {}, "KILL"},
      {"KILL { read } DEFAULT ALLOW", "write", {}, "ALLOW"},
      {"DENY { read } DEFAULT ALLOW", "read", {}, "KILL"},
      {"KILL_THREAD { read } DEFAULT ALLOW", "read", {}, "KILL"},
      {"KILL_PROCESS { read } DEFAULT ALLOW", "read", {}, "KILL_PROCESS"},
      {"ERRNO(1) { read } DEFAULT ALLOW", "read", {}, "ERRNO(EPERM)"},
      {"ERRNO(0) { read } DEFAULT ALLOW", "read", {}, "ERRNO(0)"},
      {"ERRNO(ENOSYS) { read } DEFAULT ALLOW", "read", {}, "ERRNO(ENOSYS)"},
      {"#define MINE 2\nERRNO(MINE) { read }", "read", {}, "ERRNO(ENOENT)"},
      {"ERRNO(65535) { read }", "read", {}, "ERRNO(errno 4095)"},
      {"TRAP(3) { read } DEFAULT ALLOW", "read", {}, "TRAP(3)"},
      {"TRACE(0xffff) { read } DEFAULT ALLOW", "read", {}, "TRACE(65535)"},
      {"USER_NOTIF { read } DEFAULT ALLOW", "read", {}, "USER_NOTIF"},
      {"DEFAULT LOG", "read", {}, "LOG"},
      {"DEFAULT ERRNO(38) ALLOW { read }", "write", {}, "ERRNO(ENOSYS)"},
  });
}

TEST(Language, PoliciesAndUse) {
  Check({
      {"POLICY a { ALLOW { read } } USE a DEFAULT KILL", "read", {}, "ALLOW"},
      {"POLICY a { ALLOW { read } } DEFAULT LOG", "read", {}, "LOG"},
      {"POLICY a { } USE a DEFAULT ALLOW", "read", {}, "ALLOW"},
      {"POLICY a { ALLOW { read }, LOG { write } } USE a", "write", {}, "LOG"},
      {"POLICY a { ALLOW { read } LOG { write }, } USE a", "write", {}, "LOG"},
      {"POLICY a { ERRNO(1) { read } } POLICY b { USE a, ALLOW { read, write } "
       "} USE b",
       "read",
       {},
       "ERRNO(EPERM)"},
      {"POLICY a { ERRNO(1) { read } } POLICY b { ALLOW { read } USE a } USE b",
       "read",
       {},
       "ALLOW"},
      // The first that matches counts, wherever it stands.
      {"ALLOW { read } KILL { read } DEFAULT LOG", "read", {}, "ALLOW"},
      {"ALLOW { read { fd == 1 } } ERRNO(1) { read } DEFAULT LOG",
       "read",
       {2},
       "ERRNO(EPERM)"},
      {"ALLOW { read, read } ALLOW { write }, LOG { close }",
       "close",
       {},
       "LOG"},
      {"ALLOW { } ALLOW { read { } }", "read", {}, "ALLOW"},
      {"ALLOW { read, }", "read", {}, "ALLOW"},
  });
  EXPECT_EQ(PolicyOf("POLICY snek { ALLOW { read } } USE snek").name, "snek");
  EXPECT_EQ(PolicyOf("ALLOW { read }").name, "");
}

TEST(Language, Syscalls) {
  Check({
      {"#define mine 1\nALLOW { mine }", "write", {}, "ALLOW"},
      {"ALLOW { SYSCALL[1] }", "write", {}, "ALLOW"},
      {"ALLOW { SYSCALL[0x1] }", "read", {}, "KILL"},
      {"ALLOW { SYSCALL[1..3] }", "write", {}, "ALLOW"},
      {"ALLOW { SYSCALL[1 .. 3] }", "read", {}, "KILL"},
      {"LOG { write } ALLOW { SYSCALL[0..3] }", "write", {}, "LOG"},
      {"ALLOW { SYSCALL[0..3] } LOG { write }", "write", {}, "ALLOW"},
      {"LOG { SYSCALL[0..3](a) { a == 1 } } ALLOW { write }",
       "write",
       {1},
       "LOG"},
      {"LOG { SYSCALL[0..3](a) { a == 1 } } ALLOW { write }",
       "write",
       {2},
       "ALLOW"},
      {"ALLOW { newfstat, newuname, newstat, sendfile64 }",
       "fstat",
       {},
       "ALLOW"},
      {"ALLOW { newfstat, newuname }", "uname", {}, "ALLOW"},
      {"ALLOW { umount, sysctl, mseal, getxattrat }", "umount2", {}, "ALLOW"},
      // A constant hides the syscall of that name, as in Kafel.
      {"#define read 1\nALLOW { read }", "write", {}, "ALLOW"},
      {"ALLOW { read ON x86_64, fork ON { arm, x86 } }", "read", {}, "ALLOW"},
      {"ALLOW { read ON arm }", "read", {}, "KILL"},
      {"ALLOW { read ON { arm, x86_64 } { fd == 1 } }", "read", {1}, "ALLOW"},
      {"ALLOW { read { fd == 1 } ON riscv64 }", "read", {1}, "KILL"},
  });
  const Policy skip = PolicyOf("#define skipped -1\nALLOW { skipped }");
  EXPECT_EQ(DecisionOf(skip, CallOf(Arch::kX86_64, 0xffffffff, {})), "ALLOW");
}

TEST(Language, Expressions) {
  Check({
      {"ALLOW { write { fd == 1 } }", "write", {1}, "ALLOW"},
      {"ALLOW { write { fd == 1 } }", "write", {2}, "KILL"},
      {"ALLOW { write { 1 == fd } }", "write", {1}, "ALLOW"},
      {"ALLOW { write { fd != 1 } }", "write", {1}, "KILL"},
      {"ALLOW { write { fd < 2 } }", "write", {1}, "ALLOW"},
      {"ALLOW { write { fd < 2 } }", "write", {2}, "KILL"},
      {"ALLOW { write { fd <= 2 } }", "write", {2}, "ALLOW"},
      {"ALLOW { write { fd <= 2 } }", "write", {3}, "KILL"},
      {"ALLOW { write { fd > 2 } }", "write", {3}, "ALLOW"},
      {"ALLOW { write { fd >= 2 } }", "write", {1}, "KILL"},
      {"ALLOW { write { 2 > fd } }", "write", {1}, "ALLOW"},
      {"ALLOW { write { fd == 1, fd == 2 } }", "write", {2}, "ALLOW"},
      {"ALLOW { write { fd == 1 || fd == 2 } }", "write", {3}, "KILL"},
      {"ALLOW { write { fd == 1 && count == 5 } }",
       "write",
       {1, 0, 5},
       "ALLOW"},
      {"ALLOW { write { fd == 1 && count == 5 } }", "write", {1, 0, 4}, "KILL"},
      {"ALLOW { write { !(fd == 1) } }", "write", {1}, "KILL"},
      {"ALLOW { write { !!(fd == 1) } }", "write", {1}, "ALLOW"},
      {"ALLOW { write { ! fd == 1 } }", "write", {2}, "ALLOW"},
      // "," is weaker than "||", and that than "&&".
      {"ALLOW { write { fd == 1 || fd == 2 && count == 5, fd == 9 } }",
       "write",
       {1},
       "ALLOW"},
      {"ALLOW { write { fd == 2 && count == 5, fd == 9 } }",
       "write",
       {2},
       "KILL"},
      {"ALLOW { mmap { (prot & PROT_EXEC) == 0 } }",
       "mmap",
       {0, 0, 3},
       "ALLOW"},
      {"ALLOW { mmap { (prot & PROT_EXEC) == 0 } }", "mmap", {0, 0, 4}, "KILL"},
      {"ALLOW { mmap { prot & 4 == 4 } }", "mmap", {0, 0, 7}, "ALLOW"},
      {"ALLOW { mmap { (prot & flags) != 0 } }", "mmap", {0, 0, 6, 2}, "ALLOW"},
      {"ALLOW { mmap { (prot | flags) == len } }",
       "mmap",
       {0, 6, 4, 2},
       "ALLOW"},
      {"ALLOW { openat { flags == O_RDONLY|O_CLOEXEC } }",
       "openat",
       {0, 0, 02000000},
       "ALLOW"},
      {"ALLOW { mmap { prot | 1 & 2 == 4 } }", "mmap", {0, 0, 4}, "ALLOW"},
      {"ALLOW { write { 1 == 1 } }", "write", {}, "ALLOW"},
      {"ALLOW { write { 1 == 2 } }", "write", {}, "KILL"},
      {"ALLOW { write { count == count } }", "write", {}, "ALLOW"},
      {"ALLOW { write(a, b, c) { c == 7 } }", "write", {0, 0, 7}, "ALLOW"},
      {"ALLOW { SYSCALL[1](a, b) { b == 0x100000000 } }",
       "write",
       {0, uint64_t{1} << 32},
       "ALLOW"},
      {"ALLOW { write() }", "write", {}, "ALLOW"},
      // A constant goes before an argument, and that before a name of ours.
      {"#define fd 1\nALLOW { write { fd == 1 } }", "write", {9}, "ALLOW"},
      {"ALLOW { write(EPERM) { EPERM == 5 } }", "write", {5}, "ALLOW"},
  });
}

TEST(Language, Numbers) {
  Check({
      {"ALLOW { write { count == 0x1F } }", "write", {0, 0, 31}, "ALLOW"},
      {"ALLOW { write { count == 017 } }", "write", {0, 0, 15}, "ALLOW"},
      {"ALLOW { write { count == 0b101 } }", "write", {0, 0, 5}, "ALLOW"},
      {"ALLOW { write { count == -1 } }",
       "write",
       {0, 0, ~uint64_t{0}},
       "ALLOW"},
      {"ALLOW { write { count == -1 } }", "write", {0, 0, 0xffffffff}, "KILL"},
      {"ALLOW { write { count == 18446744073709551615 } }",
       "write",
       {0, 0, ~uint64_t{0}},
       "ALLOW"},
  });
}

TEST(Language, ArgumentsOf32BitsAreComparedAsSuch) {
  constexpr uint64_t kJunk = uint64_t{7} << 32;
  Check({
      {"ALLOW { write { fd == 1 } }", "write", {kJunk | 1}, "ALLOW"},
      {"ALLOW { write { fd == -1 } }", "write", {0xffffffff}, "ALLOW"},
      {"ALLOW { write { fd == -1 } }", "write", {~uint64_t{0}}, "ALLOW"},
      {"ALLOW { write { fd == 0x100000001 } }", "write", {0x100000001}, "KILL"},
      {"ALLOW { write { fd < 0x100000000 } }", "write", {kJunk}, "ALLOW"},
      {"ALLOW { openat { dfd == AT_FDCWD } }", "openat", {0xffffff9c}, "ALLOW"},
      // 64 bits: all of them.
      {"ALLOW { write { count == 1 } }", "write", {0, 0, kJunk | 1}, "KILL"},
      {"ALLOW { write { count > 5 } }", "write", {0, 0, kJunk | 1}, "ALLOW"},
      {"ALLOW { write { count <= 0x700000001 } }",
       "write",
       {0, 0, kJunk | 2},
       "KILL"},
      {"ALLOW { write { count >= 0x700000001 } }",
       "write",
       {0, 0, kJunk | 1},
       "ALLOW"},
      {"ALLOW { write { count == fd } }", "write", {kJunk | 3, 0, 3}, "ALLOW"},
  });
}

// The table of docs/seccomp.md: Kafel decides otherwise.
TEST(Language, WhereKafelDiffers) {
  constexpr uint64_t kJunk = uint64_t{7} << 32;
  Check({
      {"ALLOW { write { fd == -1 } }", "write", {0xffffffff}, "ALLOW"},
      {"ALLOW { write(a) { a == 1 } }", "write", {kJunk | 1}, "ALLOW"},
      {"ALLOW { write { 1 == 0x100000001 } }", "write", {}, "KILL"},
      {"ERRNO(5000) { write }", "write", {}, "ERRNO(errno 4095)"},
      {"/* **/ALLOW { write }", "write", {}, "ALLOW"},
  });
  const Policy allow = PolicyOf("DEFAULT ALLOW");
  EXPECT_EQ(DecisionOf(allow, CallOf(Arch::kX86_64, kX32Bit | 1, {})),
            "KILL_PROCESS");
  EXPECT_EQ(DecisionOf(allow, CallOf(Arch::kX86, 4, {})), "KILL_PROCESS");
}

TEST(Language, CommentsAndDefines) {
  Check({
      {"// x\nALLOW { /* y } */ read } // z", "read", {}, "ALLOW"},
      {"/***/ALLOW { read }/* * / **/", "read", {}, "ALLOW"},
      {"ALLOW { read }\n#define A 1\n#define A 1\nLOG { write { fd == A } }",
       "write",
       {1},
       "LOG"},
  });
}

TEST(Language, Includes) {
  const Files files{{"a",
                     "#define A 1\nPOLICY a { ALLOW { write { fd == A } }"
                     " }"},
                    {"b", "#include \"a\"\nread,"},
                    {"c", "close"}};
  const auto decision = [&](const std::string& text, const char* call,
                            uint64_t fd) {
    return DecisionOf(
        PolicyOf(text, {Arch::kX86_64}, files),
        CallOf(Arch::kX86_64, *SyscallNumber(Arch::kX86_64, call), {fd}));
  };
  EXPECT_EQ(decision("#include \"a\"\nUSE a", "write", 1), "ALLOW");
  EXPECT_EQ(decision("#include \"a\"; USE a", "write", 2), "KILL");
  EXPECT_EQ(decision("ALLOW {\n#include \"c\"\n}", "close", 2), "ALLOW");
}

TEST(Language, OtherArchitectures) {
  const std::string text =
      "ALLOW { read, write { count == -1 }, mmap2 ON { arm, x86 }, mmap ON "
      "x86_64 } DEFAULT ERRNO(1)";
  const Policy policy = PolicyOf(text, {Arch::kX86_64, Arch::kX86});
  const auto decide = [&](Arch arch, uint32_t number,
                          std::vector<uint64_t> args = {}) {
    return DecisionOf(policy, CallOf(arch, number, args));
  };
  EXPECT_EQ(decide(Arch::kX86_64, 0), "ALLOW");
  EXPECT_EQ(decide(Arch::kX86, 3), "ALLOW");
  EXPECT_EQ(decide(Arch::kX86, 0), "ERRNO(EPERM)");
  EXPECT_EQ(decide(Arch::kX86, 192), "ALLOW");
  EXPECT_EQ(decide(Arch::kX86_64, 9), "ALLOW");
  EXPECT_EQ(decide(Arch::kX86_64, 192), "ERRNO(EPERM)");
  EXPECT_EQ(decide(Arch::kX86, 4, {0, 0, 0xffffffff}), "ALLOW");
  EXPECT_EQ(decide(Arch::kAarch64, 63), "KILL_PROCESS");
  // x32: not one of them, unless named.
  EXPECT_EQ(decide(Arch::kX86_64, kX32Bit), "KILL_PROCESS");
  EXPECT_EQ(decide(Arch::kX86_64, 0x7fffffff), "KILL_PROCESS");
  EXPECT_EQ(decide(Arch::kX86_64, 0x3fffffff), "ERRNO(EPERM)");
  EXPECT_EQ(decide(Arch::kX86_64, 0xffffffff), "ERRNO(EPERM)");
  EXPECT_EQ(decide(Arch::kX86, kX32Bit), "ERRNO(EPERM)");
  EXPECT_EQ(DecisionOf(PolicyOf("ALLOW { SYSCALL[0x40000000] } DEFAULT LOG"),
                       CallOf(Arch::kX86_64, kX32Bit, {})),
            "ALLOW");
  // A range may hold x32's numbers, and not those of another architecture.
  const Policy ranged =
      PolicyOf("ERRNO(38) { SYSCALL[470..0xffffffff] } DEFAULT ALLOW");
  EXPECT_EQ(DecisionOf(ranged, CallOf(Arch::kX86_64, 469, {})), "ALLOW");
  for (const uint32_t number : {470u, kX32Bit, 0x7fffffffu, 0xffffffffu}) {
    EXPECT_EQ(DecisionOf(ranged, CallOf(Arch::kX86_64, number, {})),
              "ERRNO(ENOSYS)");
  }
}

std::string NotesOf(const std::string& text,
                    const std::vector<Arch>& archs = {Arch::kX86_64}) {
  std::string notes;
  for (const PolicyError& note : PolicyOf(text, archs).notes) {
    notes += note.ToString() + "\n";
  }
  return notes;
}

TEST(Language, LibcNamesWithANote) {
  EXPECT_EQ(NotesOf("ALLOW { fstat, read,\n send { fd == 1 } }"),
            "p:1:9: fstat is libc's name; the kernel's, and Kafel's, is "
            "newfstat\n"
            "p:2:2: send is libc's name; the kernel's, and Kafel's, is "
            "sendto\n");
  EXPECT_EQ(NotesOf("ALLOW { newfstat, sendto, openat, umount, read }"), "");
  // A definition is no libc name, and one note is enough for two
  // architectures.
  EXPECT_EQ(NotesOf("#define stat 4\nALLOW { stat }"), "");
  EXPECT_EQ(NotesOf("ALLOW { uname }", {Arch::kX86_64, Arch::kAarch64}),
            "p:1:9: uname is libc's name; the kernel's, and Kafel's, is "
            "newuname\n");
  // Here they are calls of their own.
  EXPECT_EQ(NotesOf("ALLOW { sigaction, waitpid, sendfile }", {Arch::kX86}),
            "");
  EXPECT_EQ(NotesOf("ALLOW { send, recv }", {Arch::kArm}), "");
  Check({
      {"ALLOW { stat, lstat, fstat, uname }", "newlstat", {}, "ALLOW"},
      {"ALLOW { umount2, sendfile, fadvise64 }", "sendfile64", {}, "ALLOW"},
      {"ALLOW { send { fd == 1 } }", "sendto", {1}, "ALLOW"},
      {"ALLOW { recv { fd == 1 } }", "recvfrom", {2}, "KILL"},
      {"ALLOW { sigaction, sigprocmask }", "rt_sigprocmask", {}, "ALLOW"},
      {"ALLOW { pread, pwrite, prlimit }", "prlimit64", {}, "ALLOW"},
      {"ALLOW { waitpid, wait3 }", "wait4", {}, "ALLOW"},
      {"ALLOW { fstatat, _exit }", "exit_group", {}, "ALLOW"},
  });
}

// As Kafel's own tables name them; the kernel renamed them since.
TEST(Language, OlderNamesOfArguments) {
  Check({
      {"ALLOW { arch_prctl { code == ARCH_SET_FS } }",
       "arch_prctl",
       {0x1002},
       "ALLOW"},
      {"ALLOW { arch_prctl { option == ARCH_SET_FS } }",
       "arch_prctl",
       {0x1002},
       "ALLOW"},
      {"ALLOW { getrandom { count <= 256 } }", "getrandom", {0, 9}, "ALLOW"},
      {"ALLOW { setns { nstype == CLONE_NEWNET } }", "setns", {3, 1}, "KILL"},
      {"ALLOW { getrandom(a, buf) { buf == 7 } }",
       "getrandom",
       {0, 7},
       "ALLOW"},
      {"ALLOW { nfsservctl { cmd == 1 }, query_module { which == 2 } }",
       "nfsservctl",
       {1},
       "ALLOW"},
  });
}

TEST(Language, NamedConstants) {
  const struct {
    const char* name;
    uint64_t value;
  } kRows[] = {{"EPERM", 1},
               {"ENOTSUP", 95},
               {"O_CLOEXEC", 02000000},
               {"PROT_EXEC", 4},
               {"MAP_ANONYMOUS", 0x20},
               {"CLONE_NEWUSER", 0x10000000},
               {"AF_NETLINK", 16},
               {"NETLINK_ROUTE", 0},
               {"SOCK_NONBLOCK", 04000},
               {"IPPROTO_SCTP", 132},
               {"PR_SET_NAME", 15},
               {"SIGKILL", 9},
               {"TIOCSTI", 0x5412},
               {"FIONREAD", 0x541b},
               {"AT_EMPTY_PATH", 0x1000},
               {"AT_FDCWD", static_cast<uint64_t>(-100)},
               {"F_SETFL", 4},
               {"FUTEX_WAIT", 0},
               {"SECCOMP_MODE_FILTER", 2},
               {"RLIMIT_NOFILE", 7},
               {"CLOCK_MONOTONIC", 1},
               {"MS_BIND", 4096},
               {"MFD_CLOEXEC", 1},
               {"EPOLL_CTL_ADD", 1},
               {"KEYCTL_JOIN_SESSION_KEYRING", 1},
               {"WNOHANG", 1},
               {"SCHED_FIFO", 1},
               {"LOCK_EX", 2},
               {"ADDR_NO_RANDOMIZE", 0x40000},
               {"STDERR_FILENO", 2},
               {"PTRACE_ATTACH", 16}};
  for (const auto& row : kRows) {
    EXPECT_EQ(NamedConstant(row.name), row.value) << row.name;
  }
}

TEST(Syscalls, NumbersAndArguments) {
  EXPECT_EQ(SyscallNumber(Arch::kX86, "socket"), 359u);
  EXPECT_EQ(SyscallNumber(Arch::kX86, "sendmmsg"), 345u);
  EXPECT_STREQ((*SyscallArguments(Arch::kX86, "mmap2"))[2].name, "prot");
  EXPECT_STREQ((*SyscallArguments(Arch::kArm, "futex_time64"))[1].name, "op");
  EXPECT_EQ(SyscallNumber(Arch::kAarch64, "newfstat"), 80u);
  EXPECT_EQ(SyscallNumber(Arch::kAarch64, "fork"), std::nullopt);
  EXPECT_EQ(SyscallNumber(Arch::kArm, "mseal"), 462u);
  EXPECT_EQ(SyscallName(Arch::kX86_64, 59), "execve");
  EXPECT_EQ(SyscallName(Arch::kX86_64, 462), "mseal");
  EXPECT_EQ(SyscallName(Arch::kX86_64, 5000), "");
  const auto write = SyscallArguments(Arch::kX86_64, "write");
  ASSERT_TRUE(write && write->size() == 3);
  EXPECT_STREQ((*write)[0].name, "fd");
  EXPECT_EQ((*write)[0].bytes, 4);
  EXPECT_EQ((*write)[2].bytes, 8);
  EXPECT_EQ((*SyscallArguments(Arch::kX86, "write"))[2].bytes, 4);
  EXPECT_EQ(SyscallArguments(Arch::kX86_64, "fstat")->size(), 2u);
  EXPECT_FALSE(SyscallArguments(Arch::kX86_64, "nosuch"));
}

}  // namespace
}  // namespace jail::seccomp
