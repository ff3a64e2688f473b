# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Mode LISTEN: one jail a connection."""

import contextlib
import itertools
import json
import os
import re
import signal
import socket
import struct

from blackbox import front
from support import case, files, launch, leaks


# Beneath those that the kernel gives to connections, some for each process: a
# port that was free a moment ago is nobody else's now.
_FIRST_PORT, _PORTS, _PORTS_OF_PROCESS = 10_000, 20_000, 20
_number = itertools.count()


def free_port():
    for _ in range(_PORTS):
        port = _FIRST_PORT + (os.getpid() * _PORTS_OF_PROCESS
                              + next(_number)) % _PORTS
        try:
            with socket.create_server(("::", port), family=socket.AF_INET6,
                                      dualstack_ipv6=True):
                return port
        except OSError:
            pass  # in use
    raise AssertionError("no port is free")


class Server:
    """A jail that listens; `log` collects its lines."""

    def __init__(self, process, port):
        self.process = process
        self.port = port

    def connect(self, address="127.0.0.1"):
        return socket.create_connection((address, self.port), timeout=60)

    def wait_for(self, pattern):
        """The first line of the log from here on that matches."""
        while line := self.process.stderr.readline():
            if re.search(pattern, line):
                return line
        raise AssertionError(f"the log ended without {pattern}")


@contextlib.contextmanager
def serving(*command, extra="", args=()):
    port = free_port()
    with front.running("-Ml", "-p", port, "-v", *args, "--", *command,
                       config=front.SHELL_CONFIG + extra) as process:
        server = Server(process, port)
        server.wait_for(r"\[D\].* listening on ")
        yield server


def receive_all(connection):
    return b"".join(iter(lambda: connection.recv(65536), b""))


class Connections(case.JailTestCase):

    def test_are_the_targets_stdio_over_ipv4_and_ipv6(self):
        with leaks.Watch(), serving("/bin/sh", "-c",
                                    "read x; echo got $x; echo err >&2") as s:
            for address, shown in (("127.0.0.1", r"\[::ffff:127\.0\.0\.1\]"),
                                   ("::1", r"\[::1\]")):
                with s.connect(address) as c:
                    port = c.getsockname()[1]
                    c.sendall(b"hello\n")
                    self.assertEqual(receive_all(c), b"got hello\nerr\n")
                s.wait_for(rf"\[I\].* connection from {shown}:{port}$")
                s.wait_for(rf"pid=\d+ \({shown}:{port}\) exited with status: 0")

    def test_what_runs_is_told_on_sigusr1(self):
        with serving("/bin/sh", "-c", "echo ready; read x; echo $x",
                     extra="time_limit: 1000") as s:
            s.process.send_signal(signal.SIGUSR1)
            s.wait_for(r"\[I\].* Total number of spawned namespaces: 0$")
            with s.connect() as one, s.connect() as other:
                for c in one, other:
                    self.assertEqual(c.recv(6), b"ready\n")
                total = ""
                while not total.endswith(": 2\n"):
                    # A program may say that it is ready before its launch
                    # has returned.
                    s.process.send_signal(signal.SIGUSR1)
                    total = s.wait_for(
                        r"\[I\].* Total number of spawned namespaces: \d$")
                for c in one, other:
                    s.wait_for(rf"\[I\].* pid=\d+, Remote host: \S+:"
                               rf"{c.getsockname()[1]}, Run time: \d+ sec\. "
                               r"\(time left: 9\d\d s\.\)$")
                    c.sendall(b"on\n")
                    self.assertEqual(receive_all(c), b"on\n")

    def test_client_that_ended_its_input_gets_its_answer(self):
        # `echo hi | nc HOST PORT`: all input is read, then the answer comes.
        with serving("/bin/sh", "-c", "cat >/dev/null; echo answer",
                     extra="dev_preset: true") as s, s.connect() as c:
            c.sendall(b"x" * 100_000)
            c.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_all(c), b"answer\n")

    def test_answer_survives_input_that_nobody_read(self):
        with serving("/bin/sh", "-c", "sleep 0.2; echo answer") as s, \
                s.connect() as c:
            c.sendall(b"unread" * 1000)
            self.assertEqual(receive_all(c), b"answer\n")

    def test_hang_up_kills_the_jail_at_once_when_it_is_a_reset(self):
        with leaks.Watch(), serving("/bin/sh", "-c", "echo ready; sleep 1000",
                                    extra="half_close_ms: 3600000") as s:
            c = s.connect()
            self.assertEqual(c.recv(6), b"ready\n")
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                         struct.pack("ii", 1, 0))
            c.close()
            s.wait_for(r"connection from \S+ is gone")
            s.wait_for(r"terminated with signal: SIGKILL")

    def test_hang_up_kills_a_silent_jail_after_half_close_ms(self):
        with leaks.Watch(), serving("/bin/sh", "-c", "echo ready; sleep 1000",
                                    extra="half_close_ms: 100") as s:
            with s.connect() as c:
                self.assertEqual(c.recv(6), b"ready\n")
            s.wait_for(r"connection from \S+ is gone")
            s.wait_for(r"terminated with signal: SIGKILL")

    def test_hang_up_leaves_kill_grace_ms_to_the_jail(self):
        script = 'trap "exit 9" TERM; echo ready; while :; do sleep 0.01; done'
        with leaks.Watch(), serving("/bin/sh", "-c", script, extra="""
                half_close_ms: 0 kill_grace_ms: 60000""") as s:
            with s.connect() as c:
                self.assertEqual(c.recv(6), b"ready\n")
            s.wait_for("exited with status: 9")

    def test_reports_are_json_lines_with_the_client(self):
        path = files.stage() / "listen.json"
        path.touch()
        path.chmod(0o666)
        ports = []
        with serving("/bin/sh", "-c", "exit 3", args=["--report", path]) as s:
            for _ in range(2):
                with s.connect() as c:
                    ports.append(c.getsockname()[1])
                    receive_all(c)
                s.wait_for("exited with status: 3")
        reports = [json.loads(l) for l in path.read_text().splitlines()]
        self.assertEqual([r["remote"] for r in reports],
                         [f"[::ffff:127.0.0.1]:{p}" for p in ports])
        self.assertEqual({r["exit_code"] for r in reports}, {3})


class Limits(case.JailTestCase):

    def refused(self, option, reason):
        with serving("/bin/sh", "-c", "echo in; read x",
                     args=[option, "1"]) as s, s.connect() as first:
            self.assertEqual(first.recv(3), b"in\n")
            with s.connect() as second:
                self.assertEqual(receive_all(second), b"")
            s.wait_for(rf"\[W\].* refused: {reason}")
            # Room again once the first has gone.
            first.sendall(b"\n")
            receive_all(first)
            s.wait_for("exited with status: 0")
            while True:
                with s.connect() as third:
                    if third.recv(3) == b"in\n":
                        break

    def test_max_conns(self):
        self.refused("--max_conns", "max_conns: 1 are open")

    def test_max_conns_per_ip(self):
        self.refused("--max_conns_per_ip",
                     "max_conns_per_ip: 1 are open from this address")


class Stop(case.JailTestCase):

    def test_signal_kills_every_jail_and_shows_in_the_status(self):
        with leaks.Watch(), serving("/bin/sh", "-c", "echo in; sleep 1000") \
                as s, contextlib.ExitStack() as stack:
            for _ in range(3):
                c = stack.enter_context(s.connect())
                self.assertEqual(c.recv(3), b"in\n")
            s.process.send_signal(signal.SIGTERM)
            self.assertEqual(s.process.wait(), 143)
            killed = re.findall("terminated with signal: SIGKILL",
                                s.process.stderr.read())
            self.assertEqual(len(killed), 3)


class Errors(case.JailTestCase):

    def test_port_that_is_taken(self):
        with socket.create_server(("::", 0), family=socket.AF_INET6) as taken:
            port = taken.getsockname()[1]
            result = launch.probe("exit", 0, args=["-Ml", "-p", port])
        self.assertEqual(result.status, 255)
        self.assertEqual(
            result.err_lines[-1],
            f"jail: port (command line: -p {port}): listen on [::]:{port}: "
            "bind: EADDRINUSE (Address already in use)")
        self.assertEqual(result.report["outcome"], "SETUP_FAILED")

    def test_jail_that_cant_be_made_does_not_end_the_server(self):
        with serving("/nowhere") as s:
            for _ in range(2):
                with s.connect() as c:
                    self.assertEqual(receive_all(c), b"")
                s.wait_for(r"^jail: .*/nowhere: ENOENT")


if __name__ == "__main__":
    case.main()
