# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Tries to get rid of its limits, from inside, and then to use what it got.

climb.py MIB: prints a JSON object of what it saw, then takes MIB of memory.
"""

import ctypes
import json
import os
import sys

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUSER = 0x20000, 0x2000000, 0x10000000
LIMITS = ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.max",
          "memory.high", "pids.max")
V1 = ("memory", "pids", "cpu", "cpu,cpuacct", "freezer", "devices", "cpuset")
tried = {"mounted": [], "raised": [], "release_agent": [], "outside": [],
         "moved": [], "unshared": []}


def mount(kind, where, options):
    os.makedirs(where, exist_ok=True)
    return libc.mount(b"none", where.encode(), kind.encode(), 0,
                      options.encode()) == 0


def write(path, text):
    try:
        fd = os.open(path, os.O_WRONLY)
    except OSError:
        return False
    try:
        os.write(fd, text.encode())
        return True
    except OSError:
        return False
    finally:
        os.close(fd)


def attack(top, label):
    """With the hierarchy that is mounted at `top`."""
    for folder in (top, f"{top}/.."):
        for name in LIMITS:
            path = f"{folder}/{name}"
            for all_there_is in ("-1", "max"):
                if write(path, all_there_is):
                    tried["raised"].append(f"{label} {path}")
    if write(f"{top}/release_agent", "/tmp/agent"):
        tried["release_agent"].append(label)
    # The directory above the root of a mount is the mount's own.
    above = os.path.realpath(f"{top}/../..")
    if above.startswith(top):
        tried["outside"].append(f"{label} {above}")
    try:
        os.mkdir(f"{top}/own")
    except OSError:
        return
    if write(f"{top}/own/cgroup.procs", str(os.getpid())):
        tried["moved"].append(label)


def climb(label):
    for controller in V1:
        where = f"/tmp/{label}-{controller}"
        if mount("cgroup", where, controller):
            tried["mounted"].append(f"{label} {controller}")
            attack(where, f"{label} {controller}")
    where = f"/tmp/{label}-v2"
    if mount("cgroup2", where, ""):
        tried["mounted"].append(f"{label} v2")
        attack(where, f"{label} v2")


def main():
    with open("/proc/self/cgroup", encoding="utf-8") as file:
        seen = file.read().splitlines()
    climb("first")
    for flags in (CLONE_NEWCGROUP | CLONE_NEWNS, CLONE_NEWUSER | CLONE_NEWNS |
                  CLONE_NEWCGROUP):
        if libc.unshare(flags) == 0:
            tried["unshared"].append(hex(flags))
            climb(hex(flags))
    print(json.dumps({"seen": seen, **tried}), flush=True)
    kept = bytearray(int(sys.argv[1]) << 20)
    print("has", len(kept))


main()
