# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""What the tests of the program's front end share."""

import contextlib
import re
import signal
import subprocess

from support import launch
from support.identity import USER

# A jail with the host's shell and tools.
SHELL_CONFIG = launch.PROBE_CONFIG + """
rlimit_nproc_type: SOFT
mount { src: "/usr" dst: "/usr" is_bind: true }
mount { src: "usr/bin" dst: "/bin" is_symlink: true }
mount { src: "usr/lib" dst: "/lib" is_symlink: true }
mount { src: "usr/lib64" dst: "/lib64" is_symlink: true }
"""

STAMP = r"\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}\]"
END_LINE = re.compile(
    rf"\[I\]{STAMP} pid=\d+ \(\[STANDALONE MODE\]\) "
    r"exited with status: 0, \(PIDs left: 0\)")


def shell(script, *args, extra="", **kwargs):
    """Runs a line of shell in a jail."""
    return launch.jail(*args, "--", "/bin/sh", "-c", script,
                       config=SHELL_CONFIG + extra, **kwargs)


@contextlib.contextmanager
def running(*args, config=None, identity=USER, **popen):
    """A jail that runs beside the test; killed at the end of the block."""
    argv = launch.command(args, identity, config)
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, cwd="/", **popen)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        process.stderr.close()
