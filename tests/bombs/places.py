# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Who may make cgroups here, and with which options: on v1, hybrid and v2."""

import contextlib
import dataclasses
import os
import pathlib
import subprocess

from support.identity import ROOT, USER, Identity

MOUNT = pathlib.Path("/sys/fs/cgroup")
IS_V2 = (MOUNT / "cgroup.controllers").exists()
CONTROLLERS = {"mem": "memory", "pids": "pids", "cpu": "cpu"}  # by option
TESTER = 1000  # of tests/vm/run: has a systemd of its own


@dataclasses.dataclass(frozen=True)
class Place:
    """A caller who may make cgroups, and the options that say where."""

    who: Identity
    args: tuple = ()
    source: str = ""  # what the report calls it

    def __str__(self):
        return f"{self.who} ({self.source})"


def reason_for_none():
    """Why no place can be had; empty: there are some."""
    if os.geteuid() != 0:
        return "only root may make or give away cgroups here"
    if not IS_V2 and not (MOUNT / "memory" / "cgroup.procs").exists():
        return "no cgroup with a memory controller"
    return ""


@contextlib.contextmanager
def delegated():
    """v2: a cgroup that systemd leaves to us; it has a leaf, and is divided.

    Not the root: there systemd takes controllers away that it has no use for.
    """
    unit = f"jailtest{os.getpid()}.service"
    path = MOUNT / "system.slice" / unit
    # systemd makes one dollar of two.
    subprocess.run(
        ["systemd-run", "--quiet", "--collect", f"--unit={unit}", "--property=Delegate=yes",
         "--property=Type=notify", "--property=NotifyAccess=all", "sh", "-c",
         f"mkdir {path}/leaf && echo $$$$ > {path}/leaf/cgroup.procs && "
         "systemd-notify --ready && exec sleep infinity"], check=True)
    try:
        yield path
    finally:
        subprocess.run(["systemctl", "stop", unit], check=True)


@contextlib.contextmanager
def _of_systemd():
    subprocess.run(["systemctl", "start", f"user@{TESTER}.service"], check=True)
    tester = Identity("tester", (
        "setpriv", f"--reuid={TESTER}", f"--regid={TESTER}", "--clear-groups",
        "env", f"XDG_RUNTIME_DIR=/run/user/{TESTER}"), TESTER)
    with delegated() as path:
        given = ("--use_cgroupv2", "--cgroupv2_mount", path)
        yield [Place(ROOT, (), "SCOPE"), Place(tester, (), "SCOPE"),
               Place(ROOT, given, "GIVEN")]


@contextlib.contextmanager
def each():
    """The places of this machine: root's, then a user's, then others."""
    if IS_V2:
        with _of_systemd() as here:
            yield here
        return
    # As docs/cgroups.md says: made by root, and given away.
    name = f"jailtest{os.getpid()}"
    given = [MOUNT / controller / name for controller in CONTROLLERS.values()]
    try:
        args = ()
        for option, path in zip(CONTROLLERS, given):
            path.mkdir()
            os.chown(path, USER.host_uid, -1)
            args += (f"--cgroup_{option}_parent", name)
        yield [Place(ROOT, (), "V1"), Place(USER, args, "GIVEN")]
    finally:
        for path in given:
            if path.exists():
                path.rmdir()
