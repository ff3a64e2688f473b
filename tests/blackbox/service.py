# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""As a service manager starts us: sd_notify(3), sd_listen_fds(3)."""

import os
import signal
import socket
import subprocess
import tempfile

from blackbox import front
from support import case, launch

VARIABLES = ("NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES",
             "WATCHDOG_USEC", "WATCHDOG_PID")


class Manager:
    """The other end of NOTIFY_SOCKET."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address.replace("@", "\0"))
        self.socket.settimeout(launch.TIMEOUT)
        if address[0] == "/":
            os.chmod(address, 0o777)

    def next(self):
        return self.socket.recv(4096).decode().splitlines()


def with_variables(pairs, argv):
    """`argv` with LISTEN_PID being its own: exec keeps the pid."""
    script = "export LISTEN_PID=$$; exec \"$@\""
    return ["env", *(f"{k}={v}" for k, v in pairs.items()), "/bin/sh", "-c",
            script, "sh", *argv]


class Notify(case.JailTestCase):

    def test_ready_once_the_program_runs_and_how_it_ended(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o777)
            for address in (f"@jail-test-{os.getpid()}", f"{folder}/notify"):
                manager = Manager(address)
                self.addCleanup(manager.socket.close)
                for who in self.for_each_identity():
                    with front.running("--", "/probe", "hold", identity=who,
                                       config=launch.probe_config(),
                                       env={**os.environ,
                                            "NOTIFY_SOCKET": address}) as jail:
                        ready, status = manager.next()
                        self.assertEqual(ready, "READY=1")
                        self.assertRegex(status,
                                         r"^STATUS=running /probe as pid \d+$")
                        jail.send_signal(signal.SIGTERM)
                        self.assertEqual(jail.wait(launch.TIMEOUT), 143)
                        # As it begins to end the jail, and how that ended.
                        stopping, status = manager.next()
                        self.assertEqual(stopping, "STOPPING=1")
                        self.assertRegex(status, r"^STATUS=ending pid \d+$")
                        stopping, status = manager.next()
                        self.assertEqual(stopping, "STOPPING=1")
                        self.assertRegex(status, "^STATUS=pid=.*SIGKILL")

    def test_every_mode_says_when_it_stops(self):
        address = f"@jail-test-{os.getpid()}"
        manager = Manager(address)
        self.addCleanup(manager.socket.close)
        env = {**os.environ, "NOTIFY_SOCKET": address}
        # By itself.
        self.assert_exit(launch.probe("exit", 4, env=env), 4)
        self.assertEqual(manager.next()[0], "READY=1")
        stopping, status = manager.next()
        self.assertEqual(stopping, "STOPPING=1")
        self.assertIn("exited with status: 4", status)
        # A jail of many ends, and the service does not.
        with front.running("-Mr", "--", "/bin/sh", "-c",
                           "read line || sleep 1000", env=env,
                           config=front.SHELL_CONFIG) as jail:
            self.assertEqual(manager.next()[0], "READY=1")
            jail.send_signal(signal.SIGTERM)
            self.assertEqual(jail.wait(launch.TIMEOUT), 143)
            self.assertEqual(manager.next()[0], "STOPPING=1")
            self.assertEqual(manager.next()[0], "STOPPING=1")
        # A server.
        with socket.socket(socket.AF_INET6) as free:
            free.bind(("::1", 0))
            port = free.getsockname()[1]
        with front.running("--", "/probe", "exit", 0, env=env,
                           config=launch.probe_config(
                               f'mode: LISTEN port: {port} bindhost: "::1"')
                           ) as jail:
            self.assertEqual(manager.next(), ["READY=1", "STATUS=listening"])
            jail.send_signal(signal.SIGTERM)
            self.assertEqual(jail.wait(launch.TIMEOUT), 143)
            self.assertEqual(manager.next(),
                             ["STOPPING=1", "STATUS=ending 0 connections"])
        # A process that would have become the program.
        result = launch.jail("-Me", "--", "/nowhere", env=env, report=False,
                             config=launch.probe_config("time_limit: 0"))
        self.assertEqual(result.status, 255)
        self.assertEqual(manager.next()[0], "STOPPING=1")

    def test_why_there_is_no_jail(self):
        address = f"@jail-test-{os.getpid()}"
        manager = Manager(address)
        self.addCleanup(manager.socket.close)
        result = launch.jail("--", "/nowhere", config=launch.probe_config(),
                             env={**os.environ, "NOTIFY_SOCKET": address})
        self.assertEqual(result.status, 255)
        stopping, status = manager.next()
        self.assertEqual(stopping, "STOPPING=1")
        self.assertIn("execve", status)
        self.assertIn("ENOENT", status)

    def test_address_that_cant_be_used(self):
        for address, why in (("relative", "is neither an absolute path nor"),
                             ("@" + "x" * 200, "is neither an absolute path"),
                             ("/nowhere/s", "connect /nowhere/s: ENOENT")):
            result = launch.probe("exit", 0, env={**os.environ,
                                                  "NOTIFY_SOCKET": address})
            self.assertEqual(result.status, 255)
            self.assertIn(f"NOTIFY_SOCKET: ", result.err)
            self.assertIn(why, result.err)

    def test_no_jail_sees_a_managers_variables(self):
        address = f"@jail-test-{os.getpid()}"
        manager = Manager(address)
        self.addCleanup(manager.socket.close)
        env = dict.fromkeys(VARIABLES, "1") | {"NOTIFY_SOCKET": address,
                                               "OTHER": "kept"}
        result = front.shell("export -p", extra="keep_env: true", env=env)
        self.assertIn("OTHER=", result.out)
        for name in VARIABLES:
            self.assertNotIn(name, result.out)


class Sockets(case.JailTestCase):

    def setUp(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)
        self.config = launch.probe_config('mode: LISTEN port: 1')

    def start(self, *pass_fds, count=None):
        """jail as a manager starts it, with descriptors from 3 on."""
        fds = [os.dup(fd) for fd in pass_fds]
        argv = with_variables({"LISTEN_FDS": count or len(fds)},
                              launch.command(["--", "/probe", "fill", "1024"],
                                             config=self.config))
        moves = " ".join(f"{3 + i}<&{fd}" for i, fd in enumerate(fds))
        argv = ["/bin/bash", "-c", f'exec "$@" {moves}', "bash", *argv]
        process = subprocess.Popen(argv, pass_fds=fds, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        for fd in fds:
            os.close(fd)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_that_a_manager_has_opened_is_used(self):
        process = self.start(self.listener.fileno())
        for _ in range(2):
            with socket.create_connection(self.listener.getsockname()) as client:
                got = b""
                while data := client.recv(4096):
                    got += data
            self.assertEqual(len(got), 1024)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(launch.TIMEOUT), 143)

    def test_others_are_refused(self):
        datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        unconnected = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        with datagram, unconnected:
            for fds, why in (
                    ([datagram.fileno()], "is no TCP socket that listens"),
                    ([unconnected.fileno()], "is no TCP socket that listens"),
                    ([self.listener.fileno()] * 2, "2 sockets")):
                process = self.start(*fds)
                self.assertEqual(process.wait(launch.TIMEOUT), 255)
                self.assertIn(why, process.stderr.read())


if __name__ == "__main__":
    case.main()
