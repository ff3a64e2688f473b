# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""examples/bash.cfg: a shell on a terminal, over the host's system."""

import os
import pathlib
import pty
import select
import time

from examples import example
from support import case, files, identity


class Session:
    """bash.cfg on a terminal of its own, as a person has it."""

    def __init__(self, who):
        argv = [*who.prefix, files.binary("jail"), "-q", "--config",
                example.config("bash")]
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execv(argv[0], argv)
        self.text = ""

    def wait_for(self, what):
        """Reads until `what` stands in what came since the last call."""
        deadline = time.monotonic() + 60
        while what not in self.text:
            ready, _, _ = select.select([self.terminal], [], [],
                                        max(0, deadline - time.monotonic()))
            try:
                more = os.read(self.terminal, 65536) if ready else b""
            except OSError:  # EIO: the last process on the terminal is gone
                more = b""
            if not more:
                raise AssertionError(f"no {what!r} in {self.text!r}")
            self.text += more.decode()
        before, _, self.text = self.text.partition(what)
        return before

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def end(self):
        status = os.waitpid(self.pid, 0)[1]
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(status)


class Bash(case.JailTestCase):

    def test_job_control(self):
        for who in self.for_each_identity():
            shell = Session(who)
            start = shell.wait_for("[jail] ~ # ")
            self.assertNotIn("no job control", start)
            # Ctrl-C ends the foreground job, not the shell.
            shell.type("sh -c 'echo $((6 * 7)); exec sleep 1000'\n")
            shell.wait_for("\r42\r\n")
            shell.type("\x03")
            shell.wait_for("^C")
            shell.wait_for("[jail] ~ # ")
            # Ctrl-Z stops a job; it is listed, and ended in the background.
            shell.type("sh -c 'echo $((7 * 7)); exec sleep 1001'\n")
            shell.wait_for("\r49\r\n")
            shell.type("\x1a")
            shell.wait_for("Stopped")
            shell.wait_for("[jail] ~ # ")
            shell.type("bg; kill %1; wait; jobs; echo $((8 * 8))\n")
            shell.wait_for("\n64\r\n")
            shell.type("exit 7\n")
            self.assertEqual(shell.end(), 7)

    def test_root_can_change_everything_and_nothing_is(self):
        script = ("echo x >/usr/bin/new && rm /etc/hostname /usr/bin/env && "
                  "echo y >>/etc/passwd && mkdir /usr/lib/d && id -u && "
                  "ls /usr/bin/new && ls /usr/bin/env")
        before = pathlib.Path("/etc/passwd").read_bytes()
        if identity.ROOT not in identity.ALL:
            self.skipTest("needs root")
        for who in self.for_each_identity(only=[identity.ROOT]):
            result = example.run("bash", "/bin/bash", "-c", script,
                                 identity=who)
            self.assert_exit(result, 2)
            self.assertEqual(result.out, "0\n/usr/bin/new\n")
            self.assertIn("cannot access '/usr/bin/env'", result.err)
            self.assertEqual(pathlib.Path("/etc/passwd").read_bytes(), before)
            self.assertFalse(pathlib.Path("/usr/bin/new").exists())
            self.assertTrue(pathlib.Path("/usr/bin/env").exists())

    def test_for_a_user_the_hosts_files_stay_roots(self):
        script = ("id -u; echo mine >/root/x && cat /root/x; "
                  "echo mine >/tmp/x && cat /tmp/x; "
                  "echo x >/usr/bin/new")
        for who in self.for_each_identity(
                only=[i for i in identity.ALL if not i.is_root]):
            result = example.run("bash", "/bin/bash", "-c", script,
                                 identity=who)
            self.assert_exit(result, 1)
            self.assertEqual(result.out, "0\nmine\nmine\n")
            self.assertIn("/usr/bin/new: Permission denied", result.err)


if __name__ == "__main__":
    case.main()
