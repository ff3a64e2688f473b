# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Nothing is left, however a jail ends, and however it fails to begin."""

import os
import signal
import socket
import subprocess

from support import case, launch, leaks

PID1 = ("pid1: TARGET", "pid1: REAPER")

# Each fails at another stage of the launch.
FAILURES = {
    "config": "no_such_field: 1",
    "validate": 'mount { src: "/x" dst: "relative" is_bind: true }',
    "missing source": 'mount { src: "/nonexistent" dst: "/x" is_bind: true }',
    "file system": 'mount { dst: "/x" fstype: "nosuchfs" }',
    "mount option": 'mount { dst: "/x" fstype: "tmpfs" options: "no=1" }',
    "cwd": 'cwd: "/nonexistent"',
    "interface": 'iface_own: "nosuchif0"',
    "nice": "nice_level: -20",  # as a user
}


def start(args, who, extra=""):
    argv = launch.command(["--", "/probe", *args], who,
                          launch.probe_config(extra))
    process = subprocess.Popen(argv, stdout=subprocess.PIPE,
                               stdin=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    assert process.stdout.readline() == b"ready\n"
    return process


def end(process):
    """The exit status; everything that the process had is closed."""
    with process:
        return process.wait(timeout=launch.TIMEOUT)


class EndingsTest(case.JailTestCase):

    def test_normal_ends(self):
        for who in self.for_each_identity():
            for extra in PID1:
                with self.subTest(extra=extra), leaks.Watch():
                    for status in (0, 3):
                        self.assert_exit(
                            launch.probe("exit", status, extra=extra,
                                         identity=who), status)

    def test_wall_time(self):
        for who in self.for_each_identity():
            for extra in PID1:
                for grace in (0, 100):
                    with self.subTest(extra=extra, grace=grace), leaks.Watch():
                        result = launch.probe(
                            "stubborn", "4", identity=who,
                            extra=f"{extra}\nwall_time_ms: 300\n"
                            f"kill_grace_ms: {grace}")
                        self.assertEqual(result.report["outcome"], "WALL_TIME",
                                         result)
                        self.assertEqual(result.status, 128 + 9, result)

    def test_cpu_time(self):
        for who in self.for_each_identity():
            with leaks.Watch():
                result = launch.probe("spin", identity=who,
                                      extra="cpu_time_ms: 200")
                self.assertEqual(result.report["outcome"], "CPU_TIME", result)

    def test_failures(self):
        for who in self.for_each_identity():
            for name, extra in FAILURES.items():
                with self.subTest(failure=name), leaks.Watch():
                    result = launch.probe("exit", "5", extra=extra,
                                          identity=who)
                    self.assertIn(result.status, (255, 5), result)
            with self.subTest(failure="exec"), leaks.Watch():
                result = launch.jail("--", "/nonexistent", identity=who,
                                     config=launch.probe_config())
                self.assertEqual(result.status, 255, result)

    def test_signals_to_the_supervisor(self):
        for who in self.for_each_identity():
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP,
                           signal.SIGQUIT):
                for extra in PID1:
                    with (self.subTest(signal=number.name, extra=extra),
                          leaks.Watch()):
                        process = start(["stubborn", "4"], who, extra)
                        process.send_signal(number)
                        self.assertEqual(end(process), 128 + number)

    def test_sigkill_of_the_supervisor_while_the_jail_runs(self):
        for who in self.for_each_identity():
            for extra in PID1:
                with self.subTest(extra=extra), leaks.Watch():
                    process = start(["stubborn", "4"], who, extra)
                    process.kill()
                    self.assertEqual(end(process), -signal.SIGKILL)

    def test_execve_mode_leaves_no_launcher(self):
        for who in self.for_each_identity():
            with leaks.Watch():
                result = launch.probe(
                    "exit", "4", identity=who, report=False,
                    extra="mode: EXECVE clone_newpid: false")
                self.assert_exit(result, 4)

    def test_rerun_keeps_no_descriptor(self):
        for who in self.for_each_identity():
            with leaks.Watch():
                argv = launch.command(
                    ["--", "/probe", "fill", "1024"], who,
                    launch.probe_config("mode: RERUN"))
                process = subprocess.Popen(
                    argv, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL)
                process.stdout.read(1024 * 5)
                before = len(leaks.fds(process.pid))
                process.stdout.read(1024 * 50)
                after = len(leaks.fds(process.pid))
                process.terminate()
                end(process)
            # What one launch has open at a time, at most.
            self.assertLess(after - before, 12)

    def test_listen_keeps_nothing_of_a_client(self):
        for who in self.for_each_identity():
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            with leaks.Watch():
                argv = launch.command(
                    ["--", "/probe", "stubborn", "2"], who, launch.probe_config(
                        f"mode: LISTEN port: {port} bindhost: \"127.0.0.1\""))
                process = subprocess.Popen(
                    argv, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL)
                try:
                    self._serve(process, port)
                finally:
                    process.terminate()
                    end(process)

    def _serve(self, process, port):
        def connect():
            while process.poll() is None:
                try:
                    return socket.create_connection(("127.0.0.1", port))
                except ConnectionRefusedError:
                    os.sched_yield()
            self.fail("the server has ended")

        def converse():
            with connect() as client:
                self.assertEqual(client.recv(6, socket.MSG_WAITALL), b"ready\n")
                self.assertGreaterEqual(len(leaks.children(process.pid)), 1)

        converse()
        for _ in range(20):
            converse()
        # The last hang-ups kill their jails.
        while leaks.children(process.pid):
            self.assertIsNone(process.poll())
        self.assertLess(len(leaks.fds(process.pid)), 16)


if __name__ == "__main__":
    case.main()
