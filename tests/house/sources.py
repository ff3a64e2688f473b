# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""The source files of this repository."""

import os

from support.files import SOURCE


def _is_script(path):
    with open(path, "rb") as file:
        return file.read(2) == b"#!"


def all_files():
    """Every file of the tree that is not generated, as a relative path."""
    found = []
    for folder, folders, names in os.walk(SOURCE):
        folders[:] = sorted(
            f for f in folders
            if f not in (".git", "__pycache__", "_CPack_Packages", "node_modules")
            and not (f.startswith("build") and folder == str(SOURCE)))
        found += [os.path.relpath(os.path.join(folder, n), SOURCE)
                  for n in sorted(names)]
    return [f for f in found if not os.path.islink(SOURCE / f)
            and (SOURCE / f).is_file()]


def with_suffix(*suffixes):
    return [f for f in all_files() if f.endswith(suffixes)]


def cxx():
    return with_suffix(".cc", ".h", ".c")


def shell():
    """Shell scripts, with or without a suffix, and what they source."""
    found = []
    for name in all_files():
        path = SOURCE / name
        with open(path, "rb") as file:
            first = file.readline()
        if (name.endswith(".sh") or b"shellcheck shell=" in first
                or first.startswith((b"#!/bin/bash", b"#!/bin/sh"))):
            found.append(name)
    return found


def read(name):
    return (SOURCE / name).read_text(encoding="utf-8")
