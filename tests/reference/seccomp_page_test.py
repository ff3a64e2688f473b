# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""docs/seccomp.md: its policies compile, and its lists are whole."""

import re
import subprocess

from support import case, files
from support.files import SOURCE

PAGE = (SOURCE / "docs/seccomp.md").read_text()


def jailctl(*args, text=None):
    return subprocess.run(
        [files.binary("jailctl"), "policy", *args], input=text,
        capture_output=True, text=True, timeout=60, check=False)


class SeccompPage(case.JailTestCase):

    def test_every_policy_compiles(self):
        policies = re.findall(r"^```kafel\n(.*?)^```$", PAGE,
                              re.MULTILINE | re.DOTALL)
        self.assertGreater(len(policies), 3)
        for policy in policies:
            result = jailctl("check", "-", text=policy)
            self.assertEqual((result.returncode, result.stderr), (0, ""),
                             policy)

    def test_every_shipped_policy_is_told(self):
        shipped = {p.stem for p in
                   (SOURCE / "jail/seccomp/policies").glob("*.kafel")}
        told = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
        self.assertLessEqual(shipped, told)

    def test_what_is_beyond_kafel(self):
        for policy in ("ALLOW { fstat, uname, stat, send, recv, sigaction, "
                       "pread, waitpid, }",
                       "POLICY a { ALLOW { read } LOG { write } } USE a"):
            result = jailctl("check", "-", text=policy)
            self.assertEqual(result.returncode, 0, result.stderr)

    def test_what_tools_call_a_number(self):
        """New constants must not take the place of the usual ones."""
        for call, args, shown in (
                ("socket", ("40", "1"), "socket(AF_VSOCK, SOCK_STREAM)"),
                ("socket", ("2", "2"), "socket(AF_INET, SOCK_DGRAM)"),
                ("ptrace", ("16",), "ptrace(PTRACE_ATTACH)"),
                ("ioctl", ("0", "0x5412"), "TIOCSTI")):
            result = jailctl("eval", "default_deny_dangerous", call, *args)
            self.assertIn(shown, result.stdout)

    def test_the_table_has_every_denied_call(self):
        """Asked of the compiled policy, not of its text."""
        table = PAGE[PAGE.index("| Calls |"):PAGE.index("<!-- end of")]
        names = set(re.findall(r"`(\w+)`", table))
        for name in sorted(names - {"umount2", "stime", "clock_settime64",
                                    "clock_adjtime64", "socketcall", "vm86",
                                    "vm86old"}):
            if f"`{name}` (by argument)" in table:
                continue
            result = jailctl("eval", "default_deny_dangerous", name)
            self.assertRegex(result.stdout, r"ERRNO\((EPERM|ENOSYS)\)", name)


if __name__ == "__main__":
    case.main()
