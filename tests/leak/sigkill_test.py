# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""SIGKILL of the supervisor at random moments leaves nothing.

The moment is drawn anew each time, between the start of the process and well
after the program runs, so that every stage of a launch is hit.  A failure
prints the seed; JAIL_SEED=N repeats the run.
"""

import signal
import subprocess
import time

from support import case, chance, files, identity, launch, leaks

KILLS = 600  # in all; at least 500 are promised
BATCH = 25   # after so many, nothing may be left


def start(argv):
    return subprocess.Popen(argv, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def time_to_ready(argv):
    """Seconds from start to the program's first word, the slowest of a few."""
    slowest = 0
    for _ in range(5):
        begin = time.monotonic()
        process = start(argv)
        assert process.stdout.readline() == b"ready\n"
        slowest = max(slowest, time.monotonic() - begin)
        process.kill()
        with process:
            process.wait()
    return slowest


class SigkillTest(case.JailTestCase):

    def test_at_random_moments(self):
        seed, draw = chance.start()
        # With cgroups: tests/bombs/killed.py.
        shapes = [(who, f"pid1: {pid1} {output}") for who in identity.ALL
                  for pid1 in ("TARGET", "REAPER")
                  for output in ("", "stdout_limit: 100000")]
        killed = before_ready = 0
        for who, shape in shapes:
            argv = launch.command(["--", "/probe", "stubborn", "3"], who,
                                  launch.probe_config(shape))
            with leaks.Watch():
                span = 1.5 * time_to_ready(argv)
            for _ in range(KILLS // len(shapes) // BATCH):
                with (self.subTest(caller=str(who), shape=shape, seed=seed),
                      leaks.Watch()):
                    for _ in range(BATCH):
                        process = start(argv)
                        time.sleep(draw.uniform(0, span))
                        process.kill()
                        with process:
                            process.wait()
                            # The jail may hold the pipe for a moment more: what
                            # it wrote is read when it is gone.
                            before_ready += process.stdout.read() == b""
                        killed += 1
        print(f"{killed} killed, {before_ready} before the program ran")
        self.assertGreaterEqual(killed, 500)
        # Both sides of the exec were hit, or the moments are drawn badly.
        self.assertGreater(before_ready, 0)
        self.assertLess(before_ready, killed)

    def test_the_check_finds_a_jail_that_outlives_its_supervisor(self):
        # Without the parent-death signal: the other direction.
        mutant = files.reachable(files.BUILD / "tests" / "jail_mutant")
        config = launch.write_config(launch.probe_config())
        listing = subprocess.run(
            [mutant, "list", "--config", config, "--", "/probe"],
            capture_output=True, text=True, check=True).stdout
        steps = [line.split()[1] for line in listing.splitlines()
                 if line.startswith("child") and "PR_SET_PDEATHSIG" in line]
        self.assertNotEqual(steps, [])
        mutation = ",".join(f"child:{step}" for step in steps)
        with self.assertRaisesRegex(AssertionError, "process .*/probe hold"):
            with leaks.Watch(patience=1):
                process = start([mutant, "run", mutation, "--config", config,
                                 "--", "/probe", "hold"])
                self.assertEqual(process.stdout.readline(), b"ready\n")
                process.send_signal(signal.SIGKILL)
                process.wait()
                process.stdout.close()


if __name__ == "__main__":
    case.main()
