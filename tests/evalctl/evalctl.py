# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Runs build/bin/evalctl."""

import dataclasses
import functools
import json
import pathlib
import shutil
import subprocess

from support import files
from support.identity import USER

TIMEOUT = 120


@functools.cache
def config():
    """examples/evalctl.cfg, where every identity can read it."""
    folder = files.stage() / "evalctl-config"
    shutil.copytree(files.SOURCE / "examples" / "evalctl", folder / "evalctl")
    shutil.copy(files.SOURCE / "examples" / "evalctl.cfg", folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return str(folder / "evalctl.cfg")


@dataclasses.dataclass
class Result:
    status: int
    stdout: bytes
    stderr: str

    @functools.cached_property
    def json(self):
        return json.loads(self.stdout)

    @property
    def command(self):
        """The last command."""
        return self.json["commands"][-1]

    @property
    def out(self):
        return self.command["stdout"].get("text")

    @property
    def err(self):
        return self.command["stderr"].get("text")

    @property
    def files(self):
        return {file["path"]: file for file in self.json["files"]}

    def __str__(self):
        return (f"status {self.status}\n{self.stdout[:4000]}\n"
                f"{self.stderr[:4000]}")


def argv(*args, identity=USER):
    return [*identity.prefix, files.binary("evalctl"), *map(str, args)]


def evalctl(*args, identity=USER, stdin=b"", cwd="/"):
    done = subprocess.run(argv(*args, identity=identity), input=stdin, cwd=cwd,
                          capture_output=True, timeout=TIMEOUT, check=False,
                          env={"PATH": "/usr/bin:/bin"})
    return Result(done.returncode, done.stdout, done.stderr.decode())


def run(request, identity=USER, *args):
    """One request: a dictionary, or JSON as text or bytes."""
    if isinstance(request, dict):
        request = json.dumps(request)
    if isinstance(request, str):
        request = request.encode()
    return evalctl("run", "--config", config(), *args, identity=identity,
                   stdin=request)


def python(code, identity=USER, **fields):
    return run({"profile": "python", "code": code, **fields}, identity)
