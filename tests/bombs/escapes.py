# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""What a jail with every capability does to its cgroups: its limits stay.

As root and as a user whom the files of its cgroup belong to, on the v1 of this
machine and on v2 in the machine of tests/vm/run.
"""

import json
import os
import pathlib

from blackbox import front
from bombs import places
from support import case, files, launch

CLIMB = pathlib.Path(__file__).with_name("climb.py")
LIMIT = 48 << 20
# May mount whatever the kernel lets it; nothing filters its calls.
CONFIG = front.SHELL_CONFIG.replace('inside_id: "1000"', 'inside_id: "0"') + """
keep_caps: true
seccomp_default: NONE
mount_proc: true
rlimit_as_type: HARD
pid1: REAPER
time_limit: 50
mount { dst: "/tmp" fstype: "tmpfs" rw: true }
"""


def cgroups():
    return {os.path.join(path, name)
            for path, names, _ in os.walk(places.MOUNT) for name in names}


class Escapes(case.JailTestCase):

    def setUp(self):
        if reason := places.reason_for_none():
            self.skipTest(reason)

    def climb(self, place, mib):
        result = launch.jail(
            "--cgroup_mem_max", LIMIT, "--cgroup_pids_max", 20,
            "--detect_cgroupv2", *place.args, "-R",
            f"{files.reachable(CLIMB)}:/climb.py", "--", "/bin/python3", "-I",
            "/climb.py", str(mib), config=CONFIG, identity=place.who)
        self.assertEqual(result.report["isolation"]["limits_not_in_force"], [])
        return result

    def test_its_limits_stay_and_nothing_is_made_outside(self):
        with places.each() as here:
            for place in here:
                with self.subTest(place=str(place)):
                    result = self.climb(place, 90)
                    saw = json.loads(result.out.splitlines()[0])
                    # It did get at file systems of cgroups, or nothing is
                    # shown.  Root's are closed to it altogether.
                    if not place.who.is_root:
                        self.assertNotEqual(saw["mounted"], [])
                    for line in saw["seen"]:
                        self.assertRegex(line, r"^\d+:[^:]*:/$")
                    self.assertEqual(saw["release_agent"], [])
                    self.assertEqual(saw["outside"], [])
                    self.assertEqual(result.report["outcome"], "MEMORY", result)
                    self.assertEqual(result.report["limit"]["name"],
                                     "cgroup_mem_max")
                    for path in result.report["isolation"]["cgroup"]["paths"]:
                        self.assertFalse(os.path.exists(path), path)

    def test_what_it_made_goes_with_it(self):
        with places.each() as here:
            for place in here:
                with self.subTest(place=str(place)):
                    result = self.climb(place, 1)
                    self.assert_exit(result, 0)
                    # Whatever others make meanwhile, "own" is the jail's name.
                    self.assertEqual([p for p in cgroups()
                                      if p.endswith("/own")], [])


if __name__ == "__main__":
    os.chdir("/")
    case.main()
