# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Limits by cgroup on this machine, and what may be done without."""

import os
import pathlib
import signal
import subprocess

from blackbox import front
from support import case, files, launch, leaks, wait
from support.identity import ROOT, USER, Identity

V1 = pathlib.Path("/sys/fs/cgroup")
MiB = 1 << 20


def controller(name):
    return (V1 / name / "cgroup.procs").exists()


def jails(launchers):
    """The cgroups that these launchers (pids) made; other tests have theirs."""
    pids = {str(pid) for pid in launchers}
    # Not by glob: a cgroup may go while we look.
    return [os.path.join(path, name) for path, names, _ in os.walk(V1)
            for name in names
            if name.startswith("jail.") and name.split(".")[2:3]
            and name.split(".")[2] in pids]


class Needs(case.JailTestCase):
    """Root, and the v1 hierarchies of this machine."""

    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("only root may make cgroups here")
        if not controller("memory"):
            self.skipTest("no cgroup v1 with a memory controller")


class BestEffort(Needs):

    LIMITS = "cgroup_mem_max: 33554432 cgroup_pids_max: 8 "

    def test_required_is_the_default(self):
        result = launch.probe("see", extra=self.LIMITS, identity=USER)
        self.assert_setup_failure(
            result, r"cgroup_mem_max .*: mkdir /sys/fs/cgroup/memory/NSJAIL/"
                    r"jail\.\*: EACCES .*: hint: .*chown")

    def test_is_told_in_log_and_report(self):
        result = launch.probe(
            "see", identity=USER,
            extra=self.LIMITS + 'cgroup_best_effort: "all"')
        self.assert_exit(result, 0)
        isolation = result.report["isolation"]
        self.assertEqual(isolation["cgroup"]["source"], "NONE")
        self.assertEqual([l["name"] for l in isolation["limits_not_in_force"]],
                         ["cgroup_mem_max", "cgroup_pids_max"])
        for limit in isolation["limits_not_in_force"]:
            self.assertIn("EACCES", limit["reason"])
            self.assertRegex(result.err,
                             rf"{limit['name']} .*: not in force: mkdir")
            self.assertNotIn(limit["name"],
                             [l["name"] for l in isolation["limits"]])

    def test_one_of_them_is_not_the_others(self):
        result = launch.probe(
            "see", identity=USER,
            extra=self.LIMITS + 'cgroup_best_effort: "cgroup_pids_max"')
        self.assert_setup_failure(result, "cgroup_mem_max .*EACCES")

    def test_in_force_where_it_can_be(self):
        result = launch.probe(
            "see", identity=ROOT,
            extra=self.LIMITS + 'cgroup_best_effort: "all"')
        self.assert_exit(result, 0)
        isolation = result.report["isolation"]
        self.assertEqual(isolation["cgroup"]["source"], "V1")
        self.assertEqual(len(isolation["cgroup"]["paths"]), 2)
        self.assertEqual(isolation["limits_not_in_force"], [])
        values = {l["name"]: l["value"] for l in isolation["limits"]}
        self.assertEqual(values["cgroup_mem_max"], 33554432)
        self.assertEqual(values["cgroup_pids_max"], 8)


class Ours(Needs):

    def test_processors_and_weight(self):
        if not controller("cpuset") or not controller("cpu"):
            self.skipTest("no cpuset or cpu controller")
        with leaks.Watch():
            result = launch.jail(
                "--cgroup_cpuset_cpus", "0", "--cgroup_cpu_weight", "50",
                "--", "/bin/python3", "-I", "-S", "-c",
                "import os; print(os.sched_getaffinity(0))",
                config=front.SHELL_CONFIG, identity=ROOT)
        self.assert_exit(result, 0)
        self.assertEqual(result.out, "{0}\n")
        self.assertEqual(result.report["isolation"]["limits_not_in_force"], [])

    def test_what_v1_has_not(self):
        for extra in ("cgroup_mem_high: 1048576", "cgroup_pressure: true"):
            result = launch.probe("see", extra=extra, identity=ROOT)
            self.assert_setup_failure(result, "v1 .*it takes v2")

    def test_a_device_that_is_none(self):
        result = launch.probe(
            "see", identity=ROOT,
            extra='cgroup_io { device: "/dev/null" wbps: 1 }')
        self.assert_setup_failure(result, r"cgroup_io\[0\].*ENOTBLK")


class Bombs(Needs):

    def assert_memory(self, result):
        self.assertEqual(result.report["outcome"], "MEMORY", result)
        self.assertEqual(result.report["limit"]["name"], "cgroup_mem_max")

    def python(self, program, *args):
        return launch.jail(
            "--cgroup_mem_max", 32 * MiB, "--cgroup_pids_max", 30, *args,
            "--", "/bin/python3", "-I", "-S", "-c", program, identity=ROOT,
            config=front.SHELL_CONFIG + "rlimit_as_type: HARD dev_preset: true "
            "rlimit_fsize_type: HARD pid1: REAPER")

    def test_anonymous_memory(self):
        self.assert_memory(self.python("bytearray(90 << 20)"))

    def test_memory_of_a_file_without_a_name(self):
        self.assert_memory(self.python(
            "import os\nf = os.memfd_create('x')\n"
            "while True: os.write(f, bytes(1 << 20))"))

    def test_shared_memory(self):
        self.assert_memory(self.python(
            "import mmap\nmmap.mmap(-1, 90 << 20).write(bytes(90 << 20))"))

    def test_file_system_in_memory(self):
        self.assert_memory(self.python(
            "f = open('/tmp/x', 'wb', 0)\n"
            "while True: f.write(bytes(1 << 20))",
            "-m", "none:/tmp:tmpfs:size=90m"))

    def test_page_tables(self):
        self.assert_memory(self.python(
            "import mmap\n"
            "m = mmap.mmap(-1, 60 << 30, mmap.MAP_PRIVATE | 0x20 | 0x4000)\n"
            "for at in range(0, 60 << 30, 2 << 20): m[at]"))

    def test_what_the_jail_survives_is_met_all_the_same(self):
        for limit, program, told in (
                ("cgroup_mem_max",
                 "import os\n"
                 "if os.fork() == 0: bytearray(90 << 20)\n"
                 "else: print(os.WTERMSIG(os.wait()[1]))", "9\n"),
                ("cgroup_pids_max",
                 "import os, signal\n"
                 "try:\n"
                 "  while True:\n"
                 "    if os.fork() == 0: signal.pause()\n"
                 "except BlockingIOError: print('refused')", "refused\n")):
            result = self.python(program)
            self.assert_exit(result, 0)
            self.assertEqual(result.out, told)
            self.assertEqual(
                [l["name"] for l in result.report["limits_met"]], [limit])


class Helpers(Needs):
    """What holds no limit of v1's, and helps."""

    def test_processor_time_of_those_that_nobody_waits_for(self):
        if not controller("cpuacct") or not controller("cpu"):
            self.skipTest("no cpu or cpuacct controller")
        # Its parent ignores SIGCHLD, so no wait4(2) tells of it.
        script = ("import os, signal, time\n"
                  "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
                  "if os.fork() == 0:\n"
                  "  while time.process_time() < 0.3: pass\n"
                  "  os._exit(0)\n"
                  "try: os.wait()\n"
                  "except ChildProcessError: pass")
        for extra, counted in (("", False),
                               ("cgroup_cpu_ms_per_sec: 100000", True)):
            result = launch.jail("--", "/bin/python3", "-I", "-S", "-c", script,
                                 config=front.SHELL_CONFIG + extra,
                                 identity=ROOT)
            self.assert_exit(result, 0)
            usage = result.report["usage"]
            used = usage["cpu_user_us"] + usage["cpu_system_us"]
            self.assertEqual(used > 300_000, counted, usage)

    def test_no_pid_namespace_and_nothing_is_left(self):
        if not controller("freezer"):
            self.skipTest("no freezer controller")
        # They have left the session and their parent, and fork on.
        script = ("import os, time\n"
                  "for _ in range(5):\n"
                  "  if os.fork() == 0:\n"
                  "    os.setsid()\n"
                  "    while True:\n"
                  "      if os.fork() != 0: os._exit(0)\n"
                  "print('ready', flush=True)\n"
                  "time.sleep(600)")
        with leaks.Watch(), front.running(
                "--cgroup_pids_max", 100, "--cgroup_mem_max", 512 * MiB, "--",
                "/bin/python3", "-I", "-S", "-c", script, identity=ROOT,
                config=front.SHELL_CONFIG + "clone_newpid: false") as jail:
            self.assertEqual(jail.stdout.readline(), "ready\n")
            [freezer] = [d for d in jails([jail.pid]) if "/freezer/" in d]
            jail.send_signal(signal.SIGTERM)
            self.assertEqual(jail.wait(launch.TIMEOUT), 143)
            self.assertFalse(os.path.exists(freezer))


class Hybrid(Needs):
    """v1's controllers, and a v2 tree that has none."""

    def setUp(self):
        super().setUp()
        self.unified = V1 / "unified"
        if not (self.unified / "cgroup.controllers").exists():
            self.skipTest("no v2 tree beside v1")

    def test_detects_where_the_controllers_are(self):
        result = launch.probe("see", identity=ROOT, extra=
                              "cgroup_pids_max: 5 detect_cgroupv2: true")
        self.assert_exit(result, 0)
        self.assertEqual(result.report["isolation"]["cgroup"]["source"], "V1")

    def test_says_what_the_v2_tree_has_not(self):
        v2 = f'use_cgroupv2: true cgroupv2_mount: "{self.unified}" '
        result = launch.probe("see", identity=ROOT,
                              extra=v2 + "cgroup_pids_max: 5")
        self.assert_setup_failure(
            result, r"cgroup_pids_max .*:\d+\): cgroup: pids is a controller of "
                    r"v1 here .*: hint: take use_cgroupv2 out, or")
        # v1 calls it blkio.
        disk = os.stat("/usr").st_dev
        disk = f"{os.major(disk)}:{os.minor(disk)}"
        result = launch.probe(
            "see", identity=ROOT,
            extra=v2 + f'cgroup_io {{ device: "{disk}" rbps: 1048576 }}')
        self.assert_setup_failure(
            result, rf"cgroup_io.*:\d+\): write {self.unified}/"
                    r"cgroup.subtree_control \+io: E[A-Z]+ .*: hint: the io "
                    r"controller is not available in .*Delegate=io")
        self.assertEqual(result.report["setup_failure"]["operation"], "write")


class RealTime(Needs):

    def test_policy_that_cpu_does_not_take_is_named(self):
        if not controller("cpu"):
            self.skipTest("no cpu controller")
        real_time = Identity("real-time", ("chrt", "-f", "1"), ROOT.host_uid)
        result = launch.probe("see", identity=real_time,
                              extra="cgroup_cpu_ms_per_sec: 1000")
        self.assert_setup_failure(
            result, r"cgroup_cpu_ms_per_sec .*: write .*/tasks: "
                    r"EINVAL .*: hint: a process with a real-time policy")


class ReadOnly(Needs):

    def test_a_tree_that_is_read_only_names_the_containers_option(self):
        argv = ("unshare", "-m", "sh", "-c",
                "mount -o remount,bind,ro /sys/fs/cgroup/memory && "
                'exec "$@"', "sh")
        read_only = Identity("read-only", argv, ROOT.host_uid)
        result = launch.probe("see", identity=read_only,
                              extra="cgroup_mem_max: 33554432")
        self.assert_setup_failure(
            result, r"cgroup_mem_max .*: mkdir .*: EROFS .*: hint: .*docker run "
                    r"--privileged.*/sys/fs/cgroup:/sys/fs/cgroup")


class Leftovers(Needs):

    def test_gc_takes_what_a_dead_launcher_left(self):
        # A parent of its own: the next jail beneath the usual one is another
        # test's, and takes it, too.
        own = V1 / "pids" / f"jailtest{os.getpid()}"
        own.mkdir()
        self.addCleanup(own.rmdir)
        with front.running("--cgroup_pids_max", 5, "--cgroup_pids_parent",
                           own.name, "--", "/probe", "hold",
                           config=launch.probe_config(),
                           identity=ROOT) as jail:
            self.assertEqual(jail.stdout.readline(), "ready\n")
            left = jails([jail.pid])
            self.assertEqual(len(left), 1)
            # Of one that lives, nothing is taken.
            self.assertNotIn(left[0], self.gc("--dry_run"))
            jail.send_signal(signal.SIGKILL)
            jail.wait()
        self.assertIn(left[0], self.gc("--dry_run"))
        self.assertTrue(os.path.isdir(left[0]))
        # Not before the kernel has ended the last process inside.
        wait.until(lambda: f"not removed: {left[0]}" not in self.gc())
        self.assertFalse(os.path.isdir(left[0]))
        self.assertNotIn(left[0], self.gc())

    def gc(self, *args):
        # Its status is about all that it found, other tests' jails included.
        done = subprocess.run([files.binary("jailctl"), "gc", *args],
                              capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def test_a_hundred_at_once_leave_nothing(self):
        argv = launch.command(
            ["--cgroup_mem_max", 32 * MiB, "--cgroup_pids_max", 5, "-Q", "--",
             "/probe", "exit", "3"], ROOT, launch.probe_config())
        running = [subprocess.Popen(argv, stdin=subprocess.DEVNULL)
                   for _ in range(100)]
        self.assertEqual({p.wait() for p in running}, {3})
        self.assertEqual(jails(p.pid for p in running), [])


if __name__ == "__main__":
    case.main()
