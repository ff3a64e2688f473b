# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""seccomp_unotify: the files and sockets that a program names are recorded."""

import json
import os
import platform
import signal
import subprocess

from blackbox import front, listen
from support import case, files, identity, launch, leaks, wait

# What the program is written in: the host's Python, without its surroundings.
PYTHON = ("/usr/bin/python3", "-I", "-S", "-c")
TMP = 'mount { dst: "/tmp" fstype: "tmpfs" rw: true }\n'
MAX_ENTRIES = 16384  # jail/parent/access_recorder.h


def folder():
    """A new directory in which every identity can write its report."""
    path = files.stage() / "unotify"
    path.mkdir(exist_ok=True)
    path.chmod(0o777)
    return path


class Record:
    """One AccessReport."""

    def __init__(self, text):
        self.report = json.loads(text)

    def count(self, what, syscall=None, flag=None):
        """Calls that named it."""
        return sum(
            one["count"] for one in self.report["files"] + self.report["sockets"]
            if what == one.get("path", one.get("address"))
            and syscall in (None, one["syscall"])
            and (flag is None or flag in one["flags"]))


def recorded(*command, extra="", args=(), shell=None, **kwargs):
    """Runs a command in a jail; the result, and what was recorded of it."""
    path = folder() / f"report{os.urandom(8).hex()}.json"
    if shell is not None:
        command = ("/bin/sh", "-c", shell)
    result = launch.jail(
        *args, "--", *command, config=front.SHELL_CONFIG + TMP + extra
        + f'\nseccomp_unotify: true\nseccomp_unotify_report: "{path}"\n',
        **kwargs)
    record = Record(path.read_text()) if path.exists() else None
    if record is not None:
        path.unlink()
    return result, record


class Recorded(case.JailTestCase):

    def test_files(self):
        for who in self.for_each_identity():
            for extra in ("", "pid1: REAPER", "report_violations: true",
                          "seccomp_default: NONE", "clone_newpid: false"):
                result, seen = recorded(
                    shell="echo 1 >/tmp/x; cat /tmp/x /tmp/x; cat /no; cd /tmp;"
                          " cat x; mkdir d; mv d e",
                    extra=extra, identity=who)
                self.assert_exit(result, 0)
                self.assertEqual(result.out, "1\n1\n1\n")
                opens = seen.count("/tmp/x", "openat")
                self.assertEqual(
                    (opens, seen.count("/tmp/x", "openat", "O_CREAT"),
                     seen.count("/no", "openat"), seen.count("/tmp", "chdir"),
                     seen.count("/tmp/d", "mkdir"),
                     seen.count("/usr/bin/cat") + seen.count("/bin/cat") > 0),
                    (4, 1, 1, 1, 1, True), seen.report)
                self.assertGreater(seen.count("/tmp/e"), 0)  # renameat2
                # Not the launch's own exec.
                self.assertEqual(seen.count("/bin/sh", "execve"), 0)
                self.assertEqual(
                    (seen.report["not_recorded"], seen.report["unreadable"]),
                    (0, 0), seen.report)
                self.assertEqual(seen.report["pid"], result.report["pid"])
                # The table, with the most frequent ones.
                pid = seen.report["pid"]
                self.assertRegex(result.err, rf"\[I\].* pid={pid} "
                                             r"seccomp_unotify: \d+ uses of "
                                             r"files, \d+ of sockets\n")
                self.assertRegex(result.err, rf"\[I\].* pid={pid}       3  "
                                             r"openat +O_RDONLY +/tmp/x\n")

    def test_sockets(self):
        for who in self.for_each_identity():
            result, seen = recorded(*PYTHON, """
import socket
for family, kind, address in (
    (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 80)),
    (socket.AF_INET6, socket.SOCK_STREAM, ("::1", 81)),
    (socket.AF_UNIX, socket.SOCK_STREAM, "/run/x"),
    (socket.AF_UNIX, socket.SOCK_STREAM, b"\\0abstract")):
    with socket.socket(family, kind) as s:
        for _ in range(2):
            try: s.connect(address)
            except OSError as error: pass
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.bind(("127.0.0.1", 53))
    s.sendto(b"x", ("127.0.0.1", 53))
    s.connect(("127.0.0.1", 53))
    s.send(b"x")
""", identity=who, extra='seccomp_default: NONE cap: "CAP_NET_BIND_SERVICE"')
            self.assert_exit(result, 0)
            self.assertEqual(
                [(one["count"], one["syscall"], one["address"])
                 for one in sorted(seen.report["sockets"],
                                   key=lambda one: one["address"])],
                [(1, "bind", "127.0.0.1:53"), (1, "connect", "127.0.0.1:53"),
                 (1, "sendto", "127.0.0.1:53"), (2, "connect", "127.0.0.1:80"),
                 (1, "socket", "AF_INET SOCK_DGRAM"),
                 (1, "socket", "AF_INET SOCK_STREAM"),
                 (1, "socket", "AF_INET6 SOCK_STREAM"),
                 (2, "socket", "AF_UNIX SOCK_STREAM"),
                 (2, "connect", "[::1]:81"), (2, "connect", "unix:/run/x"),
                 (2, "connect", "unix:@abstract")])

    def test_messages_and_their_addresses(self):
        for who in self.for_each_identity():
            result, seen = recorded(*PYTHON, """
import ctypes, socket, struct
libc = ctypes.CDLL(None, use_errno=True)
to = [("127.0.0.1", 53), ("127.0.0.1", 54)]
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.sendmsg([b"x"], [], 0, to[0])
    names = [ctypes.create_string_buffer(struct.pack(
        "=HH4s8x", socket.AF_INET, socket.htons(port),
        socket.inet_aton(host))) for host, port in to]
    data = ctypes.create_string_buffer(b"x")
    iov = ctypes.create_string_buffer(
        struct.pack("=QQ", ctypes.addressof(data), 1))
    messages = ctypes.create_string_buffer(b"".join(struct.pack(
        "=QI4xQQQQI4xI4x", ctypes.addressof(name), 16, ctypes.addressof(iov),
        1, 0, 0, 0, 0) for name in names))
    assert libc.sendmmsg(s.fileno(), messages, 2, 0) == 2
a, b = socket.socketpair()
a.sendmsg([b"x"])
""", identity=who)
            self.assert_exit(result, 0)
            self.assertEqual(
                [(seen.count(f"127.0.0.1:{port}", call), call, port)
                 for port in (53, 54) for call in ("sendmsg", "sendmmsg")],
                [(1, "sendmsg", 53), (1, "sendmmsg", 53),
                 (0, "sendmsg", 54), (1, "sendmmsg", 54)], seen.report)
            self.assertEqual(
                (len(seen.report["sockets"]), seen.report["unreadable"]),
                (4, 0), seen.report)  # and socket(2)

    def test_socketcall(self):
        if platform.machine() != "x86_64":
            self.skipTest("socketcall is i386's")
        result, seen = recorded(*PYTHON, """
import ctypes, mmap, socket, struct
MAP_32BIT = 0x40
page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_32BIT,
                 mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
at = ctypes.addressof(ctypes.c_char.from_buffer(page))
page[64:80] = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(80),
                          socket.inet_aton("127.0.0.1"))
page[128:140] = struct.pack("=III", 99, at + 64, 16)
# push %rbx; mov $102,%eax; mov $3,%ebx; mov $args,%ecx; int $0x80; pop; ret
code = bytes.fromhex("53b866000000bb03000000b9")
code += struct.pack("=I", at + 128) + bytes.fromhex("cd805bc3")
page[0:len(code)] = code
print(ctypes.CFUNCTYPE(ctypes.c_int)(at)())
""", extra="seccomp_default: NONE")
        self.assert_exit(result, 0)
        self.assertEqual(result.out, "-9\n")  # EBADF
        self.assertEqual(seen.count("127.0.0.1:80", "connect"), 1, seen.report)

    def test_threads_and_children_count(self):
        for who in self.for_each_identity():
            result, seen = recorded(*PYTHON, """
import os, threading
def look(path):
    for _ in range(50):
        try: os.close(os.open(path, os.O_RDONLY))
        except OSError: pass
threads = [threading.Thread(target=look, args=("/thread",)) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
for _ in range(4):
    if os.fork() == 0:
        look("/child")
        os._exit(0)
for _ in range(4): os.wait()
""", identity=who)
            self.assert_exit(result, 0)
            self.assertEqual(
                (seen.count("/thread"), seen.count("/child")), (200, 200))

    def test_calls_of_other_architectures(self):
        if platform.machine() != "x86_64":
            self.skipTest("i386 is of x86_64")
        for extra in ("seccomp_default: NONE", 'seccomp_arch: "i386"'):
            # open(2) of i386, with whatever the registers hold for a path.
            result = launch.probe("call-i386", 5, extra=extra
                                  + "\nseccomp_unotify: true")
            self.assert_exit(result, 0)
            self.assertRegex(result.err, " 1  open  |and 1 call that could "
                                         "not be read")

    def test_what_the_policy_denies_is_not_there(self):
        for who in self.for_each_identity(only=identity.ALL[:1]):
            result, seen = recorded(
                shell="mkdir /tmp/x; echo $?; cat /no",
                extra='seccomp_string: "ERRNO(1) { mkdir, mkdirat } '
                      'DEFAULT ALLOW"', identity=who)
            self.assertEqual(result.out, "1\n")
            self.assertEqual((seen.count("/tmp/x", "mkdir"),
                              seen.count("/no", "openat")), (0, 1))

    def test_what_a_profile_would_have_traced_does_not_go_on(self):
        profile = files.stage() / "trace.json"
        profile.write_text(
            '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": '
            '["mkdir", "mkdirat"], "action": "SCMP_ACT_TRACE"}]}')
        profile.chmod(0o644)
        for extra in ("", "report_violations: true"):
            result, seen = recorded(shell="mkdir /tmp/x || ls -d /tmp/x",
                                    args=["--seccomp_oci", profile],
                                    extra=extra)
            self.assertNotEqual(result.status, 0, result)
            self.assertIn("Function not implemented", result.err)
            self.assertEqual(seen.count("/tmp/x", "mkdir"), 0, seen.report)

    def test_violations_are_told_beside_it(self):
        for who in self.for_each_identity():
            for pid1 in ("TARGET", "REAPER"):
                result, seen = recorded(
                    shell="cat /no; mkdir /tmp/x; echo after",
                    extra=f"pid1: {pid1} report_violations: true "
                          'seccomp_string: "KILL { mkdir, mkdirat } DEFAULT '
                          'ALLOW"', identity=who)
                self.assertEqual(result.status, 159, result)
                self.assertEqual(result.out, "")
                self.assertEqual(result.report["violation"]["syscall"], "mkdir")
                self.assertEqual(result.report["violation"]["strings"],
                                 [{"argument": 0, "value": "/tmp/x"}])
                self.assertEqual(seen.count("/no", "openat"), 1)
                self.assertEqual(seen.count("/tmp/x", "mkdir"), 0)

    def test_kills_without_violations(self):
        result, seen = recorded(
            "/bin/mkdir", "/tmp/x",
            extra='seccomp_string: "KILL { mkdir, mkdirat } DEFAULT ALLOW"')
        self.assertEqual(result.status, 159, result)
        self.assertNotIn("violation", result.report)
        self.assertEqual(seen.count("/tmp/x", "mkdir"), 0)

    def test_of_a_program_found_by_path(self):
        # Each directory is an exec of the launch's own; the program's counts.
        result, seen = recorded("env", "cat", "/no", extra=
                                'envar: "PATH=/x:/y:/usr/bin"')
        self.assertEqual(result.status, 1, result)
        self.assertEqual(seen.count("/usr/bin/env", "execve"), 0)
        self.assertEqual([seen.count(f"{path}/cat", "execve")
                          for path in ("/x", "/y", "/usr/bin")], [1, 1, 1])

    def test_a_log_alone(self):
        result = front.shell("cat /no", extra="seccomp_unotify: true")
        self.assertRegex(result.err, r"\[I\].* pid=\d+ +1  openat +O_RDONLY +"
                                     r"/no\n")
        self.assertRegex(result.err_lines[-1], r"exited with status: 1")
        result = front.shell("cat /no", "-q", extra="seccomp_unotify: true")
        self.assertNotIn("seccomp_unotify", result.err)

    def test_by_options(self):
        path = folder() / "options.json"
        result = launch.jail("--seccomp_unotify", "--seccomp_unotify_report",
                             path, "--", "/bin/true",
                             config=front.SHELL_CONFIG)
        self.assert_exit(result, 0)
        self.assertGreater(len(Record(path.read_text()).report["files"]), 1)

    def test_a_name_is_one_line(self):
        result, seen = recorded(shell="cat '/a\nb\x1b'")
        self.assertEqual(seen.count("/a\nb\x1b"), 1)
        self.assertIn("/a\\nb\\x1b\n", result.err)
        self.assertNotIn("\x1b", result.err)


class Modes(case.JailTestCase):

    def test_rerun(self):
        path = folder() / "rerun.jsonl"
        with front.running(
                "-Mr", "--seccomp_unotify", "--seccomp_unotify_report", path,
                "--", "/bin/cat", "/no", config=front.SHELL_CONFIG) as process:
            wait.until(lambda: path.exists()
                           and path.read_text().count("\n") >= 3)
            process.send_signal(signal.SIGTERM)
            process.communicate()
        records = [Record(line) for line in path.read_text().splitlines()]
        self.assertGreaterEqual(len(records), 3)
        for record in records[:3]:
            self.assertEqual(record.count("/no", "openat"), 1)
        self.assertEqual(len({r.report["pid"] for r in records[:3]}), 3)

    def test_listen(self):
        path = folder() / "listen.jsonl"
        with leaks.Watch(), listen.serving(
                "/bin/sh", "-c", "read x; cat /$x", extra="seccomp_unotify: "
                f'true seccomp_unotify_report: "{path}"') as server:
            pid = server.process.pid
            look = lambda: (len(leaks.fds(pid)),
                            len(os.listdir(f"/proc/{pid}/task")))
            before = look()
            ports = {}
            clients = {word: server.connect() for word in ("one", "two", "six")}
            for word, client in clients.items():
                client.sendall(word.encode() + b"\n")
                listen.receive_all(client)
                ports[word] = client.getsockname()[1]
                client.close()
            wait.until(lambda: path.exists()
                           and path.read_text().count("\n") == 3)
            # Neither the listener nor a thread stays.
            wait.until(lambda: look() == before)
        records = {record.report["remote"]: record for record in map(
            Record, path.read_text().splitlines())}
        for word, port in ports.items():
            record = records[f"[::ffff:127.0.0.1]:{port}"]
            self.assertEqual(record.count(f"/{word}", "openat"), 1)

    def test_in_place_is_refused(self):
        self.assert_setup_failure(
            launch.probe("see", args=["-Me"], extra="clone_newpid: false "
                                                    "seccomp_unotify: true"),
            "seccomp_unotify: needs a launcher that listens, and in mode "
            "EXECVE it has become the program")

    def test_a_file_that_cant_be_written_is_told_before(self):
        for path, error in (("/not/there/r", "ENOENT"), ("/dev/null", "regular")):
            result = front.shell(
                "echo ran", extra="seccomp_unotify: true "
                f'seccomp_unotify_report: "{path}"')
            self.assert_setup_failure(result,
                                      rf"seccomp_unotify_report: .*{error}")
            self.assertEqual(result.out, "")

    def test_check_and_explain_write_nothing(self):
        path = folder() / "explain.json"
        for option in ("--check", "--explain"):
            result, seen = recorded(
                "/bin/true", args=[option, "--seccomp_unotify_report", path],
                report=False)
            self.assertEqual(result.status, 0, result)
            self.assertIsNone(seen)
        self.assertIn("# seccomp_unotify (", result.out)
        self.assertIn("NEW_LISTENER", result.out)
        self.assertFalse(path.exists())

    def test_a_report_for_nothing_is_a_warning(self):
        result = front.shell("true", extra='seccomp_unotify_report: "/x"')
        self.assert_exit(result, 0)
        self.assertIn("seccomp_unotify_report: has no effect without "
                      "seccomp_unotify", result.err)


class Hostile(case.JailTestCase):
    """What a program may try against who records it."""

    def test_more_names_than_are_held(self):
        more = 1000
        for who in self.for_each_identity(only=identity.ALL[:1]):
            result, seen = recorded(*PYTHON, f"""
import os
for i in range({MAX_ENTRIES + more}):
    try: os.stat("/%d" % i)
    except OSError: pass
""", identity=who)
            self.assert_exit(result, 0)
            report = seen.report
            self.assertEqual(len(report["files"]) + len(report["sockets"]),
                             MAX_ENTRIES)
            self.assertGreaterEqual(report["not_recorded"], more)
            self.assertRegex(result.err, rf"and {report['not_recorded']} calls "
                                         "beyond the record's limit")

    def test_a_path_without_an_end(self):
        result, seen = recorded(*PYTHON, """
import ctypes, os
libc = ctypes.CDLL(None)
libc.open(b"/" + b"x" * 100000, 0)
libc.open(ctypes.c_void_p(1), 0)
""")
        self.assert_exit(result, 0)
        [cut] = [one for one in seen.report["files"] if one["cut"]]
        self.assertEqual(cut["path"], "/" + "x" * 4094)
        self.assertEqual(seen.report["unreadable"], 1)

    def test_memory_that_never_comes(self):
        """A path in a page that nobody fills: userfaultfd(2)."""
        program = """
import ctypes, fcntl, os, struct
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
fd = libc.syscall(323, os.O_CLOEXEC)   # userfaultfd
if fd < 0: print(os.strerror(ctypes.get_errno()))
page = libc.mmap(None, ctypes.c_size_t(4096), 3, 0x22, -1, 0)
fcntl.ioctl(fd, 0xc018aa3f, struct.pack("QQQ", 0xaa, 0, 0))
fcntl.ioctl(fd, 0xc020aa00, struct.pack("QQQQ", page, 4096, 1, 0))
print("waits", flush=True)
libc.open(ctypes.c_void_p(page), 0)
print("no")
"""
        if identity.ROOT not in identity.ALL:
            self.skipTest("userfaultfd(2) takes a privilege that only root has")
        for pid1 in ("TARGET", "REAPER"):
            with leaks.Watch():
                result, seen = recorded(
                    *PYTHON, program, identity=identity.ROOT,
                    extra=f"pid1: {pid1} wall_time_ms: 1500 clone_newuser: "
                          'false cap: "CAP_SYS_PTRACE" seccomp_default: NONE')
            self.assertEqual(result.out, "waits\n", result)
            self.assertEqual(result.report["outcome"], "WALL_TIME", result)
            self.assertGreater(len(seen.report["files"]), 0)

    def test_ends_with_the_supervisor(self):
        for who in self.for_each_identity():
            for pid1 in ("TARGET", "REAPER"):
                argv = launch.command(
                    ["--", "/bin/sh", "-c",
                     "echo ready; while :; do : </etc/x; done"], who,
                    front.SHELL_CONFIG + f"pid1: {pid1} seccomp_unotify: true")
                with leaks.Watch(), subprocess.Popen(
                        argv, stdout=subprocess.PIPE,
                        stderr=subprocess.DEVNULL) as process:
                    self.assertEqual(process.stdout.readline(), b"ready\n")
                    process.kill()

    def test_a_supervisor_that_is_stopped_delays_and_loses_nothing(self):
        argv = launch.command(
            ["--", "/bin/sh", "-c", "echo ready; read x; cat /no; echo after"],
            identity.USER, front.SHELL_CONFIG + "seccomp_unotify: true")
        with leaks.Watch(), subprocess.Popen(
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE) as process:
            self.assertEqual(process.stdout.readline(), b"ready\n")
            process.send_signal(signal.SIGSTOP)
            process.stdin.write(b"\n")
            process.stdin.flush()
            process.send_signal(signal.SIGCONT)
            out, err = process.communicate(timeout=launch.TIMEOUT)
            self.assertEqual(out, b"after\n")
            self.assertRegex(err, rb"  1  openat +O_RDONLY +/no\n")

    def test_a_listener_of_the_programs_own_is_refused(self):
        for who in self.for_each_identity(only=identity.ALL[:1]):
            result, seen = recorded(*PYTHON, """
import ctypes, os, struct
libc = ctypes.CDLL(None, use_errno=True)
allow = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7fff0000))
prog = ctypes.create_string_buffer(
    struct.pack("HxxxxxxQ", 1, ctypes.addressof(allow)))
print(libc.syscall(317, 1, 8, ctypes.byref(prog)), ctypes.get_errno())
""", identity=who)
            self.assertEqual(result.out, "-1 16\n", result)  # EBUSY

    def test_signals_do_not_make_calls_fail(self):
        # An interval timer without SA_RESTART, over many calls that wait.
        result, seen = recorded(*PYTHON, """
import ctypes, signal
libc = ctypes.CDLL(None, use_errno=True)
handler = ctypes.CFUNCTYPE(None, ctypes.c_int)(lambda _: None)
signal.signal(signal.SIGALRM, lambda *_: None)   # without SA_RESTART
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
bad = 0
for _ in range(2000):
    if libc.open(b"/no", 0) != -1 or ctypes.get_errno() not in (2, 4): bad += 1
signal.setitimer(signal.ITIMER_REAL, 0, 0)
print(bad)
""")
        self.assertEqual(result.out, "0\n", result)
        # One that a signal took back before it was seen does not count.
        self.assertLessEqual(seen.count("/no", "open")
                             + seen.count("/no", "openat"), 2000)
        self.assertGreater(seen.count("/no", "open")
                           + seen.count("/no", "openat"), 0)


if __name__ == "__main__":
    case.main()
