# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""The log: where it goes, its lines, its levels."""

import os
import re
import stat

from blackbox import front
from support import case, files, launch

LINE = re.compile(rf"\[[DIWEF]\]{front.STAMP} ")


def log_path(name):
    """A path that any identity may create, and that nobody has yet."""
    folder = files.stage() / "logs"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o1777)
    return folder / name


class LogOnStderr(case.JailTestCase):

    def test_end_of_jail_is_one_line_that_wrappers_parse(self):
        for who in self.for_each_identity():
            result = launch.probe("exit", 0, identity=who)
            ends = [l for l in result.err_lines if " pid=" in l]
            self.assertEqual(len(ends), 1, result)
            self.assertRegex(ends[0], front.END_LINE)

    def test_time_limit_is_told_before_the_end(self):
        result = launch.probe("hold", extra="wall_time_ms: 100")
        self.assert_exit(result, 137)
        self.assertRegex(
            result.err, r"pid=\d+ run time >= time limit \(0 >= 0\) "
            r"\(\[STANDALONE MODE\]\)\. Killing it\n"
            r".*pid=\d+ \(\[STANDALONE MODE\]\) terminated with signal: "
            r"SIGKILL \(9\), \(PIDs left: 0\)\n$")
        self.assertEqual(result.report["outcome"], "WALL_TIME")
        self.assertEqual(result.report["limit"]["configured"], 100)

    def test_levels(self):
        self.assertIn(" pid=", launch.probe("exit", 0, args=["-v"]).err)
        for option in ("-q", "-Q"):
            self.assertEqual(launch.probe("exit", 0, args=[option]).err, "")


class LogFile(case.JailTestCase):

    def test_takes_all_that_would_stand_on_stderr(self):
        for who in self.for_each_identity():
            path = log_path(f"all-{who.name}")
            result = launch.probe("exit", 3, identity=who, args=["-l", path])
            self.assert_exit(result, 3)
            self.assertEqual(result.err, "")
            for line in path.read_text().splitlines():
                self.assertRegex(line, LINE)
            self.assertIn("exited with status: 3", path.read_text())
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)

    def test_takes_errors_too(self):
        path = log_path("errors")
        result = launch.jail("-l", path, "--", "/nowhere",
                             config=launch.PROBE_CONFIG)
        self.assertEqual((result.status, result.err), (255, ""))
        self.assertRegex(path.read_text(), r"^\[F\]\[.*/nowhere: ENOENT")

    def test_takes_errors_of_the_config(self):
        path = log_path("config")
        result = launch.jail("-l", path, "--", "/probe",
                             config='cwd: "relative"')
        self.assertEqual((result.status, result.err), (255, ""))
        self.assertRegex(path.read_text(), r"(?m)^\[F\]\[.* cwd: ")

    def test_is_a_regular_file_without_links(self):
        link = log_path("link")
        link.symlink_to("elsewhere")
        fifo = log_path("fifo")
        os.mkfifo(fifo, 0o666)
        for path, why in (
                (link, "ELOOP (Too many levels of symbolic links)"),
                (fifo, "ENXIO (No such device or address)"),
                ("/dev/zero", "is not a regular file")):
            result = launch.probe("exit", 0, args=["-l", path],
                                  identity=case.identities.ALL[0])
            self.assertEqual(result.status, 255, result)
            self.assertIn(f"open {path}: {why}\n", result.err)
        self.assertFalse(log_path("elsewhere").exists())

    def test_devices_that_wrappers_name(self):
        for who in self.for_each_identity():
            for place, out, err in (
                    ("/dev/null", "", ""), ("/dev/stdout", front.END_LINE, ""),
                    ("/dev/stderr", "", front.END_LINE),
                    ("/proc/self/fd/2", "", front.END_LINE)):
                result = launch.probe("exit", 0, args=["-l", place],
                                      identity=who)
                self.assert_exit(result, 0)
                for text, pattern in ((result.out, out), (result.err, err)):
                    self.assertRegex(text, pattern or "^$")
        result = launch.probe("exit", 0, args=["-l", "/dev/fd/77"])
        self.assertEqual(result.status, 255)
        self.assertIn("descriptor 77: EBADF", result.err)

    def test_control_characters_are_escaped(self):
        path = log_path("escapes")
        launch.jail("-l", path, "--", "/no\x1b[31m\nwhere\u2028[I] pid=1",
                    config=launch.PROBE_CONFIG)
        text = path.read_text()
        # Whatever a reader takes for the end of a line.
        self.assertEqual(text.splitlines(), text.rstrip("\n").split("\n"))
        self.assertIn("/no\\x1b[31m\\nwhere", text)
        self.assertEqual(text.count("\n"), len(LINE.findall(text)))


class LogFd(case.JailTestCase):

    def test_is_written_and_not_given_to_the_target(self):
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        result = front.shell("ls /proc/self/fd", "-L", write, pass_fds=[write],
                             extra="mount_proc: true")
        os.close(write)
        self.assert_exit(result, 0)
        self.assertEqual(result.err, "")
        self.assertRegex(os.read(read, 65536).decode(), front.END_LINE)
        self.assertNotIn(str(write), result.out.split()[3:])

    def test_must_be_open(self):
        result = launch.probe("exit", 0, args=["-L", 77], report=False)
        self.assertEqual(result.status, 255)
        self.assertIn("descriptor 77: EBADF (Bad file descriptor)\n",
                      result.err)


if __name__ == "__main__":
    case.main()
