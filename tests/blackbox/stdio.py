# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""stdin, stdout, stderr: what main() does before anything else."""

import os
import stat
import subprocess

from blackbox import front
from support import case, files, launch


class ClosedStdio(case.JailTestCase):

    def test_is_filled_with_dev_null(self):
        """Nothing of jail's own lands on a descriptor that the target has."""
        script = 'find /proc/$$/fd -fprintf /out "%f %l\n"'
        for closed in (0, 1, 2):
            for who in self.for_each_identity():
                out = launch.write_config("")
                os.chmod(out, 0o666)
                config = front.SHELL_CONFIG + f"""
                    mount_proc: true
                    mount {{ src: "{out}" dst: "/out" is_bind: true rw: true }}
                """
                argv = launch.command(["--", "/bin/sh", "-c", script], who,
                                      config)
                done = subprocess.run(
                    ["/bin/sh", "-c", f'exec "$@" {closed}>&-', "sh", *argv],
                    stdin=subprocess.DEVNULL, capture_output=True, check=False,
                    cwd="/")
                self.assertEqual(done.returncode, 0, done)
                with open(out, encoding="utf-8") as links:
                    self.assertIn(f"{closed} /dev/null",
                                  links.read().splitlines())


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

    def test_block_device(self):
        if not case.identities.ROOT in case.identities.ALL:
            self.skipTest("only root makes device nodes")
        node = str(files.stage() / "block")
        os.mknod(node, stat.S_IFBLK | 0o600, os.makedev(7, 0))
        # O_PATH: whether there is a driver does not matter.
        fd = os.open(node, os.O_PATH)
        self.addCleanup(os.close, fd)
        done = self.run_with(0, fd)
        self.assertEqual(done.returncode, 255)
        self.assertTrue(done.stderr.startswith(
            "jail: stdin: is a block device: hint: "), done)


if __name__ == "__main__":
    case.main()
