# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Thousands of evaluations while clients, jails and the server are killed.

`load_test.py` runs some hundreds, `tools/bench eval --soak N` as many as you
like.
"""

import dataclasses
import json
import os
import random
import re
import signal
import socket
import statistics
import threading
import time

from server import TIMEOUT, Server, in_jails, jailed
from support import leaks

_CLIENTS = 8
_PARTS = 10  # in which the figures are told
_LEAVES = 0.05  # clients that go without their answer
_FOR_EACH_KILL = 10  # evaluations, of one jail that is killed
# Arenas of threads fill up at first.
GROWTH_BYTES = 4 << 20


def cgroups(pid):
    """Those of that server's jails: "jail.PIDNS.PID.STARTTIME.NUMBER"."""
    return [folder for folder, _, _ in os.walk("/sys/fs/cgroup")
            if re.match(rf"jail\.\d+\.{pid}\.", os.path.basename(folder))]


@dataclasses.dataclass
class Part:
    """The figures of a part, taken while the server was idle."""
    done: int
    median_ms: float
    p99_ms: float
    rate: float
    rss: int
    fds: int


@dataclasses.dataclass
class Soak:
    """What a run came to."""
    parts: list = dataclasses.field(default_factory=list)
    answered: int = 0  # by a program that ran to its end
    killed: int = 0    # answers that tell of a killed jail
    left: int = 0      # clients that went
    refused: int = 0   # not accepted: the server was stopping or dead
    cut: int = 0       # accepted by a server that was killed
    servers: int = 0
    fds: int = 0       # of a warm server that is idle
    faults: list = dataclasses.field(default_factory=list)

    @property
    def done(self):
        return self.answered + self.killed + self.left

    @property
    def growth(self):
        """Bytes of the server, from the second part to the last."""
        return self.parts[-1].rss - self.parts[1].rss


class _Cut(Exception):
    """The connection ended; `accepted`: after the server had said 100."""

    def __init__(self, accepted):
        super().__init__()
        self.accepted = accepted


class _Asked:
    """One request: the server says "100 Continue" once it has taken it on."""

    def __init__(self, server, body):
        self._accepted = False
        self._data = b""
        host, port = server.address.rsplit(":", 1)
        try:
            self._socket = socket.create_connection((host, int(port)), TIMEOUT)
            self._socket.sendall(
                b"POST /v1/eval HTTP/1.1\r\nHost: localhost\r\nExpect: "
                b"100-continue\r\nConnection: close\r\nContent-Length: "
                b"%d\r\n\r\n" % len(body))
            if self._head().startswith(b"HTTP/1.1 100 "):
                self._accepted = True
                self._socket.sendall(body)
        except ConnectionError as fault:
            raise _Cut(self._accepted) from fault

    def _head(self):
        while b"\r\n\r\n" not in self._data:
            got = self._socket.recv(65536)
            if not got:
                raise _Cut(self._accepted)
            self._data += got
        head, self._data = self._data.split(b"\r\n\r\n", 1)
        return head + b"\r\n"

    def answer(self):
        try:
            head = self._head()
            length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
            while len(self._data) < length:
                got = self._socket.recv(65536)
                if not got:
                    raise _Cut(self._accepted)
                self._data += got
        except ConnectionError as fault:
            raise _Cut(self._accepted) from fault
        return int(head.split()[1]), json.loads(self._data)

    def close(self):
        self._socket.close()


class _Load:
    """Clients of a server, or of those that take its place."""

    def __init__(self, result, server, config):
        self.soak = result
        self.server = server
        self._config = config
        self._lock = threading.Lock()
        self._ends = threading.Event()
        self._left = 0
        self._times = []
        self._kills = 0

    def part(self, count):
        """`count` evaluations; seconds that each took."""
        self._left = count
        self._times = []
        self._ends.clear()
        threads = [threading.Thread(target=self._client, args=(i,))
                   for i in range(_CLIENTS)]
        killer = threading.Thread(target=self._kill_jails)
        for thread in [*threads, killer]:
            thread.start()
        for thread in threads:
            thread.join()
        self._ends.set()
        killer.join()
        return self._times

    def replace_server(self, graceful):
        """Ends it under load; the next one takes over."""
        old = self.server
        with self._lock:
            old.was_killed = not graceful
        if graceful:
            old.stop()
        old.kill()
        new = Server("--concurrency", 4, config=self._config).__enter__()
        new.was_killed = False
        self.server = new
        self.soak.servers += 1
        return old

    def _take(self):
        with self._lock:
            self._left -= 1
            return self._left if self._left >= 0 else None

    def _client(self, number):
        chance = random.Random(number + self.soak.answered)
        while (ticket := self._take()) is not None:
            try:
                while not self._evaluate(f"{number}-{ticket}", chance):
                    time.sleep(0.01)
            except Exception as fault:  # pylint: disable=broad-except
                with self._lock:
                    self.soak.faults.append(f"{number}-{ticket}: {fault!r}")

    def _count(self, name):
        with self._lock:
            setattr(self.soak, name, getattr(self.soak, name) + 1)

    def _evaluate(self, name, chance):
        """False: it was not accepted, and is to be asked again."""
        server = self.server
        body = json.dumps({
            "id": name, "profile": "bash",
            "code": f"echo {name}; echo {name} > file; "
                    f"{chance.choice(['', '', 'sleep 0.02; '])}cat file"})
        start = time.monotonic()
        try:
            asked = _Asked(server, body.encode())
            try:
                if chance.random() < _LEAVES:
                    self._count("left")
                    return True
                status, told = asked.answer()
            finally:
                asked.close()
        except _Cut as cut:
            if not cut.accepted:
                self._count("refused")
                return False
            with self._lock:
                was_killed = server.was_killed
            if not was_killed:
                raise AssertionError("accepted, and not answered") from cut
            self._count("cut")
            return True
        if status in (429, 503):
            self._count("refused")
            return False
        with self._lock:
            self._times.append(time.monotonic() - start)
        self._check(name, status, told)
        return True

    def _check(self, name, status, told):
        assert told.get("id") == name, told
        if status == 500 and told["error"]["kind"] == "SETUP_FAILURE":
            self._count("killed")  # before its program began
            return
        assert status == 200, told
        command = told["commands"][0]
        if command["outcome"] == "SIGNALED" or command.get("exit_code") == 137:
            self._count("killed")
            return
        assert command["outcome"] == "EXITED", told
        assert command["exit_code"] == 0, told
        assert command["stdout"]["text"] == f"{name}\n{name}\n", told
        assert [f["text"] for f in told["files"]] == [f"{name}\n"], told
        self._count("answered")

    def _kill_jails(self):
        chance = random.Random(1)
        while not self._ends.wait(0.01):
            if self._kills * _FOR_EACH_KILL > self.soak.done:
                continue
            victims = in_jails(self.server.pid)
            if not victims:
                continue
            try:
                os.kill(chance.choice(victims), signal.SIGKILL)
                self._kills += 1
            except ProcessLookupError:
                pass


def _await_idle(server, fds):
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        metrics = server.metrics()
        if (metrics["evalctl_running"] == 0
                and metrics["evalctl_queue_length"] == 0
                and not jailed(server.pid)
                and len(leaks.fds(server.pid)) <= fds):
            return
        time.sleep(0.02)


def rss(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _steady(result, load, count, tell):
    """One server for all of them."""
    result.fds = load.server.settled_fds()
    for i in range(_PARTS):
        start = time.monotonic()
        times = sorted(load.part(count // _PARTS))
        seconds = time.monotonic() - start
        _await_idle(load.server, result.fds)
        result.parts.append(Part(
            done=(i + 1) * (count // _PARTS),
            median_ms=statistics.median(times) * 1e3,
            p99_ms=times[int(len(times) * 0.99)] * 1e3,
            rate=len(times) / seconds, rss=rss(load.server.pid),
            fds=len(leaks.fds(load.server.pid))))
        tell(result.parts[-1])


def _servers_die(load, count):
    """Now by SIGKILL, now by SIGTERM, under load."""
    dead = []
    for i in range(max(2, count // 100)):
        at_work = threading.Thread(target=load.part, args=(count // max(
            2, count // 100),))
        at_work.start()
        while not jailed(load.server.pid) and at_work.is_alive():
            time.sleep(0.005)
        dead.append(load.replace_server(graceful=i % 2 == 1).pid)
        at_work.join()
    return dead


def soak(count, config, tell=lambda part: None):
    """`count` evaluations, a fifth of them while servers die.  Raises when
    anything is left behind."""
    result = Soak(servers=1)
    with leaks.Watch():
        server = Server("--concurrency", 4, config=config).__enter__()
        server.was_killed = False
        load = _Load(result, server, config)
        try:
            _steady(result, load, count * 4 // 5, tell)
            dead = _servers_die(load, count // 5)
            answer = load.server.run("echo well")
            assert answer.status == 200, str(answer)
            load.server.stop()
            dead.append(load.server.pid)
        finally:
            load.server.kill()
    left = [folder for pid in dead for folder in cgroups(pid)]
    assert not left, left
    return result
