# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""What `jail` exits with, and what it does with signals."""

import signal

from blackbox import front
from support import case, launch, leaks


class ExitStatus(case.JailTestCase):

    def test_without_the_processors_counter(self):
        # The child itself must not read it.
        for who in self.for_each_identity():
            self.assert_exit(launch.probe(
                "exit", 5, extra="disable_tsc: true", identity=who), 5)

    def test_is_the_targets_own(self):
        for who in self.for_each_identity():
            for status in (0, 7, 255):
                result = launch.probe("exit", status, identity=who)
                self.assert_exit(result, status)
                self.assertEqual(result.report["outcome"], "EXITED")
                self.assertEqual(result.report["exit_code"], status)
                self.assertEqual(result.report["exit_status"], status)

    def test_is_128_and_the_signal(self):
        # Process 1 can't signal itself, so the reaper stands in front.
        result = launch.probe("kill", int(signal.SIGUSR1), extra="pid1: REAPER")
        self.assert_exit(result, 128 + signal.SIGUSR1)
        self.assertEqual(result.report["outcome"], "SIGNALED")
        self.assertEqual(result.report["signal_name"], "SIGUSR1")
        self.assertNotIn("exit_code", result.report)

    def test_is_255_when_the_target_never_ran(self):
        result = launch.jail("--", "/nowhere", config=launch.PROBE_CONFIG)
        self.assert_setup_failure(result, r"^jail: .*/nowhere: ENOENT")
        self.assertNotIn("exit_code", result.report)


class Signals(case.JailTestCase):

    def test_end_the_jail_and_show_in_the_status(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP,
                       signal.SIGQUIT):
            with self.subTest(signal=number.name), leaks.Watch(), \
                    front.running("--", "/probe", "hold",
                                  config=launch.probe_config()) as jail:
                self.assertEqual(jail.stdout.readline(), "ready\n")
                jail.send_signal(number)
                self.assertEqual(jail.wait(), 128 + number)
                self.assertRegex(jail.stderr.read(),
                                 r"terminated with signal: SIGKILL \(9\), "
                                 r"\(PIDs left: 0\)\n$")

    def test_are_forwarded_where_asked_for(self):
        script = 'trap "exit 42" TERM; echo ready; while :; do sleep 1; done'
        with leaks.Watch(), front.running(
                "--forward_signals", "--", "/bin/sh", "-c", script,
                config=front.SHELL_CONFIG) as jail:
            self.assertEqual(jail.stdout.readline(), "ready\n")
            jail.send_signal(signal.SIGTERM)
            self.assertEqual(jail.wait(), 42)

    def test_dispositions_of_the_caller_do_not_reach_the_target(self):
        # setsid(1)-like callers ignore SIGHUP; shells ignore SIGINT.
        def ignore():
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGCHLD,
                           signal.SIGPIPE):
                signal.signal(number, signal.SIG_IGN)
        result = front.shell("exec grep SigIgn /proc/self/status",
                             extra="mount_proc: true", preexec_fn=ignore)
        self.assert_exit(result, 0)
        self.assertEqual(int(result.out.split()[1], 16), 0)


if __name__ == "__main__":
    case.main()
