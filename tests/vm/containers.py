# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""What a container or a pod amounts to for cgroups: docs/cgroups.md.

A cgroup and mounts of its own, the cgroup file system writable (privileged) or
read-only, no systemd, and jail as the only process: the entry point.  No
container engine and no Kubernetes runs here, in the machine of tests/vm/run.
"""

import contextlib
import os

from blackbox import front
from bombs import places
from support import case, launch
from support.identity import Identity

CONFIG = front.SHELL_CONFIG + "rlimit_as_type: HARD mount_proc: true"
HUNGRY = "python3 -I -S -c 'bytearray(60 << 20)'; echo survived"
LIMITS = ("--detect_cgroupv2", "--cgroup_mem_max", 20 << 20,
          "--cgroup_pids_max", 10)


@contextlib.contextmanager
def container(access, command='exec "$@"'):
    """A caller in a container, who may write ("rw") or read ("ro") cgroups."""
    with places.delegated() as path:
        (path / "cgroup.subtree_control").write_text("+memory +pids +cpu")
        box = path / "box"
        box.mkdir()
        inside = ("mount -t tmpfs none /run/systemd && "
                  "umount /sys/fs/cgroup && "
                  "mount -t cgroup2 none /sys/fs/cgroup && "
                  f"mount -o remount,bind,{access} /sys/fs/cgroup && ")
        yield Identity("container", (
            "sh", "-c", f"echo $$ > {box}/cgroup.procs && exec unshare "
            f"--cgroup --mount sh -c '{inside}{command}' sh \"$@\"", "sh"), 0)


def run(who, *args, script=HUNGRY):
    return launch.jail(*LIMITS, *args, "--", "/bin/sh", "-c", script,
                       config=CONFIG, identity=who)


class Container(case.JailTestCase):

    def test_that_may_write_divides_its_own(self):
        with container("rw") as who:
            result = run(who)
        self.assert_exit(result, 137)
        self.assertEqual(result.report["outcome"], "MEMORY", result)
        cgroup = result.report["isolation"]["cgroup"]
        self.assertEqual(cgroup["source"], "DELEGATED")
        self.assertRegex(cgroup["paths"][0], r"^/sys/fs/cgroup/jail\.")

    def test_that_may_only_read_is_told_what_to_write(self):
        with container("ro") as who:
            result = run(who)
        self.assert_setup_failure(
            result, r"cgroup_mem_max .*: mkdir /sys/fs/cgroup/jail\.\*: EROFS "
                    r".*: hint: .*docker run --privileged")

    def test_best_effort_leaves_the_limit_to_the_container(self):
        with container("ro") as who:
            result = run(who, "--cgroup_best_effort", "all", script="echo ran")
        self.assert_exit(result, 0)
        self.assertEqual(result.out, "ran\n")
        isolation = result.report["isolation"]
        self.assertEqual(isolation["cgroup"]["source"], "NONE")
        self.assertEqual([l["name"] for l in isolation["limits_not_in_force"]],
                         ["cgroup_mem_max", "cgroup_pids_max"])
        self.assertIn("not in force", result.err)

    def test_with_another_process_beside_is_refused(self):
        # A shell as the entry point, say.
        with container("rw", '"$@"; exit $?') as who:
            result = run(who)
        self.assert_setup_failure(
            result, r"cgroup_mem_max .*hint: .*(processes live in|another)")


if __name__ == "__main__":
    os.chdir("/")
    case.main()
