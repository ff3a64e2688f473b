# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""What shells offer for an unfinished command line of ours."""

import subprocess

from support.files import BUILD


def _run(*args, env):
    return subprocess.run(args, capture_output=True, text=True, check=False,
                          timeout=60, env=env)


def bash(*words, env=None):
    """Errors and offers for the last of `words`; the first is the program."""
    program = words[0]
    script = BUILD / "share/bash-completion/completions" / program
    quoted = " ".join(f"'{word}'" for word in words)
    done = _run("bash", "--norc", "-c",
                f"source {script}; COMP_WORDS=({quoted}); "
                f"COMP_CWORD={len(words) - 1}; "
                f"_{program} {program} '{words[-1]}' '{words[-2]}'; "
                "printf '%s\\n' \"${COMPREPLY[@]}\"", env=env)
    return done.stderr, done.stdout.split()


def fish(line, env=None):
    """Offers for the end of `line`."""
    program = line.split()[0]
    script = BUILD / f"share/fish/vendor_completions.d/{program}.fish"
    done = _run("fish", "--no-config", "-c",
                f"source {script}; complete -C '{line}'", env=env)
    return [offer.split("\t")[0] for offer in done.stdout.splitlines()]
