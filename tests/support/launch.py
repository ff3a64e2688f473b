# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Runs build/bin/jail and collects all that it says."""

import dataclasses
import itertools
import json
import os
import subprocess
import tempfile

from support import files
from support.identity import USER

_numbers = itertools.count(1)
# Far above anything here; a test that hangs ends with an error, not with this.
TIMEOUT = 60


@dataclasses.dataclass
class Result:
    """What one run of jail left behind."""

    argv: list
    status: int  # the exit status, or -N when signal N ended jail itself
    stdout: bytes
    stderr: bytes
    report: dict | None  # the --report document; None: nothing was written

    @property
    def out(self):
        return self.stdout.decode("utf-8", "backslashreplace")

    @property
    def err(self):
        return self.stderr.decode("utf-8", "backslashreplace")

    @property
    def err_lines(self):
        return self.err.splitlines()

    @property
    def json(self):
        """What the probe printed."""
        return json.loads(self.out)

    def __str__(self):
        report = self.report or {}
        told = {key: report.get(key)
                for key in ("outcome", "limit", "setup_failure")}
        return (f"{' '.join(self.argv)}\nstatus {self.status}\n"
                f"stdout: {self.out[:1000]}\nstderr: {self.err[:4000]}\n"
                f"report: {json.dumps(told) if report else 'none'}")


def write_config(text):
    """Writes a configuration that every identity can read; returns its path."""
    path = files.stage() / f"test{next(_numbers)}.cfg"
    path.write_text(text)
    path.chmod(0o644)
    return str(path)


def command(args, identity=USER, config=None, program="jail"):
    """The argv that runs `program` as `identity`; `config` is text."""
    argv = [*identity.prefix, files.binary(program)]
    if config is not None:
        argv += ["--config", write_config(config)]
    return argv + [str(a) for a in args]


def jail(*args, identity=USER, config=None, stdin=b"", env=None, timeout=TIMEOUT,
         report=True, program="jail", **popen):
    """Runs jail to its end.  `config` is the text of a configuration."""
    argv = command([], identity, config, program)
    pass_fds = tuple(popen.pop("pass_fds", ()))
    with tempfile.TemporaryFile() as report_file:
        if report:
            argv += ["--report_fd", str(report_file.fileno())]
            pass_fds += (report_file.fileno(),)
        argv += [str(a) for a in args]
        if stdin is not None:
            popen["input"] = stdin
        done = subprocess.run(
            argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=os.environ if env is None else env, timeout=timeout,
            pass_fds=pass_fds, check=False, cwd=popen.pop("cwd", "/"), **popen)
        report_file.seek(0)
        text = report_file.read()
    return Result(argv, done.returncode, done.stdout, done.stderr,
                  json.loads(text) if text else None)


# The smallest configuration in which the probe runs.  Ids: see IdMap in
# proto/jail.proto.
PROBE_CONFIG = """
hostname: "jail-probe"
uidmap { inside_id: "1000" outside_id_if_root: "65534" }
gidmap { inside_id: "1000" outside_id_if_root: "65534" }
"""


def probe_config(extra=""):
    """A configuration with the probe at /probe, and `extra` fields."""
    return (f'{PROBE_CONFIG}mount {{ src: "{files.probe()}" dst: "/probe" '
            f"is_bind: true }}\n{extra}\n")


def probe(*probe_args, extra="", args=(), **kwargs):
    """Runs the probe in a jail: `extra` config text, `args` of jail itself."""
    return jail(*args, "--", "/probe", *probe_args,
                config=probe_config(extra), **kwargs)
