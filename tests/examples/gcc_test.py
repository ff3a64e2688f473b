# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""examples/gcc.cfg: C on stdin, its output on stdout."""

from examples import example
from support import case

HELLO = rb"""
#include <stdio.h>
int main(void) {
  puts("hello from C");
  return 3;
}
"""


class Gcc(case.JailTestCase):

    def test_compiles_and_runs(self):
        for who in self.for_each_identity():
            result = example.run("gcc", stdin=HELLO, identity=who)
            self.assert_exit(result, 3)
            self.assertEqual(result.out, "hello from C\n")

    def test_errors_of_the_compiler_come_back(self):
        for who in self.for_each_identity():
            result = example.run("gcc", stdin=b"int main(void) { x; }",
                                 identity=who)
            self.assert_exit(result, 1)
            self.assertIn("undeclared", result.err)

    def test_the_programs_crash_is_a_signal(self):
        crash = b"int main(void) { *(volatile int *)8 = 1; }"
        for who in self.for_each_identity():
            result = example.run("gcc", stdin=crash, identity=who)
            self.assert_exit(result, 139)
            self.assertEqual(result.report["signal_name"], "SIGSEGV")


if __name__ == "__main__":
    case.main()
