# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""SIGKILL of launchers with cgroups, at random moments; and launches in a row.

Of what is killed nothing runs on, and `jailctl gc` or the next start removes
what is left.  What ends by itself leaves nothing.  JAIL_SEED=N repeats a run;
JAIL_KILLS and JAIL_ROW are the numbers of each.
"""

import os
import subprocess
import time

from blackbox import front
from bombs import places
from support import case, chance, files, launch, leaks

KILLS = int(os.environ.get("JAIL_KILLS", 120))
ROW = int(os.environ.get("JAIL_ROW", 150))
BATCH = min(10, max(2, KILLS // 3))
LIMITS = ("--cgroup_mem_max", 64 << 20, "--cgroup_pids_max", 20,
          "--cgroup_cpu_ms_per_sec", 1000, "--stdout_limit", 100000)


def cgroups(launchers):
    """The cgroups that these launchers (pids) made and that are still there."""
    pids = {str(pid) for pid in launchers}
    # Not by glob: a cgroup may go while we look.
    return [os.path.join(path, name)
            for path, names, _ in os.walk(places.MOUNT) for name in names
            if name.startswith("jail.") and name.split(".")[2:3]
            and name.split(".")[2] in pids]


class WithCgroups(case.JailTestCase):

    def setUp(self):
        if reason := places.reason_for_none():
            self.skipTest(reason)

    def start(self, place, *words):
        return subprocess.Popen(
            launch.command([*LIMITS, *place.args, "-Q", "--", "/probe", *words],
                           place.who, launch.probe_config()),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)

    def time_to_ready(self, place):
        slowest = 0
        for _ in range(3):
            begin = time.monotonic()
            with self.start(place, "hold") as process:
                self.assertEqual(process.stdout.readline(), b"ready\n")
                slowest = max(slowest, time.monotonic() - begin)
                process.terminate()
        return slowest

    def gc(self):
        subprocess.run([files.binary("jailctl"), "gc"], check=False,
                       stdout=subprocess.DEVNULL, timeout=launch.TIMEOUT)

    def next_start(self, place):
        with self.start(place, "exit", "0") as process:
            self.assertEqual(process.wait(launch.TIMEOUT), 0)
        return process.pid

    def test_killed_at_random_moments(self):
        seed, draw = chance.start()
        killed = before_ready = left = 0
        with places.each() as here:
            for place in here:
                with leaks.Watch():
                    span = 1.5 * self.time_to_ready(place)
                for batch in range(max(1, KILLS // len(here) // BATCH)):
                    with (self.subTest(place=str(place), seed=seed),
                          leaks.Watch()):
                        pids = []
                        for i in range(BATCH):
                            process = self.start(place, "stubborn", "3")
                            pids.append(process.pid)
                            said = b""
                            if i + 1 < BATCH:
                                time.sleep(draw.uniform(0, span))
                            else:  # one that surely has a cgroup
                                said = process.stdout.readline()
                            process.kill()
                            with process:
                                process.wait()
                                said += process.stdout.read()
                            before_ready += said == b""
                            killed += 1
                    # Here the Watch has seen that no process is left.
                    left += len(cgroups(pids))
                    # A scope has one jail; systemd removes it, if we do not.
                    if batch % 2 == 0 or place.source == "SCOPE":
                        self.gc()
                    else:
                        pids.append(self.next_start(place))
                    self.assertEqual(cgroups(pids), [], f"seed {seed}")
        print(f"{killed} killed, {before_ready} before the program ran, "
              f"{left} cgroups left and removed")
        # All kinds of moments were hit, or they are drawn badly.
        self.assertGreater(left, 0)
        self.assertGreater(before_ready, 0)
        self.assertLess(before_ready, killed)

    def test_in_a_row(self):
        with places.each() as here:
            for place in here:
                pids = []
                with (self.subTest(place=str(place)), leaks.Watch()):
                    for _ in range(ROW // len(here)):
                        with self.start(place, "exit", "3") as process:
                            self.assertEqual(process.wait(launch.TIMEOUT), 3)
                        pids.append(process.pid)
                    self.assertEqual(cgroups(pids), [])

    def test_in_a_row_by_one_launcher(self):
        with places.each() as here:
            for place in here:
                with (self.subTest(place=str(place)), leaks.Watch(),
                      front.running(
                          *LIMITS[:-2], *place.args, "-Mr", "-Q", "--",
                          "/probe", "fill", "1024",
                          config=launch.probe_config("time_limit: 0"),
                          identity=place.who) as jail):
                    jail.stdout.read(1024 * 3)
                    before = len(leaks.fds(jail.pid))
                    jail.stdout.read(1024 * (ROW // len(here)))
                    # What one launch has at a time, at most.
                    self.assertLess(len(leaks.fds(jail.pid)) - before, 16)
                    self.assertLessEqual(len(cgroups([jail.pid])), 2 * 3)
                    self.assertLessEqual(len(leaks.children(jail.pid)), 2)
                    jail.terminate()
                    jail.wait(launch.TIMEOUT)
                self.assertEqual(cgroups([jail.pid]), [])


if __name__ == "__main__":
    os.chdir("/")
    case.main()
