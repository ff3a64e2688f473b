# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Mode RERUN, and the daemon."""

import json
import os
import pathlib
import signal

from blackbox import front
from support import case, files, launch, leaks


class Once(case.JailTestCase):

    def test_goes_on_after_sigusr1_and_says_what_runs(self):
        script = 'trap "exit 9" TERM; echo ready; while :; do sleep 0.01; done'
        with front.running("-v", "-t", 0, "--forward_signals", "--", "/bin/sh",
                           "-c", script, config=front.SHELL_CONFIG) as jail:
            self.assertEqual(jail.stdout.readline(), "ready\n")
            jail.send_signal(signal.SIGUSR1)
            told = iter(jail.stderr.readline, "")
            next(l for l in told if "Total number of spawned namespaces: 1" in l)
            self.assertRegex(
                next(told), r"\[I\].* pid=\d+, Remote host: \[STANDALONE MODE\]"
                            r", Run time: \d+ sec\. \(time left: unlimited\)$")
            jail.send_signal(signal.SIGTERM)
            self.assertEqual(jail.wait(), 9)


class Rerun(case.JailTestCase):

    def test_runs_until_a_signal_and_reports_line_by_line(self):
        path = files.stage() / "rerun.json"
        path.touch()
        path.chmod(0o666)
        with leaks.Watch(), front.running(
                "-Mr", "--report", path, "--", "/bin/sh", "-c", "echo $$",
                config=front.SHELL_CONFIG) as jail:
            for _ in range(3):
                self.assertEqual(jail.stdout.readline(), "1\n")
            jail.send_signal(signal.SIGTERM)
            # What it says meanwhile must not block it.
            rest, _ = jail.communicate()
            self.assertEqual(jail.returncode, 143, rest)
        reports = [json.loads(l) for l in path.read_text().splitlines()]
        self.assertGreaterEqual(len(reports), 3)
        self.assertEqual({r["outcome"] for r in reports[:-1]}, {"EXITED"})

    def test_ends_with_a_signal_that_was_forwarded(self):
        script = 'trap "exit 9" TERM; echo ready; while :; do sleep 0.01; done'
        with front.running("-Mr", "--forward_signals", "--", "/bin/sh", "-c",
                           script, config=front.SHELL_CONFIG) as jail:
            self.assertEqual(jail.stdout.readline(), "ready\n")
            jail.send_signal(signal.SIGTERM)
            self.assertEqual(jail.wait(), 9)

    def test_ends_with_a_failure_of_ours(self):
        result = launch.jail("-Mr", "--", "/nowhere",
                             config=launch.PROBE_CONFIG, report=False)
        self.assertEqual(result.status, 255)
        self.assertEqual(len(result.err_lines), 1, result)


class Daemon(case.JailTestCase):

    def test_goes_to_the_background_with_everything_checked(self):
        folder = files.stage() / "daemon"
        folder.mkdir()
        folder.chmod(0o1777)
        log = folder / "log"
        with leaks.Watch():
            result = launch.probe("hold", args=["-d", "-l", log], report=False)
            self.assertEqual((result.status, result.err), (0, ""))
            # We are the subreaper: the daemon is ours now.
            [daemon] = [p for p in leaks.children()
                        if pathlib.Path(f"/proc/{p}/cmdline").read_bytes()]
            self.assertEqual(
                {os.readlink(f"/proc/{daemon}/fd/{n}") for n in range(3)},
                {"/dev/null"})
            self.assertNotEqual(os.getsid(daemon), os.getsid(0))
            os.kill(daemon, signal.SIGTERM)
            _, status = os.waitpid(daemon, 0)
            self.assertEqual(os.waitstatus_to_exitcode(status), 143)
        self.assertIn("terminated with signal: SIGKILL", log.read_text())

    def test_says_so_when_it_has_no_log(self):
        leaks.become_subreaper()
        result = launch.probe("exit", 0, args=["-d"], report=False)
        self.assertEqual(result.status, 0)
        self.assertRegex(result.err, r"^\[W\]\[.*daemon: there is no log")
        self.assertEqual(leaks.reap_all(), [])

    def test_an_error_is_told_before_it_goes(self):
        result = launch.jail("-d", "--", "/probe", config='cwd: "relative"',
                             report=False)
        self.assertEqual(result.status, 255)


if __name__ == "__main__":
    case.main()
