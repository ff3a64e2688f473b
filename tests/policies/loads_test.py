# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Each shipped policy runs the programs that it is for, unchanged."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from support import case, files

LOADS = pathlib.Path(__file__).resolve().parent / "loads"
DEFAULT = "USE default_deny_dangerous DEFAULT ALLOW"
NATIVE = "USE native_minimal DEFAULT KILL"
COMPUTE = "USE compute_only DEFAULT KILL"


class Loads(case.JailTestCase):

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="jail-test-")
        self.addCleanup(shutil.rmtree, self.folder)

    def under(self, policy, *command, stdin=""):
        """What `command` did under `policy`; on its own, that is no jail."""
        return subprocess.run(
            [str(files.BUILD / "tests" / "under_policy"), policy, *command],
            input=stdin, capture_output=True, text=True, timeout=240,
            cwd=self.folder, check=False,
            env={"PATH": "/usr/bin:/bin", "HOME": self.folder,
                 "TMPDIR": self.folder, "LC_ALL": "C.UTF-8"})

    def assert_done(self, result):
        everything = f"{result.returncode}\n{result.stdout}\n{result.stderr}"
        self.assertEqual(result.returncode, 0, everything)
        self.assertEqual(result.stdout.splitlines()[-1:], ["done"], everything)

    def compile(self, name, *flags):
        """The path of loads/native.c, compiled under the default policy."""
        path = os.path.join(self.folder, name)
        result = self.under(DEFAULT, "gcc", "-O1", "-Wall", "-o", path,
                            str(LOADS / "native.c"), "-pthread", *flags)
        self.assertEqual(result.returncode, 0, result.stderr)
        return path

    def test_python(self):
        for policy in (DEFAULT, "USE python DEFAULT KILL"):
            with self.subTest(policy):
                self.assert_done(self.under(
                    policy, "/usr/bin/python3", str(LOADS / "load.py"),
                    self.folder))

    def test_node(self):
        for policy in (DEFAULT, "USE node DEFAULT KILL"):
            with self.subTest(policy):
                self.assert_done(self.under(
                    policy, "node", str(LOADS / "load.js"), self.folder))

    def test_compiled_programs(self):
        for name, flags in (("dynamic", ()), ("static", ("-static",))):
            program = self.compile(name, *flags)
            for policy in (DEFAULT, NATIVE):
                with self.subTest(f"{name}: {policy}"):
                    self.assert_done(self.under(policy, program, self.folder))

    def test_compute_only(self):
        for name, flags in (("static", ("-static",)),
                            ("pie", ("-static-pie",))):
            program = self.compile(name, *flags)
            result = self.under(COMPUTE, program, stdin="1\n2\n3\n")
            self.assert_done(result)
            self.assertIn("sum 6\n", result.stdout)

    def test_shells(self):
        script = ("set -e; umask 022; trap 'echo bye' EXIT; "
                  "seq 100 | sort -n | head -3 | tr '\\n' ' '; "
                  "(sleep 0 & wait); ls -l / >/dev/null; id -u; "
                  "tar c /etc/hostname 2>/dev/null | tar t; "
                  "find /etc -maxdepth 1 -name hostname; "
                  "test -d /proc && uname -s")
        for shell in (["/bin/sh"], ["/bin/bash"], ["busybox", "sh"]):
            with self.subTest(shell):
                result = self.under(DEFAULT, *shell, "-c", script)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(result.stdout.splitlines(), [
                    "1 2 3 " + str(os.getuid()), "etc/hostname",
                    "/etc/hostname", "Linux", "bye"], result.stderr)

    def test_what_a_policy_is_not_for(self):
        """The loads would pass under a policy that allows everything."""
        program = self.compile("static", "-static")
        inotify = "import ctypes; ctypes.CDLL(None).inotify_init()"
        for policy, command, status in (
                (NATIVE, ["/bin/sh", "-c", "/bin/true; true"], -signal.SIGSYS),
                (NATIVE, ["/usr/bin/python3", "-c",
                          "import socket; socket.socket()"], -signal.SIGSYS),
                # Its files are refused with EACCES.
                (COMPUTE, [program, self.folder], 1),
                (COMPUTE, ["/usr/bin/python3", "-c", ""], 127),
                ("USE python DEFAULT KILL",
                 ["/usr/bin/python3", "-c", inotify], -signal.SIGSYS)):
            with self.subTest(f"{policy}: {command}"):
                result = self.under(policy, *command)
                self.assertEqual(result.returncode, status, result)


if __name__ == "__main__":
    case.main()
