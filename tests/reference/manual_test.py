# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""jail(1) and jail.cfg(5), as man renders them."""

import os
import re
import subprocess

from support import case
from support.files import BUILD, SOURCE

JAIL = BUILD / "share/man/man1/jail.1"
CONFIG = BUILD / "share/man/man5/jail.cfg.5"


def rendered(page):
    """(warnings, text) of `man -l`, wide enough that no name is broken."""
    env = {**os.environ, "MANWIDTH": "200", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["man", "--warnings", "-P", "cat", "-l", page], env=env,
        capture_output=True, text=True, check=False, timeout=60)
    return done.stderr, re.sub(".\b", "", done.stdout)


class ManualTest(case.JailTestCase):

    def test_groff_has_nothing_to_warn_of(self):
        for page in (JAIL, CONFIG):
            with self.subTest(page=page.name):
                done = subprocess.run(
                    ["groff", "-man", "-ww", "-Tutf8", "-z", page],
                    capture_output=True, text=True, check=False, timeout=60)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(rendered(page)[0], "")

    def test_every_option_once(self):
        table = (SOURCE / "config/options.cc").read_text()
        table = table[table.index("kOptions[] = {"):]
        names = re.findall(r'^    \{"(\w+)",', table, re.MULTILINE)
        told = re.findall(r"^       (?:-\w, )?--(\w+)", rendered(JAIL)[1],
                          re.MULTILINE)
        self.assertEqual(sorted(told), sorted(names))

    def test_every_field_and_value_of_the_config(self):
        proto = (SOURCE / "proto/jail.proto").read_text()
        fields = re.findall(
            r"^ *(?:optional|required|repeated) [\w.]+ (\w+) = \d",
            proto, re.MULTILINE)
        values = re.findall(r"^ *([A-Z0-9_]+ = \d+);", proto, re.MULTILINE)
        text = rendered(CONFIG)[1]
        self.assertGreater(len(fields), 150)
        told = re.findall(r"^       (\w+) \((?!\d+\))", text, re.MULTILINE)
        self.assertEqual(sorted(told), sorted(fields))
        told = re.findall(r"^       ([A-Z0-9_]+) \((\d+)\)", text,
                          re.MULTILINE)
        self.assertEqual(sorted(f"{n} = {v}" for n, v in told), sorted(values))


if __name__ == "__main__":
    case.main()
