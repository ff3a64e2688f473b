# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Starts `evalctl serve` on a free port and asks it."""

import contextlib
import http.client
import json
import os
import pathlib
import queue
import re
import signal
import socket
import subprocess
import threading

from support import files, leaks, wait

TIMEOUT = 60
CONFIG = files.SOURCE / "examples/evalctl.cfg"
# Jails are made ahead where a processor is free while a program runs.
AHEAD = os.cpu_count() > 1


def evalctl(*args, prefix=()):
    """argv of evalctl with the shipped profiles."""
    verb, *rest = args
    return [*prefix, files.binary("evalctl"), verb, "--config", str(CONFIG),
            *map(str, rest)]


class Answer:
    """One HTTP answer."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)

    def __str__(self):
        return f"{self.status} {self.body[:2000]!r}"


class Server:
    """`with Server("--queue", 3) as server: server.post("/v1/eval", {...})`"""

    def __init__(self, *args, prefix=(), env=None, config=CONFIG):
        argv = [*prefix, files.binary("evalctl"), "serve", "--config",
                str(config), *map(str, args)]
        if "--listen" not in args:
            argv += ["--listen", "127.0.0.1:0"]
        # stderr is read to its end, so that the server never waits for us.
        # pylint: disable-next=consider-using-with
        self.process = subprocess.Popen(
            argv, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **(env or {})})
        self.lines = []
        self._news = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.address = None

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))
            self._news.put(self.lines[-1])
        self._news.put(None)

    def await_line(self, part):
        """The next line of the log that has `part`."""
        while True:
            line = self._news.get(timeout=TIMEOUT)
            if line is None:
                raise AssertionError(f"the server ended: {self.lines}")
            if part in line:
                return line

    def __enter__(self):
        try:
            self.address = self.await_line("listening on ").split()[-1]
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, kind, value, traceback):
        if self.process.poll() is None and kind is None:
            self.stop()
        self.kill()

    @property
    def pid(self):
        return self.process.pid

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """Ends it by SIGTERM; everything must end well."""
        self.signal(signal.SIGTERM)
        status = self.process.wait(timeout=TIMEOUT)
        if status != 0:
            raise AssertionError(f"status {status}: {self.lines}")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._reader.join()
        self.process.stderr.close()

    def connect(self):
        """A socket."""
        host, port = self.address.rsplit(":", 1)
        return socket.create_connection((host, int(port)), timeout=TIMEOUT)

    def connection(self):
        """An HTTP connection that stays open between requests."""
        return http.client.HTTPConnection(self.address, timeout=TIMEOUT)

    def ask(self, method, path, body=None, headers=None):
        connection = self.connection()
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.ask("GET", path, headers=headers)

    def post(self, path, body, headers=None):
        if not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        return self.ask("POST", path, body,
                        {"Content-Type": "application/json", **(headers or {})})

    def run(self, code, profile="bash", **members):
        """Evaluates; the response as it came."""
        return self.post("/v1/eval",
                         {"profile": profile, "code": code, **members})

    def await_fds(self, most):
        """Waits until it has no more than `most` descriptors; those that it
        has."""
        wait.until(lambda: len(leaks.fds(self.pid)) <= most,
                   lambda: f"{most} descriptors, but {leaks.fds(self.pid)}")
        return leaks.fds(self.pid)

    def settled_fds(self):
        """How many descriptors it has when it is idle and warm: one workspace is
        kept ready, which is made after an answer was sent, and one jail waits
        with another."""
        for _ in range(3):
            self.run("true")
        before = None

        def settled():
            nonlocal before
            if AHEAD and not waiting(self.pid):
                self.run("true")  # it has been ended, or not been made
            found = leaks.fds(self.pid)
            # Each has its folder and its mount, the first one a clone of it.
            kept = [path for path in found.values()
                    if re.fullmatch(r"/\d*", path)]
            is_warm = (len(kept) == 5 and waiting(self.pid) if AHEAD
                       else len(kept) == 3)
            is_settled = is_warm and found == before
            before = found
            return len(found) if is_settled else None
        return wait.until(settled, lambda: f"workspace and jail kept ready, but {before}")

    def metrics(self):
        """Name, with its labels, to value."""
        lines = self.get("/metrics").body.decode().splitlines()
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
                for line in lines if not line.startswith("#")}


@contextlib.contextmanager
def no_process_left():
    """Fails if a process of the block outlives it.

    leaks.Watch looks at /tmp too, where tests beside this one are at work.
    """
    leaks.become_subreaper()
    yield
    left = leaks.reap_all()
    if left:
        raise AssertionError(f"left behind: {left}")


def descendants(pid):
    """Pids beneath `pid`."""
    found = []
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []  # it has ended
    for task in tasks:
        try:
            text = pathlib.Path(f"/proc/{pid}/task/{task}/children").read_text()
        except OSError:
            continue  # the thread has ended
        children = [int(word) for word in text.split()]
        for child in children:
            found += [child] + descendants(child)
    return found


def in_jails(pid):
    """Pids beneath `pid` that are in a pid namespace of their own."""
    found = []
    try:
        own = os.readlink(f"/proc/{pid}/ns/pid")
    except OSError:
        return []  # it has ended
    for child in descendants(pid):
        try:
            if os.readlink(f"/proc/{child}/ns/pid") != own:
                found.append(child)
        except OSError:
            pass  # it has ended
    return found


def _has_executed(child, pid):
    try:
        return (os.readlink(f"/proc/{child}/exe")
                != os.readlink(f"/proc/{pid}/exe"))
    except OSError:
        return None  # it has ended


def jailed(pid):
    """Those of them that run a program."""
    return [child for child in in_jails(pid) if _has_executed(child, pid)]


def waiting(pid):
    """Those whose program is still to come: jails that are made ahead."""
    return [child for child in in_jails(pid)
            if _has_executed(child, pid) is False]
