# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Finds what a jail left behind: processes, mounts, files, descriptors.

    with leaks.Watch() as watch:
        ... run jails, kill supervisors ...
    # on leaving, everything must be gone; else AssertionError

Processes: this process becomes a child subreaper (prctl(2)), so that whatever
outlives its supervisor becomes a child of the test, wherever it was forked.
"""

import ctypes
import os
import pathlib
import select
import signal
import tempfile
import time

_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)
# Containment promises that a jail is gone within a second of its launcher.
# Slack for a loaded machine; a leak stays for ever, so it costs nothing.
PATIENCE_SECONDS = 60


def become_subreaper():
    if _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def children(pid=None):
    """Pids of the children of `pid`, zombies included."""
    pid = pid or os.getpid()
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            found += [int(p) for p in (task / "children").read_text().split()]
        except OSError:
            pass  # the thread has ended
    return found


def describe(pid):
    try:
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return f"{pid} (gone)"
    state = next(l for l in status.splitlines() if l.startswith("State"))
    words = command.decode(errors="replace").replace("\0", " ")
    return f"{pid} {words}{state}"


def _wait_for_end(pid, seconds):
    """Waits for the end of our child `pid`, and reaps it if it ended."""
    try:
        fd = os.pidfd_open(pid)
        try:
            select.select([fd], [], [], max(0, seconds))
        finally:
            os.close(fd)
        os.waitpid(pid, os.WNOHANG)
    except (ProcessLookupError, ChildProcessError):
        pass  # reaped by someone else in this process


def reap_all(patience=PATIENCE_SECONDS):
    """Waits until this process has no child; kills and returns those that stay."""
    deadline = time.monotonic() + patience
    # Reaping one can bring us its children.
    while children() and time.monotonic() < deadline:
        for pid in children():
            _wait_for_end(pid, deadline - time.monotonic())
    left = [describe(pid) for pid in children()]
    while children():
        for pid in children():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    return left


def mounts():
    """Mounts of this namespace, by what identifies them."""
    lines = pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
    return {" ".join(l.split()[2:5]) for l in lines}


def fds(pid="self"):
    """Open descriptors of a process: number to target."""
    table = {}
    folder = pathlib.Path(f"/proc/{pid}/fd")
    for entry in os.listdir(folder):
        try:
            table[int(entry)] = os.readlink(folder / entry)
        except OSError:
            pass  # the one that lists
    return table


def _temporary_files():
    found = set()
    for folder in {tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm", "/run"}:
        try:
            entries = os.scandir(folder)
        except OSError:
            continue
        # Named as all that jail makes is.  Tests and people beside this test
        # have files there too: "jail-test-...", "jail-vm...".
        found |= {e.path for e in entries if e.name.startswith("jail.")}
    return found


def _await_none(look, deadline):
    """What `look` still finds at the deadline.

    Tests beside this one make mounts and files for a moment, and look the same
    as ours; what was left behind stays.
    """
    while (left := look()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return sorted(left)


class Watch:
    """Everything that is there at the end must have been there before."""

    def __init__(self, patience=PATIENCE_SECONDS):
        self._patience = patience

    def __enter__(self):
        become_subreaper()
        self._mounts = mounts()
        self._files = _temporary_files()
        self._fds = fds()
        return self

    def __exit__(self, kind, value, traceback):
        deadline = time.monotonic() + self._patience
        problems = []
        problems += [f"process {p}" for p in reap_all(self._patience)]
        problems += [f"mount {m}" for m in _await_none(
            lambda: mounts() - self._mounts, deadline)]
        problems += [f"file {f}" for f in _await_none(
            lambda: _temporary_files() - self._files, deadline)]
        problems += [f"descriptor {n} -> {t} of the test"
                     for n, t in fds().items() if n not in self._fds]
        if kind is None and problems:
            raise AssertionError("left behind: " + "; ".join(problems))
        return False
