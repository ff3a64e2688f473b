# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""What the probe must see in the jail of CONFIG; whatever differs is a hole.

The tests of containment assert that a jail has no hole; those of mutation
assert that a jail with one protection removed has one.
"""

import os

from support import files, launch

HOSTNAME = "jail-probe"
INSIDE_ID = 1000
UNLIMITED = 2**64 - 1


def config(extra="", host_folder="/usr"):
    """The jail that the holes are about."""
    return f"""
hostname: "{HOSTNAME}"
uidmap {{ inside_id: "{INSIDE_ID}" outside_id_if_root: "65534" }}
gidmap {{ inside_id: "{INSIDE_ID}" outside_id_if_root: "65534" }}
envar: "LISTED=yes"
mount {{ src: "{files.probe()}" dst: "/probe" is_bind: true nodev: true }}
mount {{ src: "{host_folder}" dst: "/readonly" is_bind: true nodev: true }}
mount {{
  dst: "/scratch" fstype: "tmpfs" options: "size=1m,mode=0777" rw: true
  noexec: true nosymfollow: true
}}
mount {{ dst: "/content" src_content: "given\\n" }}
dev_preset: true
proc: SUBSET_PID
{extra}
"""


def write_config(extra="", host_folder="/usr"):
    return launch.write_config(config(extra, host_folder))


ROOT_ENTRIES = ["content", "dev", "probe", "proc", "readonly", "scratch"]

# Mount point to the flags that it must have, as mountinfo shows them.
MOUNTS = {
    "/": {"ro", "nosuid", "nodev"},
    "/probe": {"ro", "nosuid", "nodev"},
    "/readonly": {"ro", "nosuid", "nodev"},
    "/scratch": {"rw", "nosuid", "nodev", "noexec", "nosymfollow"},
    "/content": {"ro", "nosuid", "nodev"},
    "/proc": {"ro", "nosuid", "nodev", "noexec"},
}

# Mount point to options of its file system, which limit what it takes of the
# host's memory, and what it shows of the host.
OPTIONS = {
    "/": {"size=16384k", "mode=755"},
    "/dev": {"size=64k", "mode=755"},
    "/dev/shm": {"size=65536k"},
    "/content": {"size=8k", "mode=700"},
    "/scratch": {"size=1024k", "mode=777"},
    "/proc": {"subset=pid", "hidepid=invisible"},
}

DEV_MOUNTS = ["/dev", *(f"/dev/{name}" for name in (
    "full", "null", "pts", "random", "shm", "tty", "urandom", "zero"))]

RLIMITS = {
    "core": [0, 0],
    "fsize": [1 << 20, 1 << 20],
    "nofile": [32, 32],
    "as": [4096 << 20, 4096 << 20],
    "cpu": [600, 600],
}

# Every errno but 0 will do: which one depends on what stops it first.
MUST_FAIL = ["unshare_user", "unshare_mount", "mount_tmpfs", "umount_root",
             "remount_root", "chroot", "setuid_0", "setgid_0", "sethostname",
             "mknod_device", "write_root", "raw_socket"]


def host_namespaces():
    return {name: os.readlink(f"/proc/self/ns/{name}")
            for name in ("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")}


def parse_mountinfo(text):
    """(mount point, flags, options of the file system) of each line."""
    return [(fields[4], set(fields[5].split(",")), set(fields[-1].split(",")))
            for fields in (line.split() for line in text.splitlines())]


def _expect(holes, name, seen, wanted):
    if seen != wanted:
        holes[name] = f"{seen!r} instead of {wanted!r}"


def find(seen):
    """Holes in what `probe` printed: name to what is wrong."""
    holes = {}
    _expect(holes, "fds", sorted(map(int, seen["fds"])), [0, 1, 2])
    _expect(holes, "stdio kinds",
            [fd for fd, what in seen["fds"].items()
             if what["kind"] in ("directory", "block")], [])
    _expect(holes, "env", seen["env"], ["LISTED=yes"])
    _expect(holes, "argv", seen["argv"], ["/probe"])
    _expect(holes, "cwd", seen["cwd"], "/")
    _expect(holes, "uids", seen["uids"], [INSIDE_ID] * 4)
    _expect(holes, "gids", seen["gids"], [INSIDE_ID] * 4)
    _expect(holes, "groups", seen["groups"], [])
    for kind, caps in seen["caps"].items():
        _expect(holes, f"{kind} capabilities", caps, 0)
    _expect(holes, "no_new_privs", seen["no_new_privs"], 1)
    if "jail-test-caller" in seen["session_keyring_is"]:
        holes["keyring"] = seen["session_keyring_is"]
    _expect(holes, "pid", seen["pid"], 1)
    _expect(holes, "parent", seen["ppid"], 0)
    _expect(holes, "session", [seen["sid"], seen["pgid"]], [1, 1])
    if seen["controlling_tty"] == 0:
        holes["terminal"] = "there is a controlling terminal"
    _expect(holes, "signal mask", seen["signal_mask"], 0)
    _expect(holes, "pending signals", seen["signals_pending"], 0)
    _expect(holes, "signal dispositions", seen["signal_dispositions"], [])
    _expect(holes, "parent-death signal", seen["parent_death_signal"], 9)
    _expect(holes, "umask", seen["umask"], 0o022)
    _expect(holes, "nice", seen["nice"], 19)
    _expect(holes, "personality", seen["personality"], 0)
    _expect(holes, "hostname", seen["hostname"], HOSTNAME)
    _expect(holes, "interfaces", seen["interfaces"], {"lo": "up"})
    for name, value in RLIMITS.items():
        _expect(holes, f"rlimit {name}", seen["rlimits"][name], value)
    if UNLIMITED in seen["rlimits"]["memlock"]:
        holes["rlimit memlock"] = "unlimited"
    _find_in_filesystem(holes, seen)
    _find_in_namespaces(holes, seen)
    return holes


def _find_in_filesystem(holes, seen):
    _expect(holes, "root", seen["root"], ROOT_ENTRIES)
    _expect(holes, "root is the top", seen["root_is_top"], True)
    mounts = parse_mountinfo(seen["mountinfo"])
    _expect(holes, "mounts of the host",
            [m for m, _, _ in mounts if m not in MOUNTS
             and m not in DEV_MOUNTS and not m.startswith("/readonly/")], [])
    _expect(holes, "mount points",
            sorted(m for m, _, _ in mounts if not m.startswith("/readonly/")),
            sorted([*MOUNTS, *DEV_MOUNTS]))
    _expect(holes, "mode of /", seen["root_mode"], 0o755)
    for point, flags, options in mounts:
        if missing := OPTIONS.get(point, set()) - options:
            holes[f"options of {point}"] = f"no {sorted(missing)}"
        wanted = MOUNTS.get(point)
        if point.startswith("/readonly/"):
            wanted = MOUNTS["/readonly"]
        if wanted is None:
            wanted = {"nosuid"}  # beneath /dev
        if not wanted <= flags:
            holes[f"flags of {point}"] = f"no {sorted(wanted - flags)}"


def _find_in_namespaces(holes, seen):
    host = host_namespaces()
    for name, inode in host.items():
        inside = seen["namespaces"].get(name)
        if inside is None or inside == inode:
            holes[f"{name} namespace"] = f"{inside}, the host's is {inode}"
    _expect(holes, "id map",
            [int(line.split()[0]) for line in seen["uid_map"].splitlines()],
            [INSIDE_ID])


def find_tried(tried):
    """Holes in what `probe try` printed."""
    holes = {name: "worked" for name in MUST_FAIL if tried["tried"][name] == 0}
    _expect(holes, "fork works", tried["tried"]["fork"], 0)
    return holes
