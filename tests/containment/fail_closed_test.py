# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""What cannot be applied stops the launch; what is odd about the caller too."""

import os
import pathlib
import subprocess
import tempfile

from containment import holes
from support import case, files, identity, launch

# One configuration each that cannot be applied as it stands.
CANNOT = {
    "missing source": 'mount { src: "/nonexistent" dst: "/x" is_bind: true }',
    "unknown file system": 'mount { dst: "/x" fstype: "nosuchfs" }',
    "unknown mount option":
        'mount { dst: "/x" fstype: "tmpfs" options: "nosuchoption" }',
    "missing chroot": 'chroot_dir: "/nonexistent"',
    "missing cwd": 'cwd: "/nonexistent"',
    "dst with ..": 'mount { dst: "/x/../../y" fstype: "tmpfs" }',
    "unknown capability": 'cap: "CAP_NO_SUCH"',
    "unknown user": 'uidmap { inside_id: "no-such-user" }',
    "interface that is not there": 'iface_own: "nosuchif0"',
    "user_net": "user_net { }",
    "traffic_rule": 'traffic_rule { src_ip: "10.0.0.1" }',
    "nice out of range": "nice_level: 99",
    "umask that is none": 'umask: "999"',
    "hostname too long": f'hostname: "{"x" * 65}"',
    "unknown field": "no_such_field: 1",
    "duplicate field": 'cwd: "/" cwd: "/"',
}


class FailClosedTest(case.JailTestCase):

    def assert_did_not_run(self, result):
        self.assertEqual(result.status, 255, result)
        self.assertEqual(result.stdout, b"", result)
        self.assertNotEqual(result.stderr, b"", "255 without a word")

    def test_what_cannot_be_applied_stops_the_launch(self):
        for who in self.for_each_identity():
            for name, extra in CANNOT.items():
                with self.subTest(what=name):
                    self.assert_did_not_run(
                        launch.probe(extra=extra, identity=who))

    def test_the_program_does_not_run_when_the_launch_fails(self):
        # Seen from outside: the marker that it would have made.
        with tempfile.TemporaryDirectory(prefix="jail-test-") as folder:
            os.chmod(folder, 0o777)
            extra = (f'mount {{ src: "{folder}" dst: "/out" is_bind: true '
                     "rw: true }\n")
            for who in self.for_each_identity():
                result = launch.probe("write", "/out/marker", extra=extra,
                                      identity=who)
                self.assert_exit(result, 0)
                os.unlink(pathlib.Path(folder, "marker"))
                result = launch.probe(
                    "write", "/out/marker", identity=who,
                    extra=extra + 'cwd: "/nonexistent"')
                self.assert_did_not_run(result)
                self.assertEqual(os.listdir(folder), [])

    def test_a_directory_as_stdio_is_refused(self):
        config = launch.write_config(launch.probe_config())
        for who in self.for_each_identity():
            for place in ("stdin", "stdout", "stderr"):
                with self.subTest(place=place):
                    folder = os.open("/etc", os.O_RDONLY | os.O_DIRECTORY)
                    streams = {"stdin": subprocess.DEVNULL,
                               "stdout": subprocess.PIPE,
                               "stderr": subprocess.PIPE, place: folder}
                    done = subprocess.run(
                        [*who.prefix, files.binary("jail"), "--config", config,
                         "--", "/probe"], check=False, **streams)
                    os.close(folder)
                    self.assertEqual(done.returncode, 255)
                    self.assertIn(done.stdout, (b"", None))

    def test_a_block_device_as_stdin_is_refused(self):
        if identity.ROOT not in identity.ALL:
            self.skipTest("only root can open a block device")
        devices = [p for p in pathlib.Path("/dev").iterdir()
                   if p.is_block_device()]
        with tempfile.TemporaryDirectory(prefix="jail-test-") as folder:
            if not devices:  # opening a node without a device fails
                self.skipTest("this machine has no block device")
            del folder
        fd = os.open(devices[0], os.O_RDONLY | os.O_NONBLOCK)
        result = launch.jail("--", "/probe", config=launch.probe_config(),
                             identity=identity.ROOT, stdin=None)
        self.assert_exit(result, 0)
        done = subprocess.run(
            [files.binary("jail"), "--config",
             launch.write_config(launch.probe_config()), "--", "/probe"],
            stdin=fd, capture_output=True, check=False)
        os.close(fd)
        self.assertEqual(done.returncode, 255, done.stderr)

    def test_closed_descriptors_are_filled(self):
        config = launch.write_config(launch.probe_config())
        for who in self.for_each_identity():
            words = " ".join([*who.prefix, files.binary("jail"), "--config",
                              config, "--", "/probe"])
            for closed in ("<&-", "2>&-", "<&- 2>&-"):
                with self.subTest(closed=closed):
                    done = subprocess.run(
                        ["/bin/sh", "-c", f"exec {words} {closed}"],
                        capture_output=True, text=True, check=False)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    seen = launch.json.loads(done.stdout)
                    self.assertEqual(sorted(seen["fds"]), ["0", "1", "2"])
                    for fd in ("0", "2"):
                        if f"{fd if fd == '2' else '<'}" in closed:
                            self.assertEqual(seen["fds"][fd]["device"], "1:3")

    def test_only_regular_files_as_configuration(self):
        with tempfile.TemporaryDirectory(prefix="jail-test-") as folder:
            os.chmod(folder, 0o755)
            fifo = os.path.join(folder, "fifo")
            os.mkfifo(fifo, 0o666)
            for who in self.for_each_identity():
                for path in (fifo, "/dev/zero", "/etc", "/dev/tty"):
                    with self.subTest(config=path):
                        self.assert_did_not_run(launch.jail(
                            "--config", path, "--", "/probe", identity=who))

    def test_only_regular_files_as_log_and_report(self):
        with tempfile.TemporaryDirectory(prefix="jail-test-") as folder:
            os.chmod(folder, 0o777)
            victim = os.path.join(folder, "victim")
            link = os.path.join(folder, "link")
            fifo = os.path.join(folder, "fifo")
            pathlib.Path(victim).write_text("untouched")
            os.chmod(victim, 0o666)
            os.symlink(victim, link)
            os.mkfifo(fifo, 0o666)
            os.chmod(fifo, 0o666)
            for who in self.for_each_identity():
                for option in ("--log", "--report"):
                    for path in (link, fifo, folder):
                        with self.subTest(option=option, path=path):
                            self.assert_did_not_run(launch.jail(
                                option, path, "--", "/probe", identity=who,
                                report=False, config=launch.probe_config()))
            self.assertEqual(pathlib.Path(victim).read_text(), "untouched")

    def test_the_log_has_no_control_characters(self):
        with tempfile.TemporaryDirectory(prefix="jail-test-") as folder:
            os.chmod(folder, 0o777)
            for who in self.for_each_identity():
                log = os.path.join(folder, f"log-{who}")
                launch.jail("-v", "--log", log, "--", "/probe\x1b[31m\nI]pid=",
                            identity=who, config=launch.probe_config())
                text = pathlib.Path(log).read_bytes()
                self.assertNotEqual(text, b"")
                self.assertNotIn(b"\x1b", text)
                self.assertFalse([line for line in text.splitlines()
                                  if line.startswith(b"I]pid=")])

    def test_exit_status_is_faithful(self):
        for who in self.for_each_identity():
            for status in (0, 1, 42, 127, 137, 254, 255):
                with self.subTest(status=status):
                    result = launch.probe("exit", status, identity=who)
                    self.assert_exit(result, status)
                    self.assertEqual(result.report["outcome"], "EXITED")
                    self.assertEqual(result.report.get("exit_code", 0), status)
            for number in (6, 9, 11, 15):
                with self.subTest(signal=number):
                    result = launch.probe("kill", number, identity=who,
                                          extra="pid1: REAPER")
                    self.assert_exit(result, 128 + number)
                    self.assertEqual(result.report["outcome"], "SIGNALED")
                    self.assertEqual(result.report["signal"], number)


if __name__ == "__main__":
    case.main()
