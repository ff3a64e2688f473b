# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Each example is complete, and has a test that runs it."""

import pathlib

from examples import example
from support import case, identity, launch

# evalctl.cfg is no jail's: tests/evalctl runs its profiles.
NAMES = sorted(path.stem for path in example.FOLDER.glob("*.cfg")
               if path.name != "evalctl.cfg")


class EveryExample(case.JailTestCase):

    def test_has_a_test(self):
        here = pathlib.Path(__file__).parent
        self.assertNotEqual(NAMES, [])
        self.assertEqual([n for n in NAMES
                          if not (here / f"{n}_test.py").exists()], [])

    def test_begins_with_what_editors_and_people_need(self):
        for name in NAMES:
            with self.subTest(name):
                text = (example.FOLDER / f"{name}.cfg").read_text()
                header, comment, _ = text.split("\n\n", 2)
                self.assertEqual(header.splitlines(), [
                    "# proto-file: proto/jail.proto",
                    "# proto-message: jail.config.JailConfig"])
                self.assertIn("\n#   jail --config examples/", text.replace(
                    "cd my-project && jail --config .../", "jail --config "))
                self.assertTrue(comment.startswith("# "))
                self.assertIn(f'\nname: "{name}"\n', text)

    def test_is_right_for_every_caller(self):
        for name in NAMES:
            for who in self.for_each_identity():
                result = launch.jail("--check", "-q", "--config",
                                     example.config(name), "--", "/usr/bin/id",
                                     identity=who, report=False)
                self.assertEqual(result.status, 0, result)
                errors = [l for l in result.err_lines if "warning: " not in l]
                if who != identity.ROOT:  # limits by best effort
                    errors = [l for l in errors if ": not in force: " not in l]
                self.assertEqual(errors, [], result)


if __name__ == "__main__":
    case.main()
