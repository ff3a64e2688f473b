# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""What a jail has used, of all of it and of each kind."""

import os
import pathlib
import re

from blackbox import front
from support import case, launch
from support.identity import ROOT, USER

MiB = 1 << 20
LIMITS = ("cgroup_mem_max: 200000000 cgroup_pids_max: 30 "
          "cgroup_cpu_ms_per_sec: 200 detect_cgroupv2: true ")
# Three processes at once, some memory, and more processor than there is.
WORK = """
import os
memory = bytearray(30 << 20)
children = []
for _ in range(2):
    child = os.fork()
    if child == 0:
        sum(range(5 * 10**5))
        os._exit(0)
    children.append(child)
sum(range(2 * 10**6))
for child in children: os.waitpid(child, 0)
"""


def python(script, *args, extra="", identity=ROOT):
    return launch.jail(*args, "--", "/bin/python3", "-I", "-S", "-c", script,
                       config=front.SHELL_CONFIG + extra, identity=identity)


class OfAll(case.JailTestCase):

    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("only root may make cgroups here")

    def test_is_told_by_kind(self):
        result = python(WORK, extra=LIMITS)
        self.assert_exit(result, 0)
        usage = result.report["usage"]
        self.assertGreater(usage["memory_peak_bytes"], 30 * MiB)
        self.assertLess(usage["memory_final_bytes"],
                        usage["memory_peak_bytes"])
        # Of the dead nothing is left but what they have read and written.
        self.assertLess(usage["memory_anon_bytes"], MiB)
        self.assertLessEqual(usage["memory_shmem_bytes"],
                             usage["memory_file_bytes"])
        self.assertIn("memory_kernel_bytes", usage)
        self.assertEqual(usage["pids_peak"], 3)
        self.assertGreater(usage["throttled_periods"], 0)
        self.assertGreater(usage["throttled_us"], 0)

    def test_devices_are_counted_where_they_are_limited(self):
        disk = os.stat("/usr").st_dev
        disk = f"{os.major(disk)}:{os.minor(disk)}"
        if not pathlib.Path("/sys/dev/block", disk).exists():
            self.skipTest("/usr is not on a disk")
        result = python(
            "import mmap, os\n"
            "f = os.open('/usr/bin/python3', os.O_RDONLY | os.O_DIRECT)\n"
            "print(os.readv(f, [mmap.mmap(-1, 65536)]))",
            extra=f'cgroup_io {{ device: "{disk}" rbps: {1 << 30} }} '
                  "detect_cgroupv2: true")
        self.assert_exit(result, 0)
        self.assertEqual(result.out, "65536\n")
        usage = result.report["usage"]
        self.assertGreaterEqual(usage["device_read_bytes"], 65536)

    def test_is_printed_with_units(self):
        result = python(WORK, "--stats", extra=LIMITS)
        self.assert_exit(result, 0)
        lines = [l for l in result.err_lines if l.startswith("  ")]
        for what, unit in (("memory peak", "MiB"), ("memory anon", "bytes"),
                           ("pids peak", ""), ("throttled", "ms"),
                           ("cpu user", "ms"), ("launch: exec", "ms")):
            pattern = rf"^  {what} +[0-9.]+"
            [line] = [l for l in lines if re.match(pattern, l)]
            if unit == "ms":
                self.assertRegex(line, " m?s$")
            elif unit:
                self.assertTrue(line.endswith(" " + unit), line)
        # One column of numbers.
        self.assertEqual(
            len({re.match(r"  [a-z: ]+?  +[0-9.]+", l).end()
                 for l in lines}), 1, result.err)


class WithoutACgroup(case.JailTestCase):

    def test_what_nobody_counts_is_left_out(self):
        result = python("pass", identity=USER)
        self.assert_exit(result, 0)
        for field in ("memory_peak_bytes", "memory_final_bytes", "pids_peak",
                      "throttled_us", "device_read_bytes"):
            self.assertNotIn(field, result.report["usage"])


if __name__ == "__main__":
    case.main()
