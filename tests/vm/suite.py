# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Runs the tests of several files in one process.

Python starts slowly on the emulated processors of tests/vm/run.
"""

import faulthandler
import importlib.util
import os
import pathlib
import sys
import time
import unittest

from support import case

MOST_SECONDS = 300  # for one file


def load(path):
    """A module's tests, as `python3 PATH` would find them."""
    name = ".".join(path.with_suffix("").parts)
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return unittest.defaultTestLoader.loadTestsFromModule(module)


def main():
    paths = [pathlib.Path(name) for name in sys.argv[1:]]
    suites = {path: load(path) for path in paths}
    os.chdir("/")
    failed = 0
    for path, suite in suites.items():
        start = time.monotonic()
        faulthandler.dump_traceback_later(MOST_SECONDS, exit=True)
        result = case.Runner(stream=sys.stdout).run(suite)
        faulthandler.cancel_dump_traceback_later()
        failed += not result.wasSuccessful() or result.testsRun == 0
        print(f"== {path}: {result.testsRun} tests, "
              f"{time.monotonic() - start:.0f} s", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
