# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Format, names, lengths, licence lines, shell scripts."""

import re
import shutil
import subprocess

from house import sources
from support import case
from support.files import SOURCE

MAX_LINES = 500
LICENCE = re.compile(
    r"Copyright \d{4} The jail authors\. SPDX-License-Identifier: Apache-2\.0")
# Who reads it copies it: examples carry no licence line of their own.
COPIED = ("examples/",)


class TextTest(case.JailTestCase):

    def test_clang_format(self):
        done = subprocess.run(
            ["clang-format", "--dry-run", "--Werror", *sources.cxx()],
            cwd=SOURCE, capture_output=True, text=True, check=False)
        names = sorted({line.split(":")[0] for line in done.stderr.splitlines()
                        if "clang-format-violations" in line})
        self.assertEqual((done.returncode, names), (0, []),
                         "run clang-format -i on these")

    def test_no_file_is_long(self):
        long = {name: lines
                for name in sources.with_suffix(".cc", ".h", ".py", ".sh")
                if (lines := sources.read(name).count("\n")) > MAX_LINES}
        self.assertEqual(long, {}, f"more than {MAX_LINES} lines")

    def test_no_file_is_a_drawer(self):
        drawers = [name for name in sources.all_files()
                   if re.search(r"(^|[/_-])(util|utils|misc|common)"
                                r"([/._-]|$)", name)]
        self.assertEqual(drawers, [], "a file is named after its noun")

    def test_licence_line(self):
        missing = []
        for name in sources.all_files():
            is_code = (name.endswith((".cc", ".h", ".c", ".py", ".sh", ".proto",
                                      ".cmake", "CMakeLists.txt"))
                       or name in sources.shell())
            if not is_code or name.startswith(COPIED) and not name.endswith(
                    (".cc", ".h", ".c")):
                continue
            head = "\n".join(sources.read(name).splitlines()[:5])
            if not LICENCE.search(head):
                missing.append(name)
        self.assertEqual(missing, [])

    def test_header_guards(self):
        wrong = []
        for name in sources.with_suffix(".h"):
            guard = re.sub(r"[^A-Z0-9]", "_", name.upper()) + "_"
            text = sources.read(name)
            if f"#ifndef {guard}\n#define {guard}\n" not in text:
                wrong.append(f"{name}: {guard}")
        self.assertEqual(wrong, [])

    def test_shell_scripts_parse(self):
        for name in sources.shell():
            with self.subTest(script=name):
                done = subprocess.run(["bash", "-n", SOURCE / name], text=True,
                                      capture_output=True, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_shellcheck(self):
        if shutil.which("shellcheck") is None:
            self.skipTest("shellcheck is not installed")
        done = subprocess.run(
            ["shellcheck", "-x", "-P", "SCRIPTDIR:.", *sources.shell()],
            cwd=SOURCE, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_no_standard_streams(self):
        # cmake/no_streams.cc keeps libstdc++ from making them.
        users = [name for name in sources.cxx()
                 if re.search(r"std::w?(cin|cout|cerr|clog)\b|<iostream>",
                              sources.read(name))]
        self.assertEqual(users, [])

    def test_no_process_wide_exit_in_the_library(self):
        # Library code returns a status; only a main.cc prints or exits.
        found = []
        for name in sources.with_suffix(".cc"):
            if (not name.startswith(("jail/", "config/"))
                    or name.endswith(("main.cc", "_test.cc"))
                    or name.startswith("jail/child/")):
                continue
            for number, line in enumerate(sources.read(name).splitlines(), 1):
                code = line.split("//")[0]
                if re.search(r"\b(?:std::)?(?:exit|abort|printf|perror)\(|"
                             r"\bstd::(?:cout|cerr|clog)\b|\bABSL_(?:RAW_)?LOG|"
                             r"\bassert\(", code):
                    found.append(f"{name}:{number}: {line.strip()}")
        self.assertEqual(found, [])


if __name__ == "__main__":
    case.main()
