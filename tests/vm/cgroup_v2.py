# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Limits by cgroup v2: as root, and in a scope that systemd delegates.

Runs in the machine of tests/vm/run, where systemd has mounted cgroup v2 alone.
"""

import os
import pathlib
import signal
import subprocess

from blackbox import front
from support import case, launch, leaks
from support.identity import ROOT, USER, Identity

MOUNT = pathlib.Path("/sys/fs/cgroup")
TESTER = 1000  # has a systemd of its own: tests/vm/run
LIMITS = ["--use_cgroupv2", "--cgroup_mem_max", 20 << 20,
          "--cgroup_pids_max", 10]
# A shell that would tell of its child's end, if it outlived it.
HUNGRY = "python3 -I -S -c 'bytearray(60 << 20)'; echo survived"
CONFIG = front.SHELL_CONFIG + "rlimit_as_type: HARD mount_proc: true"

_units = iter(range(1, 1000))


def shell(script, *args, identity=ROOT, **kwargs):
    return launch.jail(*args, "--", "/bin/sh", "-c", script, config=CONFIG,
                       identity=identity, **kwargs)


def scope(who):
    """A caller alone in a delegated scope, and that scope's cgroup."""
    unit = f"jailtest{next(_units)}"
    if who is ROOT:
        argv = ("systemd-run",)
        path = MOUNT / "system.slice"
    else:
        argv = ("setpriv", f"--reuid={TESTER}", f"--regid={TESTER}",
                "--clear-groups", "env", f"XDG_RUNTIME_DIR=/run/user/{TESTER}",
                "systemd-run", "--user")
        path = (MOUNT / f"user.slice/user-{TESTER}.slice" /
                f"user@{TESTER}.service/app.slice")
    argv += ("--scope", "--quiet", "--collect", "--property=Delegate=yes",
             f"--unit={unit}", "--")
    return (Identity(unit, argv, who.host_uid), path / f"{unit}.scope")


def setUpModule():
    subprocess.run(["systemctl", "start", f"user@{TESTER}.service"],
                   check=True)


class CgroupV2(case.JailTestCase):

    def tearDown(self):
        left = [str(p) for p in MOUNT.glob("jail.*")]
        self.assertEqual(left, [])

    def assert_memory(self, result):
        self.assert_exit(result, 137)
        self.assertEqual(result.out, "", result)  # the whole jail went
        self.assertEqual(result.report["outcome"], "MEMORY", result)
        self.assertEqual(result.report["limit"]["name"], "cgroup_mem_max")
        self.assertLessEqual(int(result.report["usage"]["memory_peak_bytes"]),
                             20 << 20)

    def test_memory_ends_the_whole_jail(self):
        self.assert_memory(shell(HUNGRY, *LIMITS))

    def test_detected(self):
        self.assert_memory(shell(HUNGRY, "--detect_cgroupv2", *LIMITS[1:]))

    def test_processes(self):
        result = shell("for i in 1 2 3 4 5 6 7 8; do sleep 99 & done",
                       "--use_cgroupv2", "--cgroup_pids_max", 5)
        self.assertNotEqual(result.status, 255, result)
        self.assertIn("cgroup_pids_max",
                      [l["name"] for l in result.report["limits_met"]])

    def test_cpu_time_of_processes_that_nobody_waited_for(self):
        script = ("import os, signal, time\n"
                  "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
                  "while True:\n"
                  "  if os.fork() == 0:\n"
                  "    while time.process_time() < 0.1: pass\n"
                  "    os._exit(0)\n"
                  "  try: os.wait()\n"
                  "  except ChildProcessError: pass\n")
        result = launch.jail(
            *LIMITS, "--", "/bin/python3", "-I", "-S", "-c", script,
            config=CONFIG + " cpu_time_ms: 4000 wall_time_ms: 40000",
            identity=ROOT)
        self.assertEqual(result.report["outcome"], "CPU_TIME", result)

    def test_is_the_root_of_what_the_jail_sees(self):
        result = shell("read line < /proc/self/cgroup; echo $line", *LIMITS)
        self.assert_exit(result, 0)
        self.assertEqual(result.out, "0::/\n")

    def test_of_a_killed_launcher_goes_with_the_next_launch(self):
        with leaks.Watch(), front.running(*LIMITS, "--", "/probe", "hold",
                                          config=launch.probe_config(),
                                          identity=ROOT) as jail:
            self.assertEqual(jail.stdout.readline(), "ready\n")
            self.assertEqual(len(list(MOUNT.glob("jail.*"))), 1)
            jail.send_signal(signal.SIGKILL)
            jail.wait()
        self.assert_exit(shell(":", *LIMITS), 0)

    def test_in_a_scope_of_its_own(self):
        for who in (ROOT, USER):
            with self.subTest(who=who.name):
                caller, path = scope(who)
                self.assert_memory(shell(HUNGRY, *LIMITS, "--cgroupv2_mount",
                                         path, identity=caller))

    def test_again_and_again_in_a_scope_of_its_own(self):
        caller, path = scope(ROOT)
        with front.running(*LIMITS, "--cgroupv2_mount", path, "-Mr", "--",
                           "/probe", "see", config=launch.probe_config(),
                           identity=caller) as jail:
            for _ in range(3):
                self.assertIn("jail-probe", jail.stdout.readline())
            leaf = path / "jail.supervisor"
            self.assertEqual((leaf / "cgroup.procs").read_text(),
                             f"{jail.pid}\n")
            jail.send_signal(signal.SIGTERM)
            jail.communicate()
            self.assertEqual(jail.returncode, 143)

    def test_others_are_not_moved(self):
        caller, path = scope(ROOT)
        beside = Identity("beside", caller.prefix + (
            "/bin/sh", "-c", '"$@"; exit $?', "sh"), 0)
        result = shell(":", *LIMITS, "--cgroupv2_mount", path, identity=beside)
        self.assert_setup_failure(
            result, rf"write {path}/cgroup.subtree_control \+memory: EBUSY .*: "
                    rf"hint: processes live in {path} itself")

    def test_without_delegation(self):
        own = pathlib.Path("/proc/self/cgroup").read_text().split("::")[1]
        result = shell(":", *LIMITS, identity=USER)
        self.assert_setup_failure(
            result, r"mkdir /sys/fs/cgroup/jail\..*: EACCES .*: hint: .*"
                    rf"\(/sys/fs/cgroup{own.strip()}\)")


if __name__ == "__main__":
    os.chdir("/")
    case.main()
