# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Cgroup fields as public nsjail configs write them: they run unchanged, and hold.

The texts are ours; the shapes are those of challenge servers, code runners and
judges.  As root, on the v1 of this machine and on v2 in that of tests/vm/run.
"""

import os

from bombs import places
from support import case, launch
from support.identity import ROOT

SYSTEM = """
mode: ONCE
time_limit: 50
rlimit_as_type: HARD
rlimit_nproc_type: HARD
uidmap { inside_id: "1000" outside_id: "65534" }
gidmap { inside_id: "1000" outside_id: "65534" }
mount { src: "/usr" dst: "/usr" is_bind: true }
mount { src: "usr/bin" dst: "/bin" is_symlink: true }
mount { src: "usr/lib" dst: "/lib" is_symlink: true }
mount { src: "usr/lib64" dst: "/lib64" is_symlink: true }
"""
HUNGRY = "x=12345678; while :; do x=$x$x; done"
# Those that say nothing of a version, or let it be detected.
EITHER = {
    "memory and processes": """
        cgroup_mem_max: 67108864
        cgroup_pids_max: 20
        """,
    "detected": """
        detect_cgroupv2: true
        cgroup_mem_max: 52428800
        cgroup_pids_max: 10
        cgroup_cpu_ms_per_sec: 900
        """,
    "without swap": """
        detect_cgroupv2: true
        cgroup_mem_max: 64000000 cgroup_mem_swap_max: 0
        cgroup_pids_max: 12
        """,
}
V1 = {
    "a small service, all mounts and parents named": """
        cgroup_pids_max: 5
        cgroup_pids_mount: "/sys/fs/cgroup/pids"
        cgroup_pids_parent: "{name}"
        cgroup_mem_max: 20971520
        cgroup_mem_mount: "/sys/fs/cgroup/memory"
        cgroup_mem_parent: "{name}"
        cgroup_cpu_ms_per_sec: 100
        cgroup_cpu_mount: "/sys/fs/cgroup/cpu"
        cgroup_cpu_parent: "{name}"
        """,
    "the default mounts written out": """
        cgroup_mem_max: 64000000
        cgroup_mem_memsw_max: 0
        cgroup_mem_swap_max: 0
        cgroup_mem_mount: "/sys/fs/cgroup/memory"
        cgroup_mem_parent: "NSJAIL"
        cgroup_pids_mount: "/sys/fs/cgroup/pids"
        cgroup_pids_max: 12
        use_cgroupv2: false
        cgroupv2_mount: "/sys/fs/cgroup"
        """,
}
V2 = {
    "a parent that the service made": """
        use_cgroupv2: true
        detect_cgroupv2: false
        cgroupv2_mount: "{path}"
        cgroup_mem_max: 67108864
        cgroup_mem_swap_max: 0
        cgroup_pids_max: 16
        cgroup_cpu_ms_per_sec: 500
        """,
    "the usual place": """
        use_cgroupv2: true
        cgroup_pids_max: 10
        cgroup_mem_max: 67108864 # 64 MiB
        cgroup_cpu_ms_per_sec: 900
        """,
    "both words for v2": """
        detect_cgroupv2: true
        use_cgroupv2: true
        cgroup_mem_max: 33554432
        """,
}


class Shapes(case.JailTestCase):

    def setUp(self):
        if reason := places.reason_for_none():
            self.skipTest(reason)
        self.name = f"jailtest{os.getpid()}"
        self.path = ""
        if places.IS_V2:
            self.path = str(self.enterContext(places.delegated()))
        else:
            for controller in places.CONTROLLERS.values():
                self.addCleanup(self.remove, places.MOUNT / controller)

    def remove(self, hierarchy):
        """The parents are made, as nsjail's users expect, and stay."""
        (hierarchy / self.name).rmdir()

    def test_hold(self):
        shapes = EITHER | (V2 if places.IS_V2 else V1)
        for name, text in shapes.items():
            with self.subTest(shape=name):
                config = SYSTEM + text.replace("{name}", self.name).replace(
                    "{path}", self.path)
                result = launch.jail("--", "/bin/sh", "-c", "echo ok",
                                     config=config, identity=ROOT)
                self.assert_exit(result, 0)
                self.assertEqual(result.out, "ok\n")
                isolation = result.report["isolation"]
                self.assertEqual(isolation["limits_not_in_force"], [])
                result = launch.jail("--", "/bin/sh", "-c", HUNGRY,
                                     config=config, identity=ROOT)
                self.assertEqual(result.report["outcome"], "MEMORY", result)
                self.assertEqual(result.report["limit"]["name"],
                                 "cgroup_mem_max")


if __name__ == "__main__":
    os.chdir("/")
    case.main()
