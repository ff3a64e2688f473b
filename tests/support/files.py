# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Where the binaries under test are, reachable by every identity."""

import atexit
import functools
import os
import pathlib
import shutil
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("JAIL_BUILD", SOURCE / "build"))


def _all_can_reach(path):
    return all(folder.stat().st_mode & 0o001 for folder in path.parents)


@functools.cache
def stage():
    """A folder of this test process that every user may enter; removed at exit."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="jail-test-"))
    folder.chmod(0o755)
    owner = os.getpid()

    def remove():
        if os.getpid() == owner:  # not in a forked child
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


@functools.cache
def reachable(path):
    """`path`, or a copy of it where other users cannot reach it."""
    path = pathlib.Path(path)
    if _all_can_reach(path):
        return str(path)
    copy = stage() / path.name
    shutil.copy2(path, copy)
    return str(copy)


def binary(name):
    """A program of build/bin."""
    return reachable(BUILD / "bin" / name)


def probe():
    """The static program that says what it sees (tests/probe)."""
    return reachable(BUILD / "tests" / "jail_probe")
