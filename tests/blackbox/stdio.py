# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""stdin, stdout, stderr: what main() does before anything else."""

import os
import subprocess

from blackbox import front
from support import case, files, launch


class ClosedStdio(case.JailTestCase):

    def test_is_filled_with_dev_null(self):
        """Nothing of jail's own lands on a descriptor that the target has."""
        for closed in (0, 1, 2):
            for who in self.for_each_identity():
                argv = launch.command(
                    ["--report", files.stage() / "never", "--", "/bin/sh", "-c",
                     "exec 9>&1; readlink /proc/self/fd/0 /proc/self/fd/1 "
                     "/proc/self/fd/2 >&2; readlink /proc/self/fd/0 "
                     "/proc/self/fd/1 /proc/self/fd/2 >&1"],
                    who, front.SHELL_CONFIG + "mount_proc: true")
                argv.remove("--report")
                argv.remove(str(files.stage() / "never"))
                done = subprocess.run(
                    ["/bin/sh", "-c", f'exec "$@" {closed}>&-', "sh", *argv],
                    stdin=subprocess.DEVNULL, capture_output=True, check=True,
                    text=True, cwd="/")
                text = done.stdout if closed != 1 else done.stderr
                links = [l for l in text.splitlines() if l.startswith("/")
                         or l.startswith("pipe")]
                self.assertEqual(links[closed], "/dev/null", done)


class RefusedStdio(case.JailTestCase):

    def run_with(self, number, fd):
        argv = launch.command(["--", "/probe"], config=launch.probe_config())
        streams = {0: subprocess.DEVNULL, 1: subprocess.PIPE,
                   2: subprocess.PIPE, number: fd}
        return subprocess.run(argv, stdin=streams[0], stdout=streams[1],
                              stderr=streams[2], text=True, check=False,
                              cwd="/")

    def test_directory(self):
        fd = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
        self.addCleanup(os.close, fd)
        for number, name in ((0, "stdin"), (1, "stdout")):
            done = self.run_with(number, fd)
            self.assertEqual(done.returncode, 255)
            self.assertEqual(
                done.stderr,
                f"jail: {name}: is a directory: hint: the program could reach "
                "the host by it; give it a file, a pipe or /dev/null\n")
        self.assertEqual(self.run_with(2, fd).returncode, 255)


if __name__ == "__main__":
    case.main()
