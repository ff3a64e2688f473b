# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Limits of rates and shares, measured: CPU, weight, processors, devices.

All are ratios, for a loaded machine gives less than it was asked for.  On the
v1 of this machine, and on v2 in the machine of tests/vm/run.
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from blackbox import front
from bombs import places
from support import case, launch
from support.identity import ROOT

MiB = 1 << 20
ARGS = ("--use_cgroupv2",) if places.IS_V2 else ()
BURN = """
import os, sys, time
children = int(sys.argv[1])
start = time.monotonic()
for _ in range(children):
    if os.fork() == 0:
        while time.monotonic() - start < 2: pass
        os._exit(0)
for _ in range(children): os.wait()
used = os.times()
print((used.children_user + used.children_system) /
      (time.monotonic() - start))
"""
# Waits for its start, says when it has had 2 s of CPU time since, and goes on.
RACE = """
import sys, time
print("ready", flush=True)
sys.stdin.read()
start = time.process_time()
while time.process_time() < start + 2: pass
print("done", flush=True)
while True: pass
"""
# Writes past all caches, and says how long that took.
WRITE = """
import mmap, os, sys, time
block = mmap.mmap(-1, 1 << 18)
fd = os.open("/device", os.O_WRONLY | os.O_DIRECT)
start = time.monotonic()
for _ in range(int(sys.argv[1])): os.write(fd, block)
print(time.monotonic() - start)
"""


def cpu_seconds(launcher):
    """What the only process of a launcher's jail has had."""
    children = pathlib.Path(f"/proc/{launcher.pid}/task/{launcher.pid}/children")
    stat = pathlib.Path(f"/proc/{children.read_text().strip()}/stat")
    ticks = stat.read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


class ShareCase(case.JailTestCase):

    def setUp(self):
        if reason := places.reason_for_none():
            self.skipTest(reason)

    def python(self, program, *words, args=(), extra=""):
        result = launch.jail(
            *ARGS, *args, "--", "/bin/python3", "-I", "-S", "-c", program,
            *words, config=front.SHELL_CONFIG + "time_limit: 0 " + extra,
            identity=ROOT)
        self.assert_exit(result, 0)
        self.assertEqual(result.report["isolation"]["limits_not_in_force"], [])
        return result


class Cpu(ShareCase):

    def test_milliseconds_in_a_second(self):
        # Three processes: one alone might get no more on a loaded machine.
        result = self.python(BURN, "3", args=("--cgroup_cpu_ms_per_sec", 100))
        # A tenth, and what one period of a tenth of a second may go beyond.
        self.assertLess(float(result.out), 0.1 * 1.25, result)
        self.assertGreater(int(result.report["usage"]["throttled_periods"]), 5)

    def test_weight(self):
        # Both on one processor, beneath the same parent.
        def racer(weight):
            return subprocess.Popen(
                launch.command(
                    [*ARGS, "--cgroup_cpu_weight", weight,
                     "--cgroup_cpuset_cpus", 0, *parent, "--", "/bin/python3",
                     "-I", "-S", "-c", RACE], ROOT,
                    front.SHELL_CONFIG + "time_limit: 0 log_fd: 2"),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True)

        parent = ()
        if places.IS_V2:
            parent = ("--cgroupv2_mount", self.enterContext(places.delegated()))
        light, heavy = racer(10), racer(1000)
        try:
            for each in (light, heavy):
                self.assertEqual(each.stdout.readline(), "ready\n")
            # The start of Python was no race.
            before = cpu_seconds(light)
            heavy.stdin.close()
            light.stdin.close()
            self.assertEqual(heavy.stdout.readline(), "done\n")
            # A hundredth of 2 s; with equal weights, as much.
            self.assertLess(cpu_seconds(light) - before, 2 / 3)
        finally:
            for each in (light, heavy):
                each.terminate()
                each.wait()
                each.stdout.close()
                each.stdin.close()

    def test_processors(self):
        result = self.python("import os; print(os.sched_getaffinity(0))",
                             args=("--cgroup_cpuset_cpus", 0))
        self.assertEqual(result.out, "{0}\n")


@contextlib.contextmanager
def loop_device(size):
    """A block device in memory."""
    with tempfile.NamedTemporaryFile(dir="/dev/shm", prefix="jail-test-") as f:
        f.truncate(size)
        if shutil.which("modprobe"):
            subprocess.run(["modprobe", "-q", "loop"], check=False)
        device = subprocess.run(
            ["losetup", "--find", "--show", f.name], check=True, text=True,
            capture_output=True).stdout.strip()
        try:
            os.chmod(device, 0o666)  # the jail is nobody's
            yield device
        finally:
            subprocess.run(["losetup", "--detach", device], check=True)


class Devices(ShareCase):

    def seconds(self, device, extra=""):
        result = self.python(
            WRITE, "16", extra=f'mount {{ src: "{device}" dst: "/device" '
            f"is_bind: true rw: true }} {extra}")
        return float(result.out), result

    def test_rate_of_writes(self):
        with loop_device(16 * MiB) as device:
            free, _ = self.seconds(device)
            slow, result = self.seconds(
                device, f'cgroup_io {{ device: "{device}" wbps: {2 * MiB} }}')
        # 4 MiB at 2 MiB/s; the kernel lets the first moment pass freely.
        self.assertGreater(slow, 1.5, result)
        self.assertGreater(slow, 1.5 * free, result)
        written = int(result.report["usage"]["device_written_bytes"])
        self.assertGreaterEqual(written, 4 * MiB)


if __name__ == "__main__":
    os.chdir("/")
    case.main()
