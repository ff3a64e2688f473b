# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Who calls `jail` in a test: root, an ordinary user, root of a user namespace."""

import dataclasses
import os

# A uid that is nobody's: its limits and its processes are the tests' alone.
USER_ID = 64123


@dataclasses.dataclass(frozen=True)
class Identity:
    """A caller: `prefix` is put before a command to run it as that caller."""

    name: str
    prefix: tuple
    host_uid: int

    @property
    def is_root(self):
        return self.host_uid == 0

    def __str__(self):
        return self.name


if os.geteuid() == 0:
    _as_user = ("/usr/bin/setpriv", f"--reuid={USER_ID}", f"--regid={USER_ID}",
                "--clear-groups", "--")
    _uid = USER_ID
else:
    _as_user, _uid = (), os.geteuid()

ROOT = Identity("root", (), 0)
USER = Identity("user", _as_user, _uid)
# Root of a user namespace with one id, as `unshare -r` and rootless
# containers give it.
UNSHARE_R = Identity("unshare_r", _as_user + ("/usr/bin/unshare", "-r", "--"),
                     _uid)

# Those that this run can take.  Without root, ROOT is missing, and the tests
# that need it say so as skips.
ALL = (ROOT, USER, UNSHARE_R) if os.geteuid() == 0 else (USER, UNSHARE_R)
