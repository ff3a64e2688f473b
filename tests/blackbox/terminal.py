# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""A shell on a terminal: skip_setsid gives it job control."""

import contextlib
import fcntl
import os
import pty
import select
import struct
import termios
import time

from blackbox import front
from support import case, launch

CONFIG = front.SHELL_CONFIG + """
skip_setsid: true
envar: "PS1=> "
mount { src: "/dev/null" dst: "/dev/null" is_bind: true rw: true }
mount { src: "/dev/tty" dst: "/dev/tty" is_bind: true rw: true }
"""
SHELL = ["-q", "--", "/bin/bash", "--norc", "--noprofile", "--noediting", "-i"]


class Terminal:
    """A process on a terminal of its own, in its foreground."""

    def __init__(self, argv):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(argv[0], argv)
        self.text = b""

    def resize(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text):
        os.write(self.fd, text)

    def wait_for(self, wanted, again=b""):
        """Until it shows `wanted`; meanwhile `again` is typed again."""
        end = time.monotonic() + launch.TIMEOUT
        while wanted not in self.text:
            assert time.monotonic() < end, self.text
            ready, _, _ = select.select([self.fd], [], [],
                                        0.1 if again else launch.TIMEOUT)
            if ready:
                self.text += os.read(self.fd, 4096)
            else:
                self.type(again)
        self.text = self.text.split(wanted, 1)[1]


@contextlib.contextmanager
def shell(who, *more):
    terminal = Terminal(launch.command([*more, *SHELL], who, CONFIG))
    try:
        terminal.wait_for(b"> ")
        yield terminal
        terminal.type(b"exit 7\n")
        _, status = os.waitpid(terminal.pid, 0)
        terminal.pid = 0
        assert os.waitstatus_to_exitcode(status) == 7, status
    finally:
        if terminal.pid:
            os.kill(terminal.pid, 9)
            os.waitpid(terminal.pid, 0)
        os.close(terminal.fd)


class JobControl(case.JailTestCase):

    def test_interrupt_stop_and_size(self):
        for who in self.for_each_identity():
            for more in ((), ("--forward_signals",), ("--pid1", "reaper")):
                with self.subTest(more), shell(who, *more) as terminal:
                    terminal.type(b"sh -c 'echo at$((1))work; sleep 600'\n")
                    terminal.wait_for(b"at1work")
                    # bash gives the job the terminal when it likes.
                    terminal.wait_for(b"> ", again=b"\x03")
                    terminal.type(b"echo status $?\n")
                    terminal.wait_for(b"status 130")
                    terminal.type(b"sh -c 'echo at$((2))work; sleep 600'\n")
                    terminal.wait_for(b"at2work")
                    terminal.wait_for(b"Stopped", again=b"\x1a")
                    terminal.type(b"kill -9 %1; wait; echo gone\n")
                    terminal.wait_for(b"gone")
                    terminal.resize(51, 133)
                    terminal.type(b"stty size\n")
                    terminal.wait_for(b"51 133")


if __name__ == "__main__":
    case.main()
