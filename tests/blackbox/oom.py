# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Many jails at once, each beyond its memory: who was hit is told truly."""

import concurrent.futures
import os
import pathlib
import signal
import subprocess
import unittest

from blackbox import front
from support import case, launch
from support.identity import ROOT

MiB = 1 << 20
V2 = pathlib.Path("/sys/fs/cgroup/cgroup.controllers").exists()
AT_ONCE = int(os.environ.get("JAIL_AT_ONCE", "10"))
PYTHON = ("/bin/python3", "-I", "-S", "-c")
CONFIG = front.SHELL_CONFIG + "rlimit_as_type: HARD log_level: INFO "
EAT = "bytearray(90 << 20)"
CHILD = ("import os\n"
         f"if os.fork() == 0: {EAT}\n"
         "else: print(os.WTERMSIG(os.wait()[1]), flush=True)")
# Each is beyond the limit only together with the others.
ALL = ("import os\n"
       "children = []\n"
       "for _ in range(4):\n"
       "  pid = os.fork()\n"
       "  if pid == 0:\n"
       f"    {EAT}\n"
       "    os._exit(0)\n"
       "  children.append(pid)\n"
       "print([os.WTERMSIG(os.waitpid(p, 0)[1]) for p in children])")


class AtOnce(case.JailTestCase):

    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("only root may make cgroups here")

    def run_all(self, script):
        """The reports and the outputs of jails that run side by side."""
        def run(_):
            return launch.jail(
                "--cgroup_mem_max", 32 * MiB, "--cgroup_pids_max", 30,
                "--detect_cgroupv2", "--", *PYTHON, script, config=CONFIG,
                identity=ROOT)

        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as threads:
            return list(threads.map(run, range(AT_ONCE)))

    def assert_ended(self, result):
        self.assertEqual(result.report["outcome"], "MEMORY", result)
        limit = result.report["limit"]
        self.assertEqual((limit["name"], limit["configured"], limit["unit"]),
                         ("cgroup_mem_max", 32 * MiB, "bytes"))
        self.assertEqual(result.report["limits_met"][0], limit)
        self.assertEqual(result.report["signal"], signal.SIGKILL)
        self.assertEqual(result.out, "")

    def assert_survived(self, result):
        report = result.report
        self.assertEqual(report["outcome"], "EXITED", result)
        self.assertNotIn("limit", report)
        [met] = report["limits_met"]
        self.assertEqual((met["name"], met["configured"]),
                         ("cgroup_mem_max", 32 * MiB))

    def test_the_first_process(self):
        for result in self.run_all(EAT):
            self.assert_ended(result)

    def assert_children_hit(self, script, told):
        """What the first process says of its children is what we say."""
        survived = 0
        for result in self.run_all(script):
            # v2: memory.oom.group, all of them go together.  v1: where the
            # dead free their memory slowly, the kernel looks for one more,
            # and takes the first process in a launch of thousands.
            if V2 or not result.out:
                self.assert_ended(result)
            else:
                self.assert_survived(result)
                self.assertEqual(result.out, told)
                survived += 1
        if not V2:
            self.assertGreater(survived, 0, "the kernel took every jail")

    def test_a_child(self):
        self.assert_children_hit(CHILD, "9\n")

    def test_all_children(self):
        self.assert_children_hit(ALL, "[9, 9, 9, 9]\n")

    @unittest.skipIf(V2, "v2 ends the jail by it")
    def test_v1_tells_of_it_at_once(self):
        # The jail goes on after it, and hears of nothing that ends it.
        script = CHILD + "\nimport sys; sys.stdin.read()"
        argv = launch.command(["--cgroup_mem_max", 32 * MiB, "--", *PYTHON,
                               script], ROOT, CONFIG)
        with subprocess.Popen(argv, stdin=subprocess.PIPE, text=True,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE) as jail:
            lines = iter(jail.stderr.readline, "")
            told = next(l for l in lines if "out of memory" in l)
            self.assertRegex(
                told, rf"pid=\d+ cgroup_mem_max: out of memory at {32 * MiB} "
                      r"bytes, the kernel kills a process of the jail")
            self.assertIsNone(jail.poll())
            jail.stdin.close()
            self.assertEqual(jail.wait(launch.TIMEOUT), 0)
            rest = jail.stderr.read()
            self.assertNotIn("out of memory", rest)
            self.assertIn("cgroup_mem_max: reached", rest)


if __name__ == "__main__":
    case.main()
