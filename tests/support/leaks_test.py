# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""The leak checker finds each kind of leak, and only leaks."""

import os
import subprocess

from support import case, leaks


def alone(before, leak, patience=0.2):
    """Watches a line of Python where no test beside this one sees what it makes:
    in a mount namespace of its own, after a line of shell."""
    script = ("from support import leaks\n"
              "import subprocess\n"
              f"with leaks.Watch(patience={patience}):\n"
              f"  {leak}\n")
    return subprocess.run(
        ["/usr/bin/unshare", "-rm", "/bin/sh", "-c",
         f'{before} && exec /usr/bin/python3 -W ignore -c "$0"', script],
        capture_output=True, text=True, check=False)


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
        done = alone("mount -t tmpfs x /tmp",
                     "open('/tmp/jail.leaks', 'w').close()")
        self.assertRegex(done.stderr, "left behind: file /tmp/jail.leaks")

    def test_finds_a_descriptor(self):
        with self.assertRaisesRegex(AssertionError, "descriptor .*/dev/zero"):
            with leaks.Watch():
                fd = os.open("/dev/zero", os.O_RDONLY)
        os.close(fd)

    def test_finds_a_mount(self):
        done = alone("true", "subprocess.run(['mount', '-t', 'tmpfs', 'x', "
                             "'/mnt'])")
        self.assertRegex(done.stderr, "left behind: mount .* /mnt")

    def test_what_others_have_for_a_moment_is_no_leak(self):
        done = alone("mount -t tmpfs x /tmp",
                     "subprocess.run('(sleep 0.3; rm /tmp/jail.x) & "
                     "touch /tmp/jail.x', shell=True)", patience=60)
        self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    case.main()
