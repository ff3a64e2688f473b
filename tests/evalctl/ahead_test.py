# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Jails that are made ahead: for requests like the last two."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

import evalctl
from server import (AHEAD, CONFIG, TIMEOUT, Server, in_jails, no_process_left,
                    waiting)
from support import case, leaks, wait


LIFETIME = 5  # kJailAheadLifetime, in seconds


def await_waiting(server, but=None):
    """The first process of the jail that waits, once there is another one than
    `but`.  Requests go on meanwhile: one that comes while it is being made does
    without it."""
    def another():
        answer = server.run("echo more")
        assert out(answer) == "more\n", str(answer)
        found = waiting(server.pid)
        return min(found) if found and min(found) != but else None
    return wait.until(another, "a jail that waits")


def out(answer):
    return answer.json["commands"][-1]["stdout"]["text"]


@unittest.skipUnless(AHEAD, "one processor is never free")
class Ahead(case.JailTestCase):

    def test_the_third_of_three_alike_gets_it(self):
        with no_process_left(), Server() as server:
            first = await_waiting(server)
            answer = server.run("cat /proc/self/status; cat in", files=[
                {"path": "in", "text": "of this request"}])
            self.assertIn("of this request", out(answer))
            await_waiting(server, but=first)

    def test_files_and_arguments_are_the_requests_own(self):
        with Server() as server:
            for number in range(6):
                answer = server.run('cat in; echo "$1"; ls; echo > new',
                                    args=[f"argument {number}"],
                                    files=[{"path": "in",
                                            "text": f"file {number}\n"}])
                self.assertEqual(out(answer),
                                 f"file {number}\nargument {number}\n"
                                 "in\nmain.sh\n", str(answer))
                self.assertEqual([f["path"] for f in answer.json["files"]],
                                 ["new"])
            self.assertTrue(await_waiting(server))

    def test_another_request_does_not(self):
        with Server() as server:
            for more in ({"profile": "python", "code": "print('other')"},
                         {"code": "echo $X", "environment": {"X": "other"}},
                         {"code": "cat", "stdin_text": "other\n"},
                         {"code": "echo other", "merge_output": True},
                         {"code": "pwd; echo other",
                          "limits": {"wall_time_ms": 4321}}):
                start = time.monotonic()
                first = await_waiting(server)
                answer = server.run(**more)
                self.assertTrue(out(answer).endswith("other\n"), str(answer))
                if first not in waiting(server.pid):  # it was ended, at most
                    self.assertGreater(time.monotonic() - start, LIFETIME)

    def test_one_that_was_killed_is_not_missed(self):
        with Server() as server:
            for _ in range(5):
                while not (found := waiting(server.pid)):
                    self.assertEqual(out(server.run("echo well")), "well\n")
                # Maybe one that is not made yet: the next is tried for after
                # a second.
                for pid in found:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                answer = server.run("echo well")
                self.assertEqual(out(answer), "well\n", str(answer))

    def test_it_holds_nothing_of_the_servers(self):
        with Server() as server:
            with server.connect(), server.connect():
                pid = await_waiting(server)
                # stdio, the socket to its launcher, the reaper's two.
                wait.until(lambda: set(leaks.fds(pid)) <= {0, 1, 2, 5, 6, 7},
                           lambda: f"so few descriptors, but {leaks.fds(pid)}")

    def test_function_calls_have_it_too(self):
        with Server() as server:
            for number in range(4):
                answer = server.run("def f(x): return x + 1", "python",
                                    entry="f", input=number)
                self.assertEqual(answer.json["value"], number + 1, str(answer))
            self.assertTrue(await_waiting(server))

    def test_a_program_that_is_not_there_is_told_as_ever(self):
        with Server() as server:
            for _ in range(4):
                answer = server.post("/v1/eval", {
                    "profile": "bash", "commands": [{"argv": ["/nowhere"]}]})
                command = answer.json["commands"][0]
                self.assertEqual((command["outcome"], command["exec_errno"]),
                                 ("SETUP_FAILED", "ENOENT"), str(answer))

    def test_long_arguments(self):
        with Server() as server:
            await_waiting(server)
            for length in 1000, 131_071, 131_072, 300_000:
                answer = server.post("/v1/eval", {
                    "profile": "bash", "code": "echo ${#1}",
                    "args": ["x" * length]})
                if length <= 131_071:
                    self.assertEqual(out(answer), f"{length}\n", str(answer))
                else:
                    self.assertEqual(answer.status, 400, str(answer))

    def test_a_reload_ends_it(self):
        with Server() as server:
            first = await_waiting(server)
            server.signal(signal.SIGHUP)
            server.await_line("loaded")
            server.run("true")
            wait.until(lambda: first not in waiting(server.pid))

    def test_it_ends_when_nobody_asks(self):
        with Server() as server:
            await_waiting(server)
            wait.until(lambda: not in_jails(server.pid), "its end")
            await_waiting(server)

    def test_it_can_be_switched_off(self):
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder, "evalctl.cfg")
            config.write_text("create_ahead: false\n" + CONFIG.read_text())
            os.symlink(CONFIG.parent / "evalctl", config.parent / "evalctl")
            with Server(config=config) as server:
                for _ in range(3):
                    server.run("true")
                self.assertEqual(waiting(server.pid), [])

    def test_a_batch_has_them_and_ends_without(self):
        lines = "".join(json.dumps({"id": str(i), "profile": "bash",
                                    "code": f"echo {i}"}) + "\n"
                        for i in range(20))
        for who in self.for_each_identity():
            with no_process_left():
                done = subprocess.run(
                    evalctl.argv("batch", "--config", evalctl.config(), "-j",
                                 "1", identity=who),
                    input=lines, capture_output=True, text=True, check=False,
                    timeout=TIMEOUT)
            told = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual(
                [one["commands"][0]["stdout"]["text"] for one in told],
                [f"{i}\n" for i in range(20)], done.stderr)

    def test_a_killed_server_takes_it_along(self):
        with no_process_left(), Server() as server:
            await_waiting(server)
            server.kill()


if __name__ == "__main__":
    case.main()
