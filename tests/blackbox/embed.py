# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""The library, as an installed CMake package: examples/embed is built and run.

Arguments: cmake, compiler, sanitizers (may be empty).
"""

import functools
import signal
import subprocess
import sys

from support import case, files, leaks

CMAKE, COMPILER, SANITIZE = sys.argv[1:4]
SANITIZE = SANITIZE.removeprefix("sanitize=")  # CMake drops an empty argument
del sys.argv[1:4]


@functools.cache
def embed():
    """Installs the build, and builds the example against that alone."""
    prefix = files.stage() / "prefix"
    build = files.stage() / "embed"
    flags = f"-fsanitize={SANITIZE}" if SANITIZE else ""
    for command in (
            [CMAKE, "--install", files.BUILD, "--prefix", prefix],
            [CMAKE, "-S", files.SOURCE / "examples" / "embed", "-B", build,
             f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={COMPILER}",
             f"-DCMAKE_CXX_FLAGS={flags}"],
            [CMAKE, "--build", build]):
        done = subprocess.run(command, capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise AssertionError(f"{command}\n{done.stdout}\n{done.stderr}")
    return build / "embed"


def run(*command, **popen):
    return subprocess.run([embed(), *command], capture_output=True, text=True,
                          check=False, cwd="/", **popen)


class Embed(case.JailTestCase):

    def test_runs_a_program_in_a_jail(self):
        with leaks.Watch():
            done = run("/usr/bin/uname", "-n")
        self.assertEqual((done.returncode, done.stdout), (0, "NSJAIL\n"), done)
        self.assertRegex(done.stderr,
                         r"embed: status 0 after \d+ us, \d+ bytes\n$")

    def test_tells_the_programs_status(self):
        self.assertEqual(run("/usr/bin/false").returncode, 1)

    def test_works_where_sigchld_is_ignored(self):
        done = run("/usr/bin/sh", "-c", "exit 7", preexec_fn=lambda:
                   signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        self.assertEqual(done.returncode, 7, done)

    def test_tells_our_faults(self):
        done = run("/nowhere")
        self.assertEqual(done.returncode, 255)
        self.assertRegex(done.stderr, r"(?m)^embed: .*/nowhere: ENOENT")
        done = run()
        self.assertEqual(done.returncode, 255)
        self.assertIn("no program to run", done.stderr)


if __name__ == "__main__":
    case.main()
