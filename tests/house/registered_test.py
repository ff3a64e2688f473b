# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Every test file is built and run: none lies about forgotten."""

import json
import re
import subprocess

from house import sources
from support import case
from support.files import BUILD, SOURCE


def listing():
    done = subprocess.run(
        ["ctest", "--test-dir", BUILD, "--show-only=json-v1"],
        capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["tests"]


class RegisteredTest(case.JailTestCase):

    def test_every_cc_test_is_built(self):
        commands = json.loads((BUILD / "compile_commands.json").read_text())
        built = {c["file"] for c in commands}
        missing = [name for name in sources.with_suffix("_test.cc", "_fuzz.cc")
                   if str(SOURCE / name) not in built
                   and not name.endswith("_fuzz.cc")]
        self.assertEqual(missing, [])

    def test_every_built_test_runs(self):
        programs = {t["command"][0] for t in listing() if "command" in t}
        built = [p for p in (BUILD / "tests").glob("*_test") if p.is_file()]
        self.assertNotEqual(built, [])
        # A test that was renamed leaves its old binary; ninja knows which are
        # current.
        targets = subprocess.run(
            ["ninja", "-C", BUILD, "-t", "targets", "all"],
            capture_output=True, text=True, check=True).stdout
        forgotten = [p.name for p in built if str(p) not in programs
                     and f"\ntests/{p.name}: " in targets]
        self.assertEqual(forgotten, [])

    def test_every_python_test_is_registered(self):
        arguments = {a for t in listing() for a in t.get("command", [])}
        missing = [name for name in sources.with_suffix(".py")
                   if name.startswith(("tests/", "tools/"))
                   and re.search(r"^if __name__ == .__main__.:\s+case\.main\(\)",
                                 sources.read(name), re.MULTILINE)
                   and str(SOURCE / name) not in arguments]
        self.assertEqual(missing, [])

    def test_every_test_has_a_known_label(self):
        known = {"unit", "golden", "executor", "blackbox", "containment", "leak",
                 "house", "examples", "bench", "fuzz", "mask", "policies",
                 "vm"}
        wrong = []
        for test in listing():
            labels = {label for p in test.get("properties", [])
                      if p["name"] == "LABELS" for label in p["value"]}
            if not labels or labels - known:
                wrong.append(f"{test['name']}: {sorted(labels)}")
        self.assertEqual(wrong, [])

    def test_no_test_is_switched_off(self):
        wrong = [f"{name}:{number}: {line.strip()}"
                 for name in sources.with_suffix(".cc")
                 for number, line in enumerate(
                     sources.read(name).splitlines(), 1)
                 if re.search(r"\bTEST\w*\(\w+,\s*DISABLED_", line)]
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    case.main()
