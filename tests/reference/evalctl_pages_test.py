# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""evalctl(1), its --help and its completions: of one table, and complete."""

import os
import re
import subprocess

from support import case, shells
from support.files import BUILD

EVALCTL = BUILD / "bin/evalctl"
MANUAL = BUILD / "share/man/man1/evalctl.1"
BASH = BUILD / "share/bash-completion/completions/evalctl"
ZSH = BUILD / "share/zsh/site-functions/_evalctl"
FISH = BUILD / "share/fish/vendor_completions.d/evalctl.fish"

ENVIRONMENT = {**os.environ, "MANWIDTH": "200", "LC_ALL": "C.UTF-8",
               "PATH": f"{BUILD}/bin:/usr/bin:/bin"}


def run(*args):
    return subprocess.run(args, capture_output=True, text=True, check=False,
                          timeout=60, env=ENVIRONMENT)


def commands():
    """Of --help."""
    return re.findall(r"^  (\w+) ", run(EVALCTL, "--help").stdout,
                      re.MULTILINE)


def options(command):
    return re.findall(r"^  (--?[\w-]+)",
                      run(EVALCTL, command, "--help").stdout, re.MULTILINE)


def bash(*words):
    return shells.bash(*words, env=ENVIRONMENT)


def fish(line):
    return [offer.rstrip("=") for offer in shells.fish(line, env=ENVIRONMENT)]


class Pages(case.JailTestCase):
    def test_help_is_the_table(self):
        self.assertEqual(commands(), ["run", "batch", "serve", "profiles",
                                      "check", "schema"])
        for command in commands()[:-1]:
            self.assertIn("--config", options(command))

    def test_the_apis_are_those_that_there_are(self):
        done = run(EVALCTL, "run", "--api", "none", "/dev/null")
        names = re.search(r"takes one of (.*), not", done.stderr).group(1)
        self.assertEqual(sorted(names.split(", ")),
                         sorted(bash("evalctl", "run", "--api", "")[1]))

    def test_manual(self):
        done = run("groff", "-man", "-ww", "-Tutf8", "-z", str(MANUAL))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        done = run("man", "--warnings", "-P", "cat", "-l", str(MANUAL))
        self.assertEqual(done.stderr, "")
        text = re.sub(".\b", "", done.stdout)
        for command in commands():
            part = text.split(f"   evalctl {command}\n")[1]
            part = re.split(r"\n   evalctl |\n[A-Z]", part)[0]
            self.assertEqual(
                sorted(set(re.findall(r"^       (--?[\w-]+)", part,
                                      re.MULTILINE))),
                sorted(options(command)), command)

    def test_each_shell_parses_its_own(self):
        for shell, file in (("bash", BASH), ("zsh", ZSH), ("fish", FISH)):
            with self.subTest(shell=shell):
                done = run(shell, "-n", str(file))
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_bash(self):
        self.assertEqual(bash("evalctl", "")[1], commands())
        for command in commands():
            errors, found = bash("evalctl", command, "-")
            self.assertEqual((errors, sorted(found)),
                             ("", sorted(options(command))))
        for words, offers in (
                (("evalctl", "run", "--api", "sn"), ["snekbox"]),
                (("evalctl", "run", "--api", "=", "sn"), ["snekbox"]),
                (("evalctl", "run", "--save-files", "/us"), ["/usr"]),
                (("evalctl", "run", "--profile", "sql"), ["sqlite"]),
                (("evalctl", "schema", "re"), ["request", "response"]),
                (("evalctl", "serve", "--queue", ""), []),
                (("evalctl", "serve", ""), [])):
            with self.subTest(words=words):
                self.assertEqual(bash(*words), ("", offers))
        self.assertIn("/etc/passwd", bash("evalctl", "run", "/etc/passw")[1])

    def test_fish(self):
        self.assertEqual(sorted(fish("evalctl ")), sorted(commands()))
        for command in commands():
            found = fish(f"evalctl {command} -")
            # What takes no option offers nothing of ours.
            self.assertLessEqual(set(options(command)), set(found), command)
        self.assertEqual(fish("evalctl run --api sn"), ["snekbox"])
        self.assertEqual(sorted(fish("evalctl schema re")),
                         ["request", "response"])

    def test_zsh_has_every_option(self):
        text = ZSH.read_text()
        for command in commands():
            part = text.split(f"    {command}) _arguments")[1].split(";;")[0]
            self.assertEqual(
                sorted(re.findall(r"'\*(--?[\w-]+?)[=+]?\[", part)),
                sorted(options(command)), command)


if __name__ == "__main__":
    case.main()
