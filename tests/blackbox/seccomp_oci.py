# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Seccomp profiles as containers have them, installed for real."""

import errno
import platform
import shutil

from blackbox import front
from support import case, files, launch

PROFILE = (files.SOURCE / "jail" / "seccomp" / "testdata" /
           "container_profile.json")
# The probe makes calls by number.
NUMBERS = {"x86_64": {"mount": 165, "clone3": 435, "getppid": 110,
                      "socket": 41, "chroot": 161}}.get(platform.machine())
AF_VSOCK = 40

THREADS_AND_CHILDREN = """
import socket, subprocess, threading
done = []
threads = [threading.Thread(target=done.append, args=(i,)) for i in range(4)]
for t in threads: t.start()
for t in threads: t.join()
assert sorted(done) == [0, 1, 2, 3]
assert subprocess.run(["/bin/sh", "-c", "exit 7"]).returncode == 7
socket.socket(socket.AF_UNIX).close()
print("all done")
"""


def profile():
    """Where every identity can read it."""
    copy = files.stage() / "container_profile.json"
    if not copy.exists():
        shutil.copyfile(PROFILE, copy)
        copy.chmod(0o644)
    return copy


class Oci(case.JailTestCase):
    def call(self, name, *args, extra="", **kwargs):
        return launch.probe(
            "call", NUMBERS[name], *args,
            extra=f'seccomp_oci_file: "{profile()}"\n{extra}',
            **kwargs).json["errno"]

    def setUp(self):
        if NUMBERS is None:
            self.skipTest("the numbers are x86_64's")

    def test_denies_as_the_profile_says(self):
        for who in self.for_each_identity():
            self.assertEqual(self.call("getppid", identity=who), 0)
            self.assertEqual(self.call("mount", identity=who), errno.EPERM)
            self.assertEqual(self.call("clone3", identity=who), errno.ENOSYS)
            self.assertEqual(self.call("socket", AF_VSOCK, 1, identity=who),
                             errno.EPERM)

    def test_a_capability_that_the_jail_keeps_counts(self):
        for who in self.for_each_identity():
            self.assertEqual(self.call("chroot", identity=who), errno.EPERM)
            # The call itself, with a bad address.
            self.assertEqual(
                self.call("chroot", extra='cap: "CAP_SYS_CHROOT"', identity=who),
                errno.EFAULT)

    def test_programs_run_under_it(self):
        for who in self.for_each_identity():
            result = launch.jail(
                "--seccomp_oci", profile(), "--", "/usr/bin/python3", "-c",
                THREADS_AND_CHILDREN, identity=who, config=front.SHELL_CONFIG)
            self.assert_exit(result, 0)
            self.assertEqual(result.out, "all done\n")

    def test_what_is_wrong_is_told_before_anything_runs(self):
        path = files.stage() / "bad.json"
        path.write_text('{"defaultAction": "SCMP_ACT_KILL", "syscalls": ['
                        '{"names": ["execve"], "action": "SCMP_ACT_ALLOW", '
                        '"args": [{"index": 9, "value": 0, '
                        '"op": "SCMP_CMP_EQ"}]}]}')
        path.chmod(0o644)
        for who in self.for_each_identity():
            result = launch.probe("exit", "0", identity=who,
                                  extra=f'seccomp_oci_file: "{path}"')
            self.assert_setup_failure(
                result, r"bad.json: /syscalls/0/args/0/index: is 9; the most "
                "is 5")


if __name__ == "__main__":
    case.main()
