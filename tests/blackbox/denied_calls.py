# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""report_violations: calls that the filter answers with an errno are told."""

import errno
import re
import socket

from blackbox import front, listen, unotify, violations
from support import case, files, identity, launch, leaks

GETPPID, PERSONALITY = 110, 135  # of x86_64
CLONE3 = 435
SHIPPED = r"^shipped/default_deny_dangerous\.kafel:\d+:\d+: "
MAX_KINDS_OF_CALL = 16  # jail/parent/denied_calls.h
MAX_LINES = 10          # jail/report/report.cc


def python(script, *args, extra="", **kwargs):
    """Runs a script of the host's Python under the default policy."""
    return launch.jail(
        *args, "--", *unotify.PYTHON, script, config=front.SHELL_CONFIG
        + unotify.TMP + "report_violations: true\n" + extra, **kwargs)


def denials(result):
    """The denied calls of a report, by name and first argument."""
    return {(one["syscall"], one["args"][0]): one
            for one in result.report["denied_calls"]}


class ByDefault(case.JailTestCase):

    def test_a_program_that_hits_the_default_filter_is_told_of_it(self):
        script = """
import ctypes, json, socket, threading
libc = ctypes.CDLL(None, use_errno=True)
def errno_of(call, *args):
    ctypes.set_errno(0)
    getattr(libc, call)(*args)
    return ctypes.get_errno()
def families():
    for family in (socket.AF_VSOCK, socket.AF_PACKET, socket.AF_VSOCK):
        try:
            socket.socket(family, socket.SOCK_RAW)
        except OSError as error:
            yield error.errno
thread = threading.Thread(target=errno_of, args=("unshare", 0x10000000))
thread.start()
thread.join()
print(json.dumps([
    errno_of("unshare", 0x20000), errno_of("unshare", 0x20000),
    errno_of("mount", b"none", b"/tmp/it", b"tmpfs", 0, None),
    errno_of("ptrace", 0, 0, 0, 0), errno_of("syscall", 425, 8, None),
    *families()]))
"""
        for who in self.for_each_identity():
            for pid1 in ("TARGET", "REAPER"):
                result = python(script, extra=f"pid1: {pid1}", identity=who)
                self.assert_exit(result, 0)
                perm, nosys = errno.EPERM, errno.ENOSYS
                self.assertEqual(result.json,
                                 [perm, perm, perm, perm, nosys] + 3 * [perm])
                seen = denials(result)
                wanted = {
                    ("unshare", 0x10000000): (1, "EPERM", "unshare"),
                    ("unshare", 0x20000): (2, "EPERM", "unshare"),
                    ("ptrace", 0): (1, "EPERM", "ptrace"),
                    ("io_uring_setup", 8): (1, "ENOSYS", "io_uring_setup"),
                    ("socket", socket.AF_VSOCK): (2, "EPERM", "socket"),
                    ("socket", socket.AF_PACKET): (1, "EPERM", "socket"),
                }
                mounts = [one for one in seen.values()
                          if one["syscall"] == "mount"]
                self.assertEqual(len(mounts), 1, seen)
                self.assertEqual(len(seen), len(wanted) + 1, seen)
                self.assertEqual(
                    {one["argument"]: one["value"]
                     for one in mounts[0]["strings"]}.get(1), "/tmp/it")
                for key, (count, name, call) in wanted.items():
                    one = seen[key]
                    self.assertEqual((one["count"], one["errno_name"]),
                                     (count, name), one)
                    self.assertEqual(one["errno_value"], getattr(errno, name))
                    self.assertRegex(
                        one["rule"],
                        SHIPPED + re.escape(f"ERRNO({name}) {{ {call} }}"))
                    self.assertEqual(one["arch"], "x86_64")
                    self.assertEqual(one["program"], "python3")
                    self.assertGreater(one["thread"], 0)
                self.assertEqual(result.report["denied_calls_not_recorded"], 0)
                self.assertEqual(result.report["outcome"], "EXITED")
                self.assertRegex(
                    result.err,
                    r"\[I\].* pid=\d+ seccomp: denied 2 calls of socket "
                    r"\(EPERM\), the first: python3 \(thread \d+\) called "
                    r"socket\(family=0x28, .*ERRNO\(EPERM\) { socket } "
                    r"\(\[STANDALONE MODE\]\)\n")
                self.assertRegex(result.err,
                                 r"seccomp: denied 1 call of mount \(EPERM\): "
                                 r'python3 .*dir_name="/tmp/it"')

    def test_threads_are_no_news(self):
        # glibc tries clone3 for each.
        result = python("""
import threading
threads = [threading.Thread(target=lambda: None) for _ in range(20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
import subprocess
subprocess.run(["/bin/true"], check=True)
""")
        self.assert_exit(result, 0)
        self.assertEqual(result.report["denied_calls"], [])
        self.assertNotIn("seccomp: denied", result.err)

    def test_it_is_told_only_where_it_is_asked_for(self):
        result = launch.probe("call", PERSONALITY, 0x400000)
        self.assertEqual(result.json["errno"], errno.EPERM)
        self.assertEqual(result.report["denied_calls"], [])
        self.assertNotIn("denied", result.err)


class ByPolicy(case.JailTestCase):

    def one(self, result):
        self.assert_exit(result, 0)
        self.assertEqual(len(result.report["denied_calls"]), 1, result)
        return result.report["denied_calls"][0]

    def test_rules(self):
        for who in self.for_each_identity():
            result = violations.call("ERRNO(77) { getppid } DEFAULT ALLOW",
                                     GETPPID, 7, 8, identity=who)
            one = self.one(result)
            self.assertEqual(result.json["errno"], 77)
            self.assertEqual(one["args"][:2], [7, 8])
            self.assertEqual((one["syscall"], one["number"], one["count"]),
                             ("getppid", GETPPID, 1))
            self.assertEqual(one["errno_value"], 77)
            self.assertRegex(one["rule"],
                             r"\.cfg:7:30: ERRNO\(EBADFD\) { getppid }$")

    def test_the_default_action(self):
        policy = "KILL { ptrace } ALLOW { %s } DEFAULT ERRNO(EACCES)" % (
            ", ".join(("execve", "write", "exit_group", "brk", "mmap",
                       "arch_prctl", "set_tid_address", "readlink", "openat",
                       "rt_sigaction", "set_robust_list", "rseq", "prlimit64",
                       "getrandom", "mprotect", "munmap", "read", "close",
                       "newfstat", "newfstatat", "futex", "readlinkat",
                       "getdents64", "lseek", "ioctl", "exit")))
        result = violations.call(policy, GETPPID)
        self.assertEqual(result.json["errno"], errno.EACCES, result)
        one = denials(result)[("getppid", 0)]
        self.assertRegex(one["rule"], r": DEFAULT ERRNO\(EACCES\)$")

    def test_as_if_it_had_worked(self):
        result = violations.call("ERRNO(0) { getppid } DEFAULT ALLOW")
        one = self.one(result)
        self.assertEqual(result.json["errno"], 0)
        self.assertEqual((one["errno_value"], one["errno_name"]), (0, ""))

    def test_a_profile(self):
        profile = files.stage() / "denied.json"
        profile.write_text(
            '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": '
            '["gettid", "getppid"], "action": "SCMP_ACT_ERRNO"}]}')
        profile.chmod(0o644)
        one = self.one(launch.probe("call", GETPPID, args=[
            "--report_violations", "--seccomp_oci", profile]))
        self.assertEqual(one["rule"], f"{profile}: /syscalls/0: ERRNO(EPERM)")

    def test_clone3_is_told_of_where_it_fails_otherwise(self):
        one = self.one(violations.call("ERRNO(1) { clone3 } DEFAULT ALLOW",
                                       CLONE3))
        self.assertEqual(one["errno_name"], "EPERM")

    def test_beside_a_violation(self):
        result = violations.command(
            "ERRNO(1) { mkdir, mkdirat } KILL { unlink, unlinkat } "
            "DEFAULT ALLOW", "/bin/sh", "-c",
            "/bin/mkdir /a; /bin/mkdir /b; /bin/rm -f /x")
        self.assertEqual(result.status, 159, result)
        self.assertIn(result.report["violation"]["syscall"],
                      ("unlink", "unlinkat"))
        one = result.report["denied_calls"][0]
        self.assertEqual((one["syscall"], one["count"]), ("mkdir", 2))
        self.assertEqual(one["strings"], [{"argument": 0, "value": "/a"}])

    def test_beside_the_record_of_files(self):
        for who in self.for_each_identity():
            result, seen = unotify.recorded(
                shell="cat /tmp/no; mkdir /tmp/x",
                extra='report_violations: true seccomp_string: "ERRNO(EROFS) '
                      '{ mkdir, mkdirat } DEFAULT ALLOW"', identity=who)
            self.assertEqual(result.status, 1, result)
            self.assertIn("Read-only file system", result.err)
            self.assertEqual(seen.count("/tmp/no", "openat"), 1)
            self.assertEqual(seen.count("/tmp/x"), 0)
            (one,) = result.report["denied_calls"]
            self.assertEqual(one["syscall"], "mkdir")

    def test_of_a_server_are_its_connections(self):
        extra = violations.config("ERRNO(1) { mkdir, mkdirat } DEFAULT ALLOW")
        with listen.serving("/bin/sh", "-c",
                            "read x; mkdir /$x 2>&-; echo done",
                            extra=extra) as server:
            for word in ("first", "second"):
                with server.connect() as c:
                    c.sendall(word.encode() + b"\n")
                    self.assertEqual(listen.receive_all(c), b"done\n")
                    port = c.getsockname()[1]
                server.wait_for(
                    rf'seccomp: denied 1 call of mkdir \(EPERM\): .*="/{word}"'
                    rf".*\(\[::ffff:127.0.0.1\]:{port}\)")


class Hostile(case.JailTestCase):

    LIBC = "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"

    def test_a_flood_does_not_outlive_its_limit(self):
        for who in self.for_each_identity(only=identity.ALL[:1]):
            with leaks.Watch():
                result = python(self.LIBC + """
import os
for _ in range(3): os.fork()
while True: libc.unshare(0x10000000)
""", extra="wall_time_ms: 500", identity=who)
            self.assertEqual(result.report["outcome"], "WALL_TIME", result)
            self.assertGreater(denials(result)[("unshare", 0x10000000)]["count"],
                               10)

    def test_of_many_kinds_some_are_only_counted(self):
        result = python(self.LIBC + """
for i in range(100): libc.personality(0x400000 + i)
for i in range(30): libc.syscall(500 + i)
libc.unshare(0x10000000)
""")
        self.assert_exit(result, 0)
        calls = result.report["denied_calls"]
        self.assertEqual(len(calls), MAX_KINDS_OF_CALL + 30 + 1)
        self.assertEqual(result.report["denied_calls_not_recorded"],
                         100 - MAX_KINDS_OF_CALL)
        self.assertEqual(sum(one["syscall"] == "" for one in calls), 30)
        self.assertEqual(result.err.count("seccomp: denied "), MAX_LINES)
        self.assertIn(f"seccomp: and {len(calls) - MAX_LINES} more kinds",
                      result.err)
        self.assertIn(f"seccomp: and {100 - MAX_KINDS_OF_CALL} denied calls "
                      "beyond", result.err)

    def test_signals_make_none_count_twice(self):
        # A call that a signal takes back comes again, or fails with EINTR.
        result = python(self.LIBC + """
import collections, json, signal
signal.signal(signal.SIGALRM, lambda *_: None)
signal.siginterrupt(signal.SIGALRM, False)
signal.setitimer(signal.ITIMER_REAL, 0.0003, 0.0003)
seen = collections.Counter()
for _ in range(3000):
    ctypes.set_errno(0)
    libc.unshare(0x10000000)
    seen[ctypes.get_errno()] += 1
signal.setitimer(signal.ITIMER_REAL, 0)
print(json.dumps(seen))
""")
        self.assert_exit(result, 0)
        seen = {int(number): count for number, count in result.json.items()}
        self.assertLessEqual(set(seen), {errno.EPERM, errno.EINTR})
        self.assertEqual(denials(result)[("unshare", 0x10000000)]["count"],
                         seen[errno.EPERM])

    def test_pointers_to_nothing(self):
        result = python(self.LIBC + """
for address in (0, 1, 2**64 - 1):
    libc.mount(ctypes.c_void_p(address), ctypes.c_void_p(address), None, 0, 0)
""")
        self.assert_exit(result, 0)
        (one,) = result.report["denied_calls"]
        self.assertEqual((one["count"], one["strings"]), (3, []))


if __name__ == "__main__":
    case.main()
