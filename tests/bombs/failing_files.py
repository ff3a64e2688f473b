# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Cgroup files that fail: the error says which and what helps; there is no jail.

On the v1 of this machine, and on v2 in the machine of tests/vm/run.
"""

import contextlib
import os
import pathlib

from bombs import places
from support import case, launch
from support.identity import ROOT, USER, Identity

MOUNT = places.MOUNT
NAME = f"jailtest{os.getpid()}"


def read_only(path):
    """A caller for whom the file system at `path` is read-only."""
    return Identity("read-only", (
        "unshare", "--mount", "sh", "-c",
        f"mount --bind {path} {path} && mount -o remount,bind,ro {path} && "
        'exec "$@"', "sh"), 0)


@contextlib.contextmanager
def folder(path, **files):
    """A cgroup for a test, which must be empty at its end.

    files: what is written; "__" stands for a dot.
    """
    path.mkdir()
    try:
        for name, value in files.items():
            (path / name.replace("__", ".")).write_text(value)
        yield path
    finally:
        inside = [p for p in path.iterdir() if p.is_dir()]
        for each in inside:
            each.rmdir()
        path.rmdir()
    if inside:
        raise AssertionError(f"left behind: {inside}")


class FailingCase(case.JailTestCase):

    def setUp(self):
        if reason := places.reason_for_none():
            self.skipTest(reason)

    def assert_refused(self, line, *args, who=ROOT, extra=""):
        """There is no jail, for this reason; with best effort there is one."""
        result = launch.probe("see", args=args, identity=who, extra=extra)
        self.assert_setup_failure(result, line)
        self.assertEqual(result.out, "", result)
        self.assertEqual(result.report["setup_failure"]["hint"] != "",
                         ": hint: " in line, result)
        result = launch.probe("see", args=args, identity=who,
                              extra=extra + ' cgroup_best_effort: "all"')
        self.assert_exit(result, 0)
        self.assertNotEqual(
            result.report["isolation"]["limits_not_in_force"], [], result)


class V1(FailingCase):

    def test_read_only(self):
        self.assert_refused(
            r"cgroup_mem_max .*: mkdir /sys/fs/cgroup/memory/NSJAIL/jail\.\*: "
            r"EROFS .*: hint: give the container a writable /sys/fs/cgroup",
            "--cgroup_mem_max", 99 << 20, who=read_only(MOUNT / "memory"))

    def test_a_controller_that_is_not_there(self):
        pids = MOUNT / "pids"
        self.assert_refused(
            rf"cgroup_pids_max .*: statfs {pids}: holds no cgroup hierarchy "
            r"with pids: hint: name the place", "--cgroup_pids_max", 5,
            who=Identity("without pids", (
                "unshare", "--mount", "sh", "-c", f'umount {pids} && exec "$@"',
                "sh"), 0))

    def test_no_hierarchy_at_the_mount_that_is_named(self):
        self.assert_refused(
            r"cgroup_mem_max .*: statfs /tmp: holds no cgroup hierarchy with "
            r"memory: hint: name the place", "--cgroup_mem_max", 99 << 20,
            "--cgroup_mem_mount", "/tmp")

    def test_processors_that_are_not_there(self):
        self.assert_refused(
            r"cgroup_cpuset_cpus .*: write .*/cpuset\.cpus 4000: ERANGE .*: "
            r"hint: the cgroup above has: 0", "--cgroup_cpuset_cpus", 4000)

    def test_no_memory_nodes_to_run_with(self):
        with folder(MOUNT / "cpuset" / NAME, cpuset__cpus="0") as given:
            os.chown(given, USER.host_uid, -1)
            self.assert_refused(
                r"cgroup_cpuset_cpus .*: write .*/tasks: ENOSPC .*"
                rf": hint: .*no memory nodes.*{given}",
                "--cgroup_cpuset_cpus", 0, "--cgroup_cpu_parent", NAME,
                who=USER)

    def test_less_memory_than_is_in_use_can_be_given(self):
        # The kernel rounds to pages, and nothing lives in a new cgroup: what
        # can't start is killed, and that is no fault of ours.
        result = launch.probe("see", args=("--cgroup_mem_max", 4096),
                              identity=ROOT)
        self.assertIn(result.status, (137, 255), result)


class V2(FailingCase):

    def setUp(self):
        super().setUp()
        (MOUNT / "cgroup.subtree_control").write_text("+memory +pids")

    def given(self, path):
        return ("--use_cgroupv2", "--cgroupv2_mount", path)

    def test_read_only(self):
        self.assert_refused(
            r"cgroup_mem_max .*: mkdir /sys/fs/cgroup/jail\.\*: EROFS .*: hint: "
            r"give the container a writable /sys/fs/cgroup",
            *self.given(MOUNT), "--cgroup_mem_max", 99 << 20,
            who=read_only(MOUNT))

    def test_read_only_and_a_scope_of_systemds(self):
        self.assert_refused(
            r"cgroup_mem_max .*: write .*/cgroup\.subtree_control \+memory: "
            r"EROFS .*: hint: ", "--use_cgroupv2",
            "--cgroup_mem_max", 99 << 20, who=read_only(MOUNT))

    def test_parent_that_may_have_no_children(self):
        for file in ("cgroup__max__descendants", "cgroup__max__depth"):
            with folder(MOUNT / NAME, **{file: "0"}) as given:
                self.assert_refused(
                    rf"cgroup_mem_max .*: mkdir {given}/jail\..*: EAGAIN .*: "
                    r"hint: cgroup\.max\.descendants or cgroup\.max\.depth",
                    *self.given(given), "--cgroup_mem_max", 99 << 20)

    def test_parent_without_the_controller(self):
        with folder(MOUNT / NAME) as above:
            (above / "in").mkdir()
            self.assert_refused(
                rf"cgroup_mem_max .*: write {above}/in/cgroup\.subtree_control "
                r"\+memory: ENOENT .*: hint: the memory controller is not "
                rf"available in {above}/in: see its cgroup\.controllers",
                *self.given(above / "in"), "--cgroup_mem_max", 99 << 20)
            (above / "in").rmdir()

    def test_threaded_parent(self):
        with folder(MOUNT / NAME) as above:
            inside = above / "in"
            inside.mkdir()
            (inside / "cgroup.type").write_text("threaded")
            (above / "cgroup.subtree_control").write_text("+pids")
            for limit, value, line in (
                    ("cgroup_mem_max", 99 << 20,
                     r"cgroup\.subtree_control \+memory: ENOENT"),
                    ("cgroup_pids_max", 99,
                     "clone3 CLONE_INTO_CGROUP .*: EOPNOTSUPP")):
                self.assert_refused(
                    rf"{limit} .*: .*{line} .*: hint: {inside} is threaded",
                    *self.given(inside), f"--{limit}", value)
            inside.rmdir()

    def test_processors_that_are_not_there(self):
        self.assert_refused(
            r"cgroup_cpuset_cpus .*: write .*/cpuset\.cpus 4000: ERANGE .*: "
            r"hint: the cgroup above has: 0", "--use_cgroupv2",
            "--cgroup_cpuset_cpus", 4000)

    def test_a_device_that_is_not_there(self):
        self.assert_refused(
            r"cgroup_io\[0\] .*: write .*/io\.max 99:0 rbps=100: ENODEV .*: "
            r"hint: name a whole disk", "--use_cgroupv2",
            extra='cgroup_io { device: "99:0" rbps: 100 }')

    def test_parent_that_may_have_no_more_processes(self):
        with folder(MOUNT / NAME, pids__max="0") as given:
            result = launch.probe("see", args=(
                *self.given(given), "--cgroup_mem_max", 99 << 20), identity=ROOT)
            self.assert_setup_failure(result, r"EAGAIN .*pids\.max")


# What the other version of cgroups has is no test here, and no skip.
if places.IS_V2:
    del V1
else:
    del V2

if __name__ == "__main__":
    os.chdir("/")
    case.main()
