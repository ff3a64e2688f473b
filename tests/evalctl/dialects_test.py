# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Replays dialects/NAME/*.json: `dialects_test.py NAME stdin|http root|user`.

A file is a list of cases: "body" (JSON) or "raw" (a text) is sent to "path"
(where the dialect takes code) by "method"; the answer must have "status" (200)
and be "reply" (JSON) or "text".  What begins with "$" in a body makes a text:
{"$lines": [...]}, {"$concat": [...]}, {"$repeat": [text, times]}; in a reply it
is less than equality: {"$any": true}, {"$contains": text}, {"$matches": regex}
(of the whole), {"$length": n}, {"$type": "number"}, {"$has": {some members}}.
"needs" are files of the host without which a case is skipped.  "as" is the one
caller whose answer it is: root's programs have a cgroup, a user's have none.
"""

import http.client
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import unittest

import evalctl
import server
from support import case, identity

HERE = pathlib.Path(__file__).resolve().parent
TYPES = {"number": (int, float), "string": str}
TIMEOUT = 300
CALLERS = {"root": identity.ROOT, "user": identity.USER}
DIALECT, WAY, CALLER = "", "", identity.USER


def made(value):
    """The body with what begins with "$" put together."""
    if isinstance(value, list):
        return [made(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$lines" in value:
        return "\n".join(value["$lines"])
    if "$repeat" in value:
        text, times = value["$repeat"]
        return text * times
    if "$concat" in value:
        return "".join(made(part) for part in value["$concat"])
    return {key: made(item) for key, item in value.items()}


def difference(want, got, place="reply"):
    """What is wrong with `got`; None: nothing."""
    def wrong(what):
        return f"{place}: {what}, got {str(got)[:2000]!r}"

    if isinstance(want, dict) and any(key[:1] == "$" for key in want):
        (key, value), = want.items()
        good = {
            "$any": lambda: True,
            "$contains": lambda: isinstance(got, str) and value in got,
            "$matches": lambda: re.fullmatch(value, str(got)),
            "$length": lambda: len(got) == value,
            "$type": lambda: isinstance(got, TYPES[value]),
            "$has": lambda: isinstance(got, dict) and value.keys() <= got.keys(),
        }[key]()
        if not good:
            return wrong(f"{key} {value!r}")
        if key == "$has":
            got = {name: got[name] for name in value}
            return difference(value, got, place)
        return None
    if isinstance(want, dict) and isinstance(got, dict):
        if want.keys() != got.keys():
            return wrong(f"members {sorted(want)}")
        pairs = [(key, want[key], got[key]) for key in want]
    elif isinstance(want, list) and isinstance(got, list):
        if len(want) != len(got):
            return wrong(f"{len(want)} items")
        pairs = [(i, w, g) for i, (w, g) in enumerate(zip(want, got))]
    else:
        same = want == got and isinstance(want, bool) == isinstance(got, bool)
        return None if same else wrong(repr(want))
    for key, expected, actual in pairs:
        found = difference(expected, actual, f"{place}.{key}")
        if found:
            return found
    return None


def body_of(item):
    if "raw" in item:
        return item["raw"].encode()
    return json.dumps(made(item["body"])).encode() if "body" in item else b""


class Stdin:
    """`evalctl run --api`."""

    # What stdin has no words for.
    def takes(self, item):
        return not {"method", "content_type", "headers"} & item.keys()

    def send(self, item):
        argv = evalctl.argv("run", "--config", evalctl.config(), "--api",
                            DIALECT, "--with-status", identity=CALLER)
        if "path" in item:
            argv += ["--api-path", item["path"]]
        done = subprocess.run([*argv, "-"], input=body_of(item), cwd="/",
                              capture_output=True, timeout=TIMEOUT, check=False)
        status, _, body = done.stdout.partition(b"\n")
        if not status.isdigit():
            raise AssertionError(f"{done}")
        self.check_exit(int(status), done.returncode, item)
        return int(status), body, {}

    def check_exit(self, status, exit_status, item):
        if status < 300 and exit_status != 0:
            raise AssertionError(f"exit status {exit_status} with {status}")
        if status in (405, 413, 415, 422) and exit_status != 2:
            raise AssertionError(f"exit status {exit_status} with {status}")

    def close(self):
        pass


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=TIMEOUT)
        self.unix_path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(TIMEOUT)
        self.sock.connect(self.unix_path)


class Http:
    """`evalctl serve` on a Unix socket, the dialect by its prefix."""

    def __init__(self):
        # pylint: disable-next=consider-using-with
        self.folder = tempfile.TemporaryDirectory()
        os.chown(self.folder.name, CALLER.host_uid, -1)
        self.path = os.path.join(self.folder.name, "socket")
        self.server = server.Server("--listen", f"unix:{self.path}",
                                    prefix=CALLER.prefix,
                                    config=evalctl.config())
        # It says where it listens when it does.
        self.server.await_line("listening on ")

    def takes(self, item):
        return True

    def main_path(self):
        return {"snekbox": "/eval", "codebox": "/execute",
                "python-executor": "/execute"}.get(DIALECT, "/run")

    def send(self, item):
        connection = UnixConnection(self.path)
        path = f"/{DIALECT}{item.get('path', self.main_path())}"
        body = body_of(item)
        has_path_alone = "path" in item and not body
        headers = {}
        kind = item.get("content_type", "application/json")
        if kind:
            headers["Content-Type"] = kind
        connection.request(
            item.get("method", "GET" if has_path_alone else "POST"), path,
            body=body, headers=headers)
        reply = connection.getresponse()
        data = reply.read()
        connection.close()
        found = {name.lower(): value for name, value in reply.getheaders()}
        return reply.status, data, found

    def close(self):
        self.server.stop()
        self.server.kill()
        self.folder.cleanup()


class Replay(case.JailTestCase):
    def test_replies(self):
        if CALLER not in identity.ALL:
            self.skipTest("needs root")
        way = Stdin() if WAY == "stdin" else Http()
        self.addCleanup(way.close)
        count = 0
        for file in sorted((HERE / "dialects" / DIALECT).glob("*.json")):
            for item in json.loads(file.read_text()):
                if not way.takes(item) or CALLER.name != item.get(
                        "as", CALLER.name):
                    continue
                count += 1
                with self.subTest(file=file.name, name=item["name"]):
                    for need in item.get("needs", []):
                        if not os.path.exists(need):
                            self.skipTest(f"no {need}")
                    self.check(item, *way.send(item))
        self.assertGreater(count, 0)

    def check(self, item, status, body, headers):
        text = body.decode()
        self.assertEqual(status, item.get("status", 200), text[:2000])
        if "text" in item:
            self.assertEqual(text, made(item["text"]))
        else:
            found = difference(item["reply"], json.loads(text))
            self.assertIsNone(found, found)
        for name, value in item.get("headers", {}).items():
            self.assertEqual(headers.get(name), value)


class Difference(unittest.TestCase):
    """The comparison itself can fail."""

    def test_finds(self):
        for want, got in (({"a": 1}, {"a": 2}), ({"a": 1}, {"a": 1, "b": 2}),
                          ([1], [1, 1]), (1, True), ({"$contains": "x"}, "y"),
                          ({"$matches": "x"}, "xy"), ({"$length": 2}, "x"),
                          ({"$type": "number"}, "1"), ({"$has": {"a": 1}}, {}),
                          ({"$has": {"a": 1}}, {"a": 2})):
            self.assertIsNotNone(difference(want, got), (want, got))
        for want, got in (({"a": [1, {"$any": True}]}, {"a": [1, {}]}),
                          ({"$matches": "1|2"}, 2),
                          ({"$has": {"a": 1}}, {"a": 1, "b": 2})):
            self.assertIsNone(difference(want, got), (want, got))


if __name__ == "__main__":
    DIALECT, WAY, CALLER = *sys.argv[1:3], CALLERS[sys.argv[3]]
    del sys.argv[1:4]
    case.main()
