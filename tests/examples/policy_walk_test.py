# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Each command line of docs/policy-tools.md, in order, as it stands."""

import json
import os
import shutil
import socket
import subprocess

from support import case, files

DOCUMENT = files.SOURCE / "docs" / "policy-tools.md"
COPIED = ("examples/policy", "jail/seccomp/testdata")


class Walk(case.JailTestCase):
    def test_every_command(self):
        commands = [line.strip() for line in DOCUMENT.read_text().splitlines()
                    if line.startswith("    jail")]
        folder = files.stage() / "walk"
        folder.mkdir()
        for name in COPIED:
            shutil.copytree(files.SOURCE / name, folder / name)
        done = []
        for command in commands:
            result = subprocess.run(
                command, shell=True, cwd=folder, capture_output=True,
                text=True, timeout=300, check=False,
                env={**os.environ,
                     "PATH": f"{files.BUILD}/bin:{os.environ['PATH']}"})
            done.append((command, result))
        by_word = lambda *words: [
            r for c, r in done if all(w in c for w in words)]
        for command, result in done:
            told = f"{command}\n{result.stdout}\n{result.stderr}"
            if "policy diff" in command:
                self.assertEqual(result.returncode, 1, told)
            elif "--report_fd" in command:
                self.assertEqual(result.returncode, 159, told)
                report = json.loads((folder / "report.json").read_text())
                self.assertEqual(report["outcome"], "SECCOMP", told)
                violation = report["violation"]
                self.assertEqual(violation["syscall"], "socket", told)
                self.assertEqual(violation["args"][0], socket.AF_INET, told)
                self.assertRegex(violation["rule"],
                                 r"words\.kafel:\d+:\d+: DEFAULT KILL_PROCESS")
                self.assertRegex(result.stderr, r"called socket\(family=0x2, ")
            else:
                self.assertEqual(result.returncode, 0, told)
        self.assertEqual(len(by_word("policy learn")), 1)
        self.assertIn("words.kafel: ok", by_word("policy check")[0].stdout)
        self.assertIn("KILL_PROCESS, by DEFAULT",
                      by_word("policy eval")[0].stdout)
        for result in by_word("jail --config", "words.kafel")[:1] + by_word(
                "--seccomp_oci"):
            self.assertEqual(result.stdout, "=\n")


if __name__ == "__main__":
    case.main()
