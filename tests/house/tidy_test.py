# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""clang-tidy with the short list of .clang-tidy, over all code but the tests.

A clean result is remembered in the build folder under a hash of all that it
depends on: the list, the compile command, the file and what it includes.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess

from support import case
from support.files import BUILD, SOURCE

CACHE = BUILD / "tidy-cache"
# Flags that clang does not know.
ONLY_GCC = {"-fno-tree-loop-distribute-patterns"}


def dependencies():
    """What each object was made of, as ninja recorded it."""
    text = subprocess.run(["ninja", "-C", BUILD, "-t", "deps"],
                          capture_output=True, text=True, check=True).stdout
    found = {}
    for block in text.split("\n\n"):
        lines = block.splitlines()
        if lines:
            target = lines[0].split(":")[0]
            found[target] = [line.strip() for line in lines[1:]]
    return found


def digest_of(path, memory={}):  # pylint: disable=dangerous-default-value
    if path not in memory:
        full = BUILD / path
        memory[path] = hashlib.sha256(
            full.read_bytes() if full.exists() else b"").digest()
    return memory[path]


def key_of(entry, version, dependencies_of):
    key = hashlib.sha256(version)
    key.update((SOURCE / ".clang-tidy").read_bytes())
    key.update(entry["command"].encode())
    key.update(digest_of(entry["file"]))
    output = re.search(r" -o (\S+)", entry["command"]).group(1)
    for path in dependencies_of.get(output, []):
        # The system's headers change with the compiler's version.
        if not path.startswith("/usr/"):
            key.update(digest_of(path))
    return key.hexdigest()


def check(entry):
    arguments = [a for a in shlex.split(entry["command"])
                 if a not in ONLY_GCC and not a.endswith(("/ccache", "c++"))]
    done = subprocess.run(
        ["clang-tidy", "--quiet", entry["file"], "--", *arguments],
        capture_output=True, text=True, check=False, cwd=BUILD)
    return done.returncode, done.stdout + done.stderr


class TidyTest(case.JailTestCase):

    def test_every_file(self):
        commands = json.loads((BUILD / "compile_commands.json").read_text())
        # Generated code is not ours; a file compiled twice is checked once.
        entries = {c["file"]: c for c in commands
                   if not pathlib.Path(c["file"]).is_relative_to(BUILD)
                   and not c["file"].endswith("_test.cc")}
        self.assertNotEqual(entries, {})
        version = subprocess.run(["clang-tidy", "--version"],
                                 capture_output=True, check=True).stdout
        dependencies_of = dependencies()
        CACHE.mkdir(exist_ok=True)
        todo = {}
        for name, entry in entries.items():
            key = key_of(entry, version, dependencies_of)
            if not (CACHE / key).exists():
                todo[name] = (entry, key)
        problems = []
        workers = len(os.sched_getaffinity(0))
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            results = pool.map(check, [entry for entry, _ in todo.values()])
            for (_, key), (status, output) in zip(todo.values(), results):
                if status == 0:
                    (CACHE / key).touch()
                else:
                    problems.append(output)
        print(f"{len(entries)} files, {len(todo)} not known to be clean")
        self.assertEqual(problems, [], "\n".join(problems))


if __name__ == "__main__":
    case.main()
