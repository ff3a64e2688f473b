# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Limits by cgroup v2: as root, and in a scope that systemd delegates.

Runs in the machine of tests/vm/run, where systemd has mounted cgroup v2 alone.
"""

import os
import pathlib
import signal
import subprocess

from blackbox import front
from support import case, launch, leaks, wait
from support.identity import ROOT, USER, Identity

MOUNT = pathlib.Path("/sys/fs/cgroup")
TESTER = 1000  # has a systemd of its own: tests/vm/run
LIMITS = ["--use_cgroupv2", "--cgroup_mem_max", 20 << 20,
          "--cgroup_pids_max", 10]
ROOTS = ("--cgroupv2_mount", MOUNT)  # given: root's own tree
# A shell that would tell of its child's end, if it outlived it.
HUNGRY = "python3 -I -S -c 'bytearray(60 << 20)'; echo survived"
CONFIG = front.SHELL_CONFIG + "rlimit_as_type: HARD mount_proc: true"

# In the user's own name, but in nobody's scope.
TESTERS = Identity("tester", (
    "setpriv", f"--reuid={TESTER}", f"--regid={TESTER}", "--clear-groups",
    "env", f"XDG_RUNTIME_DIR=/run/user/{TESTER}"), TESTER)

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
        # Not by glob: a scope may go while we look.
        left = [os.path.join(path, name) for path, names, _ in os.walk(MOUNT)
                for name in names
                if pathlib.PurePath(name).match("jail.*.*.*.*")]
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
        with leaks.Watch(), front.running(*LIMITS, *ROOTS, "--", "/probe",
                                          "hold", config=launch.probe_config(),
                                          identity=ROOT) as jail:
            self.assertEqual(jail.stdout.readline(), "ready\n")
            self.assertEqual(len(list(MOUNT.glob("jail.*.*.*.*"))), 1)
            jail.send_signal(signal.SIGKILL)
            jail.wait()
        self.assert_exit(shell(":", *LIMITS, *ROOTS), 0)

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
            result, r"mkdir /sys/fs/cgroup/jail\.\*: EACCES .*: hint: "
                    r"write Delegate=yes into the \[Service\] section .*"
                    rf"\(/sys/fs/cgroup{own.strip()}\), .*loginctl "
                    r"enable-linger")

    def source(self, result):
        return result.report["isolation"]["cgroup"]["source"]

    def test_a_scope_of_systemds_for_root_and_user(self):
        for who in (ROOT, TESTERS):
            with self.subTest(who=who.name):
                result = shell(HUNGRY, *LIMITS, identity=who)
                self.assert_memory(result)
                self.assertEqual(self.source(result), "SCOPE")
                path = result.report["isolation"]["cgroup"]["paths"][0]
                self.assertRegex(path, r"/jail-\d+-\d+\.scope/jail\.")
                # systemd takes the scope away once it is empty.
                wait.until(lambda p=path: not os.path.exists(
                    os.path.dirname(p)))

    def test_its_own_delegated_cgroup(self):
        for who in (ROOT, USER):
            with self.subTest(who=who.name):
                caller, path = scope(who)
                result = shell(HUNGRY, *LIMITS, identity=caller)
                self.assert_memory(result)
                # The mark of Debian 12's systemd is for root's eyes only.
                if who is USER:
                    self.assertEqual(self.source(result), "SCOPE")
                    continue
                self.assertEqual(self.source(result), "DELEGATED")
                self.assertIn(str(path), result.report["isolation"]["cgroup"]
                              ["paths"][0])

    def test_given(self):
        result = shell(":", *LIMITS, *ROOTS)
        self.assert_exit(result, 0)
        self.assertEqual(self.source(result), "GIVEN")

    def test_every_limit_of_ours(self):
        result = launch.jail(
            "--use_cgroupv2", "--cgroup_mem_high", 64 << 20,
            "--cgroup_cpu_weight", 50, "--cgroup_cpuset_cpus", "0",
            "--cgroup_cpuset_mems", "0", "--cgroup_pressure", "--",
            "/bin/python3", "-I", "-S", "-c",
            "import os; print(os.sched_getaffinity(0))",
            config=CONFIG + ' cgroup_io { device: "/dev/nvme0n1" '
            'rbps: 1048576 wiops: 100 }', identity=ROOT)
        self.assert_exit(result, 0)
        self.assertEqual(result.out, "{0}\n")
        isolation = result.report["isolation"]
        self.assertEqual(isolation["limits_not_in_force"], [], result)
        self.assertIn("cpu_pressure", result.report["usage"])
        self.assertIn("cgroup_io[0]", [l["name"] for l in isolation["limits"]])

    def test_best_effort_of_a_user_without_anything(self):
        result = shell(":", *LIMITS, "--cgroup_best_effort", "all",
                       identity=USER)
        self.assert_exit(result, 0)
        self.assertEqual(self.source(result), "NONE")
        self.assertIn("not in force", result.err)


if __name__ == "__main__":
    os.chdir("/")
    case.main()
