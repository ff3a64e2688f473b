# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Random numbers of a test, which can be had again."""

import os
import random


def start():
    """Seed and numbers of this run.  It prints the seed; JAIL_SEED=N sets it."""
    seed = int(os.environ.get("JAIL_SEED",
                              int.from_bytes(os.urandom(4), "big")))
    print(f"JAIL_SEED={seed}", flush=True)
    return seed, random.Random(seed)
