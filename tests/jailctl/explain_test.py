# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""jailctl explain and check.

The golden files are what a person reads; JAIL_UPDATE_GOLDEN=1 writes them.
"""

import json
import os
import pathlib
import subprocess

from support import case, files, identity

HERE = pathlib.Path(__file__).resolve().parent
CONFIGS = {
    "snek": files.SOURCE / "examples" / "snek.cfg",
    "minimal": files.SOURCE / "examples" / "minimal.cfg",
    "weak": HERE / "weak.cfg",
}


def jailctl(*args):
    """Runs it as the ordinary user; configs are copied to where he can read."""
    argv = [*identity.USER.prefix, files.binary("jailctl"), *map(str, args)]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60,
                          check=False, cwd=files.stage(), env={"LC_ALL": "C"})


def staged(name):
    copy = files.stage() / f"{name}.cfg"
    copy.write_text(CONFIGS[name].read_text())
    copy.chmod(0o644)
    return copy.name  # relative: the goldens name no temporary folder


class Explain(case.JailTestCase):
    def test_goldens(self):
        for name in CONFIGS:
            with self.subTest(config=name):
                result = jailctl("explain", staged(name))
                self.assertEqual(result.returncode, 0, result.stderr)
                text = result.stdout.replace(str(identity.USER.host_uid), "UID")
                golden = HERE / "golden" / f"{name}.txt"
                if os.environ.get("JAIL_UPDATE_GOLDEN"):
                    golden.write_text(text)
                self.assertEqual(text, golden.read_text())

    def test_json_says_the_same(self):
        result = jailctl("explain", "--json", staged("weak"))
        self.assertEqual(result.returncode, 0, result.stderr)
        document = json.loads(result.stdout)
        severities = [w["severity"] for w in document["weaknesses"]]
        order = ["severe", "high", "medium", "low", "note"]
        self.assertEqual(severities, sorted(severities, key=order.index))
        etc = next(w for w in document["weaknesses"] if "/etc" in w["what"])
        self.assertEqual(etc["origin"]["field"], "mount[0]")
        self.assertEqual(etc["origin"]["line"], 10)

    def test_a_program_of_the_command_line(self):
        result = jailctl("explain", staged("minimal"), "--", "/bin/echo", "hi")
        self.assertIn("/bin/echo hi\n", result.stdout)

    def test_an_error_has_its_place(self):
        path = files.stage() / "bad.cfg"
        path.write_text('name: "x"\nclone_newnett: false\n')
        path.chmod(0o644)
        for verb in ("explain", "check"):
            result = jailctl(verb, "bad.cfg")
            self.assertEqual(result.returncode, 1)
            self.assertEqual(result.stdout, "")
            self.assertIn("jailctl: bad.cfg:2:1: ", result.stderr)
            self.assertIn("clone_newnet", result.stderr)

    def test_a_missing_file_is_named(self):
        result = jailctl("check", "nowhere.cfg")
        self.assertEqual(result.returncode, 1)
        self.assertIn("nowhere.cfg", result.stderr)
        self.assertIn("ENOENT", result.stderr)


class Check(case.JailTestCase):
    def test_several_files(self):
        result = jailctl("check", staged("snek"), staged("minimal"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout, "snek.cfg: ok\nminimal.cfg: ok\n")

    def test_one_bad_among_several(self):
        (files.stage() / "odd.cfg").write_text("cwd: \"relative/..\"\n")
        result = jailctl("check", staged("snek"), "odd.cfg", staged("minimal"))
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, "snek.cfg: ok\nminimal.cfg: ok\n")
        self.assertIn("jailctl: odd.cfg:1", result.stderr)


if __name__ == "__main__":
    case.main()
