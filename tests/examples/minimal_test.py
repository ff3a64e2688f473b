# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""examples/minimal.cfg: a dynamic program, and nothing else."""

import os

from examples import example
from support import case
from support.identity import USER


class Minimal(case.JailTestCase):

    def test_runs_a_dynamic_program(self):
        for who in self.for_each_identity():
            result = example.run("minimal", "/usr/bin/id", "-u", identity=who)
            self.assert_exit(result, 0)
            # The caller's own id; in `unshare -r` that is 0.
            self.assertEqual(result.out,
                             f"{who.host_uid if who is USER else 0}\n")

    def test_a_command_without_a_slash_is_found(self):
        for who in self.for_each_identity():
            self.assert_exit(example.run("minimal", "true", identity=who), 0)

    def test_everything_else_is_missing(self):
        env = {**os.environ, "SECRET": "1"}
        for who in self.for_each_identity():
            result = example.run("minimal", "ls", "/", identity=who, env=env)
            self.assertEqual(result.out.split(), ["lib", "lib64", "usr"])
            result = example.run("minimal", "env", identity=who, env=env)
            self.assertEqual(result.out, "")
            result = example.run("minimal", "touch", "/usr/x", identity=who)
            self.assertEqual(result.status, 1)
            self.assertIn("Read-only file system", result.err)


if __name__ == "__main__":
    case.main()
