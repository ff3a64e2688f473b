# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""The leak checker finds each kind of leak, and only leaks."""

import os
import pathlib
import subprocess
import tempfile

from support import case, leaks


class LeaksTest(case.JailTestCase):

    def test_nothing_left_is_no_leak(self):
        with leaks.Watch():
            subprocess.run(["/bin/true"], check=True)

    def test_orphan_that_ends_is_no_leak(self):
        with leaks.Watch():
            subprocess.run(["/bin/sh", "-c", "sleep 0.2 &"], check=True)

    def test_finds_an_orphan_in_its_own_session(self):
        with self.assertRaisesRegex(AssertionError, "process .*sleep 1000"):
            with leaks.Watch(patience=0.2):
                subprocess.run(["/bin/sh", "-c", "setsid sleep 1000 &"],
                               check=True)
        self.assertEqual(leaks.children(), [])  # and it killed it

    def test_finds_a_file(self):
        with self.assertRaisesRegex(AssertionError, "file .*jail.leaks"):
            with leaks.Watch():
                fd, path = tempfile.mkstemp(prefix="jail.leaks")
                os.close(fd)
        pathlib.Path(path).unlink()

    def test_finds_a_descriptor(self):
        with self.assertRaisesRegex(AssertionError, "descriptor .*/dev/zero"):
            with leaks.Watch():
                fd = os.open("/dev/zero", os.O_RDONLY)
        os.close(fd)

    def test_finds_a_mount(self):
        # In a mount namespace of its own: nothing reaches the host.
        script = ("from support import leaks\n"
                  "import subprocess\n"
                  "with leaks.Watch():\n"
                  "  subprocess.run(['mount', '-t', 'tmpfs', 'x', '/mnt'])\n")
        done = subprocess.run(
            ["/usr/bin/unshare", "-rm", "/usr/bin/python3", "-c", script],
            capture_output=True, text=True, check=False)
        self.assertRegex(done.stderr, "left behind: mount .* /mnt")


if __name__ == "__main__":
    case.main()
