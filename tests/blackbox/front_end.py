# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""--help, --version, --check, --explain; and errors before there is a jail."""

import json
import subprocess

from support import case, launch


class Information(case.JailTestCase):

    def test_version(self):
        result = launch.jail("--version", report=False)
        self.assertEqual(result.status, 0)
        self.assertRegex(result.out, r"^jail \d+\.\d+\.\d+\n$")

    def test_help_fits_a_terminal(self):
        result = launch.jail("--help", report=False)
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertEqual([l for l in result.out.splitlines() if len(l) > 80],
                         [])
        self.assertIn("--config", result.out)

    def test_full_stdout_is_an_error(self):
        with open("/dev/full", "wb") as full:
            argv = launch.command(["--version"])
            done = subprocess.run(argv, stdout=full, stderr=subprocess.PIPE,
                                  text=True, check=False)
        self.assertEqual(done.returncode, 255)
        self.assertEqual(done.stderr, "jail: write to stdout: ENOSPC (No space "
                         "left on device)\n")


class Check(case.JailTestCase):

    def test_ok(self):
        path = launch.write_config(launch.probe_config())
        result = launch.jail("--check", "--config", path, "--", "/probe",
                             report=False)
        self.assertEqual((result.status, result.out), (0, f"{path}: ok\n"))

    def test_tells_every_error(self):
        path = launch.write_config('umask: "999"\nport: 70000\n')
        result = launch.jail("--check", "--config", path, "--", "/probe",
                             report=False)
        self.assertEqual((result.status, result.out), (255, ""))
        self.assertEqual(result.err_lines, [
            f"jail: {path}:1:1: umask: is not an octal number from 000 to 777: "
            '"999"',
            f"jail: {path}:2:1: port: is out of range: 70000; from 1 to 65535",
            f"jail: {path}:2:1: warning: port: has no effect: it is for mode "
            "LISTEN"])

    def test_missing_config_file(self):
        result = launch.jail("--config", "/nowhere.cfg", "--", "/x",
                             report=False)
        self.assertEqual(result.status, 255)
        # The rest would be guesses about what the file says.
        self.assertEqual(result.err,
                         "jail: command line: config: open /nowhere.cfg: "
                         "ENOENT (No such file or directory)\n")


class Explain(case.JailTestCase):

    def test_text_names_operations_and_starts_nothing(self):
        for who in self.for_each_identity():
            result = launch.probe("exit", 7, args=["--explain"], identity=who,
                                  report=False)
            self.assertEqual(result.status, 0, result)
            self.assertIn("execve(", result.out)
            self.assertIn("pivot_root", result.out)

    def test_json(self):
        result = launch.probe("exit", 7, args=["--explain=json"], report=False)
        self.assertEqual(result.status, 0, result)
        self.assertIsInstance(json.loads(result.out), dict)


if __name__ == "__main__":
    case.main()
