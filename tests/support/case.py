# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Base class and main of the Python tests."""

import os
import sys
import unittest

from support import identity as identities


class JailTestCase(unittest.TestCase):
    """unittest with long messages and the checks that most tests need."""

    maxDiff = None

    def for_each_identity(self, only=None):
        """Yields each caller; a failure names the one that it happened with."""
        for who in only or identities.ALL:
            try:
                yield who
            except GeneratorExit:  # the loop was left: by a failure
                print(f"{self.id()}: as caller {who.name}", flush=True)
                raise

    def assert_exit(self, result, status):
        """`jail` ended with `status`, and said nothing of its own."""
        self.assertEqual(result.status, status, str(result))

    def assert_setup_failure(self, result, line):
        """The target never ran, and `line` (a regular expression) says why."""
        self.assertEqual(result.status, 255, str(result))
        self.assertRegex(result.err, line, str(result))
        if result.report is not None:
            self.assertEqual(result.report["outcome"], "SETUP_FAILED",
                             str(result))


class _Result(unittest.TextTestResult):
    """Prints each skip as summary.py looks for it."""

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"skipped: {test.id()}: {reason}", flush=True)


class Runner(unittest.TextTestRunner):
    """Prints what summary.py looks for."""

    resultclass = _Result


def main():
    """Runs the tests of the calling file; a skip fails under JAIL_MUST_WORK."""
    program = unittest.main(
        module="__main__", exit=False, verbosity=1,
        testRunner=Runner)
    result = program.result
    failed = not result.wasSuccessful()
    if result.testsRun == 0:
        print("no test ran")
        failed = True
    if result.skipped and os.environ.get("JAIL_MUST_WORK"):
        print("JAIL_MUST_WORK forbids skips.")
        failed = True
    sys.exit(1 if failed else 0)
