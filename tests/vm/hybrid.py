# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""A host with some controllers in v1, and one (cpuset) in v2.

Runs in the machine of tests/vm/run --cgroup hybrid.
"""

import os

from blackbox import front
from support import case, launch
from support.identity import ROOT

CPUSET = ("--cgroup_cpuset_cpus", "0")
MEMORY = ("--cgroup_mem_max", 20 << 20)
AFFINITY = "import os; print(os.sched_getaffinity(0))"
EAT = "bytearray(60 << 20)"
OF_ONE_VERSION = r"cgroup: {} is a controller of {} here \(/sys/fs/cgroup/{}\)"


def python(script, *args):
    return launch.jail(*args, "--", "/bin/python3", "-I", "-S", "-c", script,
                       config=front.SHELL_CONFIG + "rlimit_as_type: HARD",
                       identity=ROOT)


class Hybrid(case.JailTestCase):

    def source(self, result):
        return result.report["isolation"]["cgroup"]["source"]

    def test_each_version_by_itself(self):
        # systemd divides v1 here, so that none of its scopes has a controller.
        for args in (CPUSET, (*CPUSET, "--detect_cgroupv2"),
                     (*CPUSET, "--use_cgroupv2")):
            result = python(AFFINITY, *args)
            self.assert_exit(result, 0)
            self.assertEqual(result.out, "{0}\n")
            self.assertEqual(self.source(result), "ROOT", result)
        result = python(EAT, *MEMORY)
        self.assertEqual(result.report["outcome"], "MEMORY", result)
        self.assertEqual(self.source(result), "V1", result)

    def test_both_at_once_are_refused_with_the_reason(self):
        both = (*CPUSET, *MEMORY)
        self.assert_setup_failure(
            python("", *both), "cgroup_cpuset_cpus .*: " +
            OF_ONE_VERSION.format("cpuset", "v2", "unified"))
        self.assert_setup_failure(
            python("", *both, "--detect_cgroupv2"), "cgroup_mem_max .*: " +
            OF_ONE_VERSION.format("memory", "v1", "memory"))

    def test_the_other_version_may_be_best_effort(self):
        for args, lost in (((), "cgroup_cpuset_cpus"),
                           (("--use_cgroupv2",), "cgroup_mem_max")):
            result = python("", *CPUSET, *MEMORY, "--cgroup_best_effort", lost,
                            *args)
            self.assert_exit(result, 0)
            self.assertEqual([l["name"] for l in result.report["isolation"]
                              ["limits_not_in_force"]], [lost], result)


if __name__ == "__main__":
    os.chdir("/")
    case.main()
