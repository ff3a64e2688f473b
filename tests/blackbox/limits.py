# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Each limit is reached, and the report and the log name it."""

import json
import os
import pathlib
import pty
import signal
import socket
import subprocess
import time

from blackbox import front
from support import case, launch, leaks
from support.identity import ROOT

BYTES = 5 * 65536  # more than a pipe holds
# Until the file system is full.
FILL = ("f = open('/tmp/x', 'wb', buffering=0)\ntry:\n"
        "  while True: f.write(bytes(65536))\n"
        "except OSError as e: print(f.tell(), e.strerror)")
TMP = 'mount { dst: "/tmp" fstype: "tmpfs" options: "size=4m" rw: true }'


class LimitCase(case.JailTestCase):

    def assert_limit(self, result, outcome, name, configured):
        """`name` ended the jail, and everybody is told."""
        report = result.report
        self.assertEqual(report["outcome"], outcome, result)
        limit = report["limit"]
        self.assertEqual((limit["name"], limit["configured"]),
                         (name, configured), result)
        self.assertGreaterEqual(limit["reached"], configured, result)
        self.assertIn(limit, report["limits_met"])
        self.assert_told(result, limit)

    def assert_told(self, result, limit):
        words = f"{limit['name']}: reached {limit['reached']} "
        self.assertTrue(any(words in line for line in result.err_lines), result)


class Time(LimitCase):

    def test_wall_time(self):
        for who in self.for_each_identity():
            result = launch.probe("hold", extra="wall_time_ms: 200",
                                  identity=who)
            limit = result.report["limit"]
            self.assertEqual(result.report["outcome"], "WALL_TIME", result)
            self.assertEqual(limit["name"], "wall_time_ms")
            # What it took beyond is told to the microsecond.
            self.assertEqual(limit["overshoot_us"],
                             result.report["usage"]["wall_time_us"] - 200_000)
            self.assertIn("run time >= time limit", result.err)

    def test_cpu_time_of_one_and_of_many(self):
        burners = "while :; do :; done & " * 3 + "while :; do :; done"
        for who in self.for_each_identity():
            for result in (
                    launch.probe("spin", extra="cpu_time_ms: 150",
                                 identity=who),
                    front.shell(burners, identity=who,
                                extra="cpu_time_ms: 150 dev_preset: true")):
                self.assert_limit(result, "CPU_TIME", "cpu_time_ms", 150)
                # Of the killed as well, whom nobody waited for.
                usage = result.report["usage"]
                used = usage["cpu_user_us"] + usage["cpu_system_us"]
                self.assertGreaterEqual(used, 150_000, result)
                self.assertEqual(result.report["limit"]["overshoot_us"],
                                 used - 150_000, result)

    def test_overshoot_is_a_small_part_of_the_limit(self):
        """The best of some: the machine may be busy with others."""
        limit = 400
        burners = "while :; do :; done & " * 3 + "while :; do :; done"
        for name, run in (
                ("wall_time_ms", lambda extra: launch.probe("spin",
                                                            extra=extra)),
                ("cpu_time_ms", lambda extra: front.shell(
                    burners, extra=extra + " dev_preset: true"))):
            overshoots = []
            while len(overshoots) < 20:
                result = run(f"{name}: {limit}")
                self.assertEqual(result.report["limit"]["name"], name, result)
                overshoots.append(
                    result.report["limit"]["overshoot_us"] / 1000 / limit)
                if overshoots[-1] < 0.05:
                    break
            self.assertLess(min(overshoots), 0.05, (name, overshoots))

    def test_a_real_time_policy_ends_at_the_jail(self):
        # Else a busy program keeps the supervisor from its processor, and no
        # limit of time holds.
        def real_time():
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        done = front.shell("cut -d' ' -f41 /proc/self/stat",
                           extra="mount_proc: true", identity=ROOT,
                           preexec_fn=real_time)
        self.assertEqual((done.status, done.out), (0, f"{os.SCHED_OTHER}\n"),
                         done)

    def test_idle_time(self):
        for who in self.for_each_identity():
            for words in (["hold"], ["stubborn", 3]):
                result = launch.probe(*words, identity=who,
                                      extra="idle_time_ms: 300")
                self.assert_limit(result, "IDLE_TIME", "idle_time_ms", 300)
                self.assertIn("overshoot_us", result.report["limit"])

    def test_who_writes_or_works_is_not_idle(self):
        # Longer than idle_time_ms in all, and ended by the other limit.
        spin = launch.probe("spin", extra="idle_time_ms: 400 cpu_time_ms: 900")
        self.assertEqual(spin.report["outcome"], "CPU_TIME", spin)
        writes = front.shell("for i in 1 2 3 4 5; do sleep 1; echo $i; done",
                             extra="idle_time_ms: 3500")
        self.assert_exit(writes, 0)

    def test_who_writes_where_nobody_reads_is_idle(self):
        read, write = os.pipe()
        with front.running("--idle_time_ms", 300, "--report_fd", write, "--",
                           "/probe", "fill", BYTES,
                           config=launch.probe_config(),
                           pass_fds=[write]) as jail:
            os.close(write)
            with open(read, encoding="utf-8") as report:
                self.assertEqual(json.load(report)["outcome"], "IDLE_TIME")
            jail.wait(launch.TIMEOUT)


class Files(LimitCase):

    def test_file_size(self):
        extra = TMP + "dev_preset: true pid1: REAPER rlimit_fsize: 1"
        for who in self.for_each_identity():
            result = front.shell(
                "exec dd if=/dev/zero of=/tmp/x bs=64k count=64 status=none",
                extra=extra, identity=who)
            self.assert_limit(result, "FILE_SIZE", "rlimit_fsize", 1 << 20)


class FullTmpfs(LimitCase):
    """Looked at by the reaper, once the program has ended."""

    def python(self, script, extra):
        for who in self.for_each_identity():
            result = launch.jail(
                "--", "/bin/python3", "-I", "-S", "-c", script, identity=who,
                config=front.SHELL_CONFIG + "rlimit_fsize: 100 pid1: REAPER\n"
                + extra)
            # The program went on, and said how it ended.
            self.assert_exit(result, 3)
            self.assertEqual(result.report["outcome"], "EXITED")
            self.assertNotIn("limit", result.report)
            yield result

    def test_bytes(self):
        for result in self.python(FILL + "\nraise SystemExit(3)", TMP):
            [met] = result.report["limits_met"]
            self.assertEqual(
                (met["configured"], met["reached"], met["unit"]),
                (4 << 20, 4 << 20, "bytes"))
            self.assertRegex(met["name"], r"^mount\[\d+\] size$")
            self.assert_told(result, met)

    def test_files(self):
        script = ("try:\n"
                  "  for i in range(100): open(f'/tmp/{i}', 'w')\n"
                  "except OSError as e: print(e.strerror)\n"
                  "raise SystemExit(3)")
        for result in self.python(script, TMP.replace(
                "size=4m", "size=4m,nr_inodes=20")):
            self.assertEqual(result.out, "No space left on device\n")
            [met] = result.report["limits_met"]
            self.assertEqual((met["configured"], met["unit"]), (20, "inodes"))
            self.assert_told(result, met)

    def test_what_has_room_again_or_is_read_only_is_not_full(self):
        script = (FILL + "\nf.truncate(0)\nraise SystemExit(3)")
        read_only = ('mount { dst: "/ro" fstype: "tmpfs" '
                     'options: "nr_inodes=1" }')
        for result in self.python(script, TMP + read_only):
            self.assertEqual(result.report["limits_met"], [], result)

    def test_a_path_that_leads_elsewhere_tells_nothing(self):
        # The mount is where its directory was moved to.
        script = ("import os\n"
                  "os.rename('/tmp/a', '/tmp/b')\n"
                  "os.symlink('/tmp', '/tmp/a')\n"
                  + FILL.replace("/tmp/x", "/tmp/b/sub/x")
                  + "\nraise SystemExit(3)")
        inner = TMP.replace("/tmp", "/tmp/a/sub")
        for result in self.python(script, TMP + inner):
            self.assertEqual(result.report["limits_met"], [], result)


class OnlyTheProgramHears(LimitCase):
    """Limits of which the kernel tells nobody else: the report claims none."""

    def python(self, script, extra, *args):
        for who in self.for_each_identity():
            result = launch.jail(*args, "--", "/bin/python3", "-I", "-S", "-c",
                                 script, config=front.SHELL_CONFIG + extra,
                                 identity=who)
            self.assertEqual(result.report["limits_met"], [], result)
            self.assertNotIn("limit", result.report)
            yield result

    def test_open_files(self):
        script = ("import os\ntry:\n  while True: os.dup(0)\n"
                  "except OSError as e: print(e.strerror)")
        for result in self.python(script, "rlimit_nofile: 20"):
            self.assert_exit(result, 0)
            self.assertEqual(result.out, "Too many open files\n")

    def test_processes_of_a_user(self):
        script = ("import os\ntry:\n  while os.fork(): pass\n"
                  "except OSError as e: print(e.strerror)")
        for result in self.python(script, "", "--rlimit_nproc", 5):
            self.assert_exit(result, 0)
            self.assertEqual(result.out, "Resource temporarily unavailable\n")

    def test_full_tmpfs_where_nobody_looks(self):
        """That takes a reaper: see FullTmpfs."""
        for result in self.python(FILL, TMP + "rlimit_fsize: 100"):
            self.assert_exit(result, 0)
            self.assertEqual(result.out,
                             f"{4 << 20} No space left on device\n")

    def test_stack(self):
        script = ("import sys\nsys.setrecursionlimit(10**9)\nlist = []\n"
                  "for i in range(10**6): list = [list]\nrepr(list)")
        for result in self.python(
                script, "rlimit_stack: 1 rlimit_stack_type: VALUE "
                "rlimit_as_type: HARD"):
            self.assertEqual(result.report["outcome"], "SIGNALED", result)
            self.assertEqual(result.report["signal_name"], "SIGSEGV")

    def test_address_space(self):
        script = ("try: bytearray(500 << 20)\n"
                  "except MemoryError: print('refused')")
        for result in self.python(script, "rlimit_as: 300"):
            self.assert_exit(result, 0)
            self.assertEqual(result.out, "refused\n")


class Output(LimitCase):

    def test_is_cut_and_the_program_goes_on(self):
        for who in self.for_each_identity():
            result = launch.probe("fill", BYTES, identity=who,
                                  extra="stdout_limit: 100000")
            self.assert_exit(result, 0)
            self.assertEqual(len(result.stdout), 100_000)
            self.assertEqual(result.report["outcome"], "EXITED")
            self.assertNotIn("limit", result.report)
            [met] = result.report["limits_met"]
            self.assertEqual((met["name"], met["configured"], met["reached"]),
                             ("stdout_limit", 100_000, BYTES))
            self.assert_told(result, met)

    def test_ends_the_jail(self):
        for who in self.for_each_identity():
            for pid1 in ("TARGET", "REAPER"):
                result = launch.probe(
                    "fill", BYTES, identity=who,
                    extra=f"stdout_limit: 100000 stdout_limit_action: KILL "
                    f"pid1: {pid1}")
                self.assert_limit(result, "OUTPUT", "stdout_limit", 100_000)
                self.assertEqual(result.status, 137)
                self.assertEqual(len(result.stdout), 100_000)

    def test_that_fits_is_whole(self):
        result = launch.probe("fill", BYTES, extra=f"stdout_limit: {BYTES}")
        self.assert_exit(result, 0)
        self.assertEqual(len(result.stdout), BYTES)
        self.assertEqual(result.report["limits_met"], [])

    def test_stdout_and_stderr_have_each_their_own(self):
        result = front.shell("head -c 5000 /dev/zero; "
                             "head -c 5000 /dev/zero >&2",
                             extra="stdout_limit: 4000 dev_preset: true")
        self.assertEqual(result.stdout, b"\0" * 4000)
        self.assertEqual(result.stderr.count(b"\0"), 4000)

    def test_keeps_its_order_where_both_are_one_file(self):
        argv = launch.command(
            ["--", "/bin/sh", "-c",
             "for i in 1 2 3; do echo out $i; echo err $i >&2; done"],
            config=front.SHELL_CONFIG + "stdout_limit: 4000 log_fd: 0")
        with open(os.devnull, "w", encoding="utf-8") as null:
            done = subprocess.run(argv, stdout=subprocess.PIPE, stdin=null,
                                  stderr=subprocess.STDOUT, text=True,
                                  check=False)
        self.assertEqual(done.stdout, "out 1\nerr 1\nout 2\nerr 2\nout 3\n"
                         "err 3\n")

    def test_goes_wherever_stdout_goes(self):
        ours, theirs = socket.socketpair()
        controller, terminal = pty.openpty()
        read, write = os.pipe()
        file = os.memfd_create("stdout")
        for name, out, come in (
                ("socket", theirs.fileno(), ours.fileno()),
                ("terminal", terminal, controller), ("pipe", write, read),
                ("file", file, os.open(f"/proc/self/fd/{file}", os.O_RDONLY))):
            for who in self.for_each_identity():
                with self.subTest(name):
                    argv = launch.command(
                        ["--", "/probe", "fill", "2000"], who,
                        launch.probe_config("stdout_limit: 1000 log_fd: 2"))
                    done = subprocess.run(argv, stdout=out, check=False,
                                          stderr=subprocess.PIPE)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    got = b""
                    while len(got) < 1000:
                        got += os.read(come, 1000)
                    self.assertEqual(len(got), 1000)
        for fd in (controller, terminal, read, write, file):
            os.close(fd)
        ours.close()
        theirs.close()

    def test_our_stdout_stays_as_it_was(self):
        read, write = os.pipe()
        argv = launch.command(["--", "/probe", "fill", "10"],
                              config=launch.probe_config("stdout_limit: 1000"))
        subprocess.run(argv, stdout=write, stderr=subprocess.DEVNULL,
                       check=True)
        self.assertTrue(os.get_blocking(write))
        os.close(read)
        os.close(write)

    def test_reader_that_has_enough_is_told_to_the_program(self):
        """As without us: by SIGPIPE."""
        read, write = os.pipe()
        os.close(read)
        argv = launch.command(
            ["--", "/bin/sh", "-c", "yes; echo $? >&2"],
            config=front.SHELL_CONFIG + "stdout_limit: 100000000")
        done = subprocess.run(argv, stdout=write, stderr=subprocess.PIPE,
                              text=True, check=False, timeout=launch.TIMEOUT)
        os.close(write)
        self.assertIn("141\n", done.stderr)

    def test_slow_reader_gets_all(self):
        extra = f"stdout_limit: {BYTES}"
        with front.running("--", "/probe", "fill", BYTES,
                           config=launch.probe_config(extra)) as jail:
            count = 0
            while text := jail.stdout.read(1000):
                count += len(text)
            self.assertEqual(jail.wait(launch.TIMEOUT), 0)
        self.assertEqual(count, BYTES)

    def test_reader_that_never_reads_delays_no_limit(self):
        for extra, status in (("wall_time_ms: 300", 137),
                              ("idle_time_ms: 300", 137)):
            with leaks.Watch(), front.running(
                    "--", "/probe", "fill", BYTES,
                    config=launch.probe_config(
                        f"stdout_limit: {BYTES} {extra}")) as jail:
                self.assertEqual(jail.wait(launch.TIMEOUT), status)
                self.assertIn("were dropped: nobody took them in time",
                              jail.stderr.read())

    def test_signal_ends_the_wait_for_a_reader(self):
        # The jail has ended, all is in the pipes, and nobody reads.
        with leaks.Watch(), front.running(
                "--", "/probe", "fill", 3 * 32768, config=launch.probe_config(
                    f"stdout_limit: {BYTES} time_limit: 0")) as jail:
            self.assertNotEqual(jail.stdout.read(1), "")
            children = pathlib.Path(f"/proc/{jail.pid}/task/{jail.pid}/children")
            while children.read_text() != "":
                time.sleep(0.001)
            jail.send_signal(signal.SIGTERM)
            self.assertEqual(jail.wait(launch.TIMEOUT), 0)
            self.assertIn("were dropped", jail.stderr.read())


class Listen(LimitCase):

    def test_output_of_a_connection(self):
        sock = socket.socket(socket.AF_INET6)
        sock.bind(("::1", 0))
        port = sock.getsockname()[1]
        sock.close()
        with front.running(
                "--", "/probe", "fill", BYTES, "-Ml",
                config=launch.probe_config(
                    f'mode: LISTEN port: {port} bindhost: "::1" '
                    'stdout_limit: 1000 log_level: DEBUG')) as jail:
            self.assertIn("listening", jail.stderr.readline())
            with socket.create_connection(("::1", port)) as client:
                got = b""
                while data := client.recv(65536):
                    got += data
            self.assertEqual(len(got), 1000)
            jail.send_signal(signal.SIGTERM)
            jail.wait(launch.TIMEOUT)


if __name__ == "__main__":
    case.main()
