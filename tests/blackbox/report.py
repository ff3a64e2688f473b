# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""--report and --report_fd: one for every ending, whole or not at all."""

import ctypes
import errno
import json
import os
import platform
import signal
import struct
import unittest

from blackbox import front
from support import case, files, launch


class ReportFile(case.JailTestCase):

    def setUp(self):
        self.folder = files.stage() / self.id()
        self.folder.mkdir()
        self.folder.chmod(0o777)
        self.path = self.folder / "report.json"

    def run_probe(self, *words, extra="", path=None, **kwargs):
        return launch.jail("--report", path or self.path, "--", "/probe",
                           *words, config=launch.probe_config(extra),
                           report=False, **kwargs)

    def read(self):
        return json.loads(self.path.read_text())

    def test_tells_the_ending_and_replaces_an_older_one(self):
        for who in self.for_each_identity():
            self.path.unlink(missing_ok=True)
            self.assert_exit(self.run_probe("exit", 1, identity=who), 1)
            self.assert_exit(self.run_probe("exit", 2, identity=who), 2)
            report = self.read()
            self.assertEqual(report["outcome"], "EXITED")
            self.assertEqual(report["exit_code"], 2)
            self.assertEqual(report["command"], ["/probe", "exit", "2"])
            self.assertEqual(os.listdir(self.folder), ["report.json"])

    def test_is_complete(self):
        self.run_probe("exit", 0, extra='name: "n" rlimit_nofile: 20')
        report = self.read()
        self.assertEqual(report["name"], "n")
        self.assertGreater(int(report["usage"]["wall_time_us"]), 0)
        self.assertGreater(int(report["usage"]["max_rss_bytes"]), 0)
        for stage in ("parse_us", "plan_us", "clone_us", "setup_us",
                      "exec_us"):
            self.assertGreater(int(report["timing"][stage]), 0, stage)
        isolation = report["isolation"]
        self.assertEqual(isolation["namespaces"], [
            "user", "mnt", "pid", "net", "ipc", "uts", "cgroup"])
        self.assertEqual(isolation["uid"], 1000)
        self.assertEqual(isolation["uid_map"][0]["inside"], 1000)
        self.assertEqual(isolation["capabilities"], [])
        self.assertTrue(isolation["no_new_privs"])
        self.assertTrue(isolation["nested_userns_denied"])
        self.assertIn(("rlimit_nofile", 20, "files"),
                      [(limit["name"], limit["value"], limit["unit"])
                       for limit in isolation["limits"]])
        probe = [m for m in isolation["mounts"] if m["target"] == "/probe"]
        self.assertEqual(len(probe), 1, isolation["mounts"])
        self.assertIn("ro", probe[0]["flags"])
        self.assertFalse(probe[0]["skipped"])

    def test_on_a_descriptor_by_its_path(self):
        for path in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
            result = launch.probe("exit", 3, args=["-Q", "--report", path],
                                  report=False)
            self.assertEqual(result.status, 3, result)
            self.assertEqual(json.loads(result.out)["outcome"], "EXITED")
        result = launch.probe("exit", 3, args=["--report", "/dev/fd/77"],
                              report=False)
        self.assertEqual(result.status, 255)
        self.assertIn("jail: command line: report_fd: descriptor 77: EBADF",
                      result.err)

    def test_repeats_warnings(self):
        result = self.run_probe("exit", 0, extra="port: 1")
        [warning] = self.read()["warnings"]
        self.assertIn("port: has no effect", warning)
        self.assertIn("port: has no effect", result.err)

    def test_says_which_optional_mounts_were_skipped(self):
        self.run_probe("exit", 0, extra="""
            mount { src: "/nowhere" dst: "/x" is_bind: true mandatory: false }
        """)
        mounts = {m["target"]: m for m in self.read()["isolation"]["mounts"]}
        self.assertTrue(mounts["/x"]["skipped"])

    def test_of_a_config_error_has_every_error(self):
        result = launch.jail("--report", self.path, "--", "/x", report=False,
                             config='cwd: "a"\nhostname: "b c"\n')
        self.assertEqual(result.status, 255)
        failure = self.read()["setup_failure"]
        self.assertEqual(failure["stage"], "config")
        self.assertEqual(failure["config_path"], "cwd")
        self.assertEqual(failure["line"], 1)
        self.assertEqual([f"jail: {l}" for l in failure["message"].split("\n")],
                         result.err_lines)

    def test_of_a_setup_failure_names_the_operation(self):
        result = launch.jail("--report", self.path, "--", "/nowhere",
                             config=launch.PROBE_CONFIG, report=False)
        self.assertEqual(result.status, 255)
        report = self.read()
        self.assertEqual(report["outcome"], "SETUP_FAILED")
        self.assertEqual(report["exit_status"], 255)
        failure = report["setup_failure"]
        self.assertEqual(failure["operation"], "execve")
        self.assertEqual(failure["errno_name"], "ENOENT")
        self.assertEqual(result.err_lines[-1], "jail: " + failure["message"])

    def test_place_that_cant_be_written_stops_the_launch(self):
        link = self.folder / "link"
        link.symlink_to("report.json")
        for path, why in (
                (link, f"open {link}: is not a regular file"),
                ("/dev/null", "open /dev/null: is not a regular file"),
                ("/nowhere/r", "open /nowhere: ENOENT (No such file or "
                               "directory)")):
            result = launch.jail("--report", path, "--", "/bin/sh", "-c",
                                 "echo ran", config=front.SHELL_CONFIG,
                                 report=False)
            self.assertEqual((result.status, result.out), (255, ""), result)
            self.assertIn(why, result.err)
        self.assertEqual(os.listdir(self.folder), ["link"])

    def test_nothing_is_left_when_jail_is_killed(self):
        with front.running("--report", self.path, "--", "/probe", "hold",
                           config=launch.probe_config()) as jail:
            jail.stdout.readline()
            jail.send_signal(signal.SIGKILL)
            jail.wait()
        self.assertEqual(os.listdir(self.folder), [])


def without_tmpfile():
    """From here on the kernel answers O_TMPFILE as a FUSE server does."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    openat, tmpfile = 257, 0o20000000
    code = [(0x20, 0, 0, 0), (0x15, 0, 3, openat), (0x20, 0, 0, 32),
            (0x45, 0, 1, tmpfile), (0x06, 0, 0, 0x50000 | errno.EOPNOTSUPP),
            (0x06, 0, 0, 0x7fff0000)]
    filters = b"".join(struct.pack("HBBI", *line) for line in code)
    buffer = ctypes.create_string_buffer(filters)
    program = struct.pack("HxxxxxxP", len(code), ctypes.addressof(buffer))
    if prctl(38, 1, 0, 0, 0) != 0 or prctl(22, 2, program) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


@unittest.skipUnless(platform.machine() == "x86_64",
                     "the filter has x86_64's numbers")
class FileSystemWithoutTmpfile(ReportFile):
    """The same, where a report must have a name before it is whole."""

    def run_probe(self, *words, **kwargs):
        return super().run_probe(*words, preexec_fn=without_tmpfile, **kwargs)

    def test_where_it_may_not_write_there_is_no_jail(self):
        self.path.write_text("old")
        os.chmod(self.folder, 0o555)
        result = self.run_probe("exit", 0)
        self.assertEqual(result.status, 255)
        self.assertIn("report: open .report.json.", result.err)
        self.assertEqual(os.listdir(self.folder), ["report.json"])
        self.assertEqual(self.path.read_text(), "old")


class ReportFd(case.JailTestCase):

    def test_that_fails_is_an_error_of_ours(self):
        fd = os.open("/dev/full", os.O_WRONLY)
        self.addCleanup(os.close, fd)
        result = launch.probe("exit", 0, args=["--report_fd", fd],
                              report=False, pass_fds=[fd])
        self.assertEqual(result.status, 255)
        self.assertEqual(
            result.err_lines[-1], f"jail: report: write descriptor {fd}: "
            "ENOSPC (No space left on device)")

    def test_must_be_open_for_writing(self):
        result = launch.probe("exit", 0, args=["--report_fd", 77], report=False)
        self.assertEqual(result.status, 255)
        self.assertIn("descriptor 77: EBADF (Bad file descriptor)", result.err)


class Stats(case.JailTestCase):

    def test_of_every_identity(self):
        for who in self.for_each_identity():
            for report in (False, True):
                result = launch.probe("fill", 4096, args=["--stats", "-Q"],
                                      identity=who, report=report)
                self.assert_exit(result, 0)
                self.assertRegex(result.err_lines[0],
                                 r"^usage of pid \d+: EXITED, status 0$")
                self.assertRegex(result.err, r"\n  wall time +\d+\.\d+ m?s\n")
                self.assertRegex(result.err, r"\n  written +[\d.]+ KiB\n")
                self.assertRegex(result.err, r"\n  launch: setup +[\d.]+ ms\n")
                if report:
                    usage = result.report["usage"]
                    self.assertGreaterEqual(usage["written_bytes"], 4096)

    def test_without_it_nothing_is_shown(self):
        result = launch.probe("exit", 0, args=["-Q"])
        self.assertEqual(result.err, "")


class Outcomes(case.JailTestCase):

    def outcome(self, result):
        return result.report["outcome"], result.report.get("limit", {}).get(
            "name")

    def test_limits(self):
        spin = launch.probe("spin", extra="cpu_time_ms: 100")
        self.assertEqual(self.outcome(spin), ("CPU_TIME", "cpu_time_ms"))
        spin = launch.probe("spin", extra="rlimit_cpu: 1")
        self.assertEqual(self.outcome(spin), ("CPU_TIME", "rlimit_cpu"))
        hold = launch.probe("hold", extra="wall_time_ms: 50")
        self.assertEqual(self.outcome(hold), ("WALL_TIME", "wall_time_ms"))
        big = front.shell(
            "exec dd if=/dev/zero of=/tmp/x bs=64k count=64 status=none",
            extra="""
            dev_preset: true
            pid1: REAPER
            mount { dst: "/tmp" fstype: "tmpfs" rw: true }
            """)
        self.assertEqual(self.outcome(big), ("FILE_SIZE", "rlimit_fsize"))

    def test_cancelled(self):
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        with front.running("--report_fd", str(write), "--", "/probe", "hold",
                           config=launch.probe_config(),
                           pass_fds=[write]) as jail:
            os.close(write)
            jail.stdout.readline()
            jail.send_signal(signal.SIGTERM)
            jail.wait()
        report = json.loads(os.read(read, 1 << 20))
        self.assertEqual(report["outcome"], "CANCELLED")
        self.assertEqual(report["exit_status"], 143)


if __name__ == "__main__":
    case.main()
