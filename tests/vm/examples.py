# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""The first things that a user of Debian 12's own kernel tries."""

import pathlib
import subprocess

from support import case, files, launch
from support.identity import ROOT, USER


class Examples(case.JailTestCase):

    def run_example(self, name, *command):
        for who in self.for_each_identity(only=(ROOT, USER)):
            result = launch.jail("--config", files.SOURCE / "examples" / name,
                                 "--", *command, identity=who)
            self.assert_exit(result, 0)
            yield result

    def test_minimal(self):
        for result in self.run_example("minimal.cfg", "/usr/bin/sh", "-c",
                                       "echo $$"):
            self.assertEqual(result.out, "1\n")

    def test_snek(self):
        program = "import os; print(os.getuid(), os.getcwd(), os.listdir('.'))"
        for result in self.run_example("snek.cfg", "python3", "-c", program):
            self.assertEqual(result.out, "65534 /home []\n")

    def test_a_learned_policy(self):
        # Until Linux 6.11 a listener outlives its processes until they have
        # been waited for.
        path = pathlib.Path(files.stage()) / "learned.kafel"
        subprocess.run([files.binary("jailctl"), "policy", "learn", "--output",
                        path, "--", "/usr/bin/echo", "hello"], check=True,
                       timeout=120)
        result = launch.jail("--chroot", "/", "-P", path, "--",
                             "/usr/bin/echo", "hello")
        self.assert_exit(result, 0)


if __name__ == "__main__":
    case.main()
