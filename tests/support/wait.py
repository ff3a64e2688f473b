# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""What comes some time: no test knows when."""

import time

TIMEOUT = 60  # seconds; on a loaded machine, too


def until(condition, what="what was waited for"):
    """What the condition says, once it says something; an error when it does
    not for so long.  `what` may be a function: of what came instead."""
    deadline = time.monotonic() + TIMEOUT
    while not (said := condition()):
        if time.monotonic() > deadline:
            what = what() if callable(what) else what
            raise TimeoutError(f"did not come: {what}")
        time.sleep(0.01)
    return said
