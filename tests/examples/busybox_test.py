# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""examples/busybox.cfg: a static binary in an empty root."""

from examples import example
from support import case


class Busybox(case.JailTestCase):

    def test_the_root_is_empty(self):
        for who in self.for_each_identity():
            result = example.run("busybox", identity=who)
            self.assert_exit(result, 0)
            # The pattern matched nothing.
            self.assertEqual(result.out, "the root holds: /*\n")

    def test_any_busybox_command(self):
        for who in self.for_each_identity():
            result = example.run("busybox", "/bin/busybox", "hostname",
                                 args=["--execute_fd"], identity=who)
            self.assert_exit(result, 0)
            self.assertEqual(result.out, "busybox\n")


if __name__ == "__main__":
    case.main()
