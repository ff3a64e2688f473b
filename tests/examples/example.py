# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Runs the files of examples/ as they are."""

from support import files, launch

FOLDER = files.SOURCE / "examples"


def config(name):
    """The path of examples/NAME.cfg, where every caller can read it."""
    return files.reachable(FOLDER / f"{name}.cfg")


def run(name, *command, args=(), **kwargs):
    """Runs `command` (or the config's own) under examples/NAME.cfg."""
    words = ("--", *command) if command else ()
    return launch.jail("--config", config(name), *args, *words, **kwargs)
