# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Mode EXECVE: jail becomes the target."""

import pathlib

from blackbox import front
from support import case, launch, leaks


class Execve(case.JailTestCase):

    def test_the_launcher_becomes_the_target(self):
        for who in self.for_each_identity():
            with leaks.Watch(), front.running(
                    "-Me", "--", "/probe", "hold", identity=who,
                    config=launch.probe_config("clone_newpid: false")) as jail:
                self.assertEqual(jail.stdout.readline(), "ready\n")
                # One process: what was started is what runs.
                self.assertEqual(leaks.children(jail.pid), [])
                command = pathlib.Path(f"/proc/{jail.pid}/cmdline")
                self.assertEqual(command.read_bytes(), b"/probe\0hold\0")

    def test_status_is_the_targets(self):
        result = launch.probe("exit", 7, args=["-Me"], report=False,
                              extra="clone_newpid: false")
        self.assertEqual((result.status, result.err), (7, ""))

    def test_failure_is_255(self):
        result = launch.jail("-Me", "--", "/nowhere", report=False,
                             config=launch.PROBE_CONFIG + "clone_newpid: false")
        self.assertEqual(result.status, 255)
        self.assertRegex(result.err, r"^jail: .*/nowhere: ENOENT")

    def test_a_procfs_of_its_own_is_not_to_be_had(self):
        for who in self.for_each_identity():
            for more, status in (((), 255), (("--disable_proc",), 0),
                                 (("--proc", "bind"), 0)):
                result = launch.jail("-Me", "-R", "/", *more, "--",
                                     "/bin/true", identity=who, report=False)
                self.assertEqual(result.status, status, result)
                if status != 0:
                    self.assertRegex(result.err, r"fsconfig proc: EPERM .*: "
                                     "hint: mode EXECVE stays in the caller's "
                                     "pid namespace")


if __name__ == "__main__":
    case.main()
