# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Completions of jail's options, as bash, zsh and fish load them."""

import re
import subprocess

from support import case
from support.files import BUILD, SOURCE
from support.shells import bash, fish

BASH = BUILD / "share/bash-completion/completions/jail"
ZSH = BUILD / "share/zsh/site-functions/_jail"
FISH = BUILD / "share/fish/vendor_completions.d/jail.fish"


def options():
    """The long names of config/options.cc, read without our parser."""
    table = (SOURCE / "config/options.cc").read_text()
    table = table[table.index("kOptions[] = {"):]
    return re.findall(r'^    \{"(\w+)",', table, re.MULTILINE)


class CompletionTest(case.JailTestCase):

    def test_the_table_was_read(self):
        self.assertGreater(len(options()), 110)

    def test_each_shell_parses_its_own(self):
        for shell, file in (("bash", BASH), ("zsh", ZSH), ("fish", FISH)):
            with self.subTest(shell=shell):
                done = subprocess.run([shell, "-n", file], text=True, timeout=60,
                                      capture_output=True, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_bash_has_every_option(self):
        errors, offers = bash("jail", "--")
        self.assertEqual(errors, "")
        self.assertEqual(sorted(offers), sorted("--" + n for n in options()))

    def test_fish_has_every_option(self):
        self.assertEqual(
            sorted({o.rstrip("=") for o in fish("jail --")}),
            sorted("--" + name for name in options()))

    def test_zsh_has_every_option(self):
        told = re.findall(r"^  '\*?--(\w+)", ZSH.read_text(), re.MULTILINE)
        self.assertEqual(sorted(told), sorted(options()))

    def test_bash_completes_values(self):
        for words, offers in (
                (("jail", "--pid1", "r"), ["reaper"]),
                (("jail", "-M", ""), ["o", "l", "r", "e"]),
                (("jail", "--explain", "=", "j"), ["json"]),
                (("jail", "--proc", "=", "f"), ["fresh"]),
                (("jail", "--rlimit_as", "h"), ["hard"]),
                (("jail", "-C", "/etc/passw"), ["/etc/passwd"]),
                (("jail", "-D", "/us"), ["/usr"]),
                (("jail", "-t", ""), [])):
            with self.subTest(words=words):
                errors, found = bash(*words)
                self.assertEqual(errors, "")
                # compgen -f offers /etc/passwd- too.
                if words[1] == "-C":
                    self.assertIn(offers[0], found)
                else:
                    self.assertEqual(found, offers)

    def test_bash_completes_the_command(self):
        for words in (("jail", "-t", "5", "/usr/bin/en"),
                      ("jail", "--", "/usr/bin/en"),
                      ("jail", "-N", "--", "env", "/usr/bin/en")):
            with self.subTest(words=words):
                self.assertIn("/usr/bin/env", bash(*words)[1])
        # What follows the command is not jail's.
        self.assertNotIn("--mode", bash("jail", "ls", "--mod")[1])
        self.assertNotIn("--mode", bash("jail", "--", "ls", "--mod")[1])

    def test_fish_completes_values(self):
        self.assertEqual(sorted(fish("jail --pid1 ")), ["reaper", "target"])
        self.assertIn("/etc/passwd", fish("jail -C /etc/passw"))


if __name__ == "__main__":
    case.main()
