# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""What a jail without a policy denies, each call made for real.

The same calls without the filter must show another result, or the test could
not fail; those that the kernel itself denies here are marked.
"""

import errno
import platform
import signal
import unittest

from support import case, identity, launch

E = errno
NEWUSER, READ_IMPLIES_EXEC, SIGCHLD = 0x10000000, 0x400000, 17

# Name: numbers of x86_64 (call and arguments), errno, and whether the kernel
# may say the same without a filter.
DENIED = {
    "io_uring_setup": ((425, 1, 0), E.ENOSYS, False),
    "io_uring_enter": ((426, -1, 0, 0, 0, 0, 0), E.ENOSYS, False),
    "io_uring_register": ((427, -1, 0, 0, 0), E.ENOSYS, False),
    "keyctl": ((250, 0, -3, 0), E.EPERM, False),
    "add_key": ((248, 0, 0, 0, 0, 0), E.EPERM, False),
    "request_key": ((249, 0, 0, 0, 0), E.EPERM, False),
    "socket of vsock": ((41, 40, 1, 0), E.EPERM, False),
    "socket of the kernel's crypto": ((41, 38, 5, 0), E.EPERM, False),
    "socket of netlink, netfilter": ((41, 16, 3, 12), E.EPERM, False),
    "socketpair of vsock": ((53, 40, 1, 0, "@00000000"), E.EPERM, False),
    "unshare of a user namespace": ((272, NEWUSER), E.EPERM, False),
    "clone of a user namespace": ((56, NEWUSER | SIGCHLD, 0, 0, 0, 0), E.EPERM,
                                  False),
    "clone3": ((435, 0, 0), E.ENOSYS, False),
    "setns": ((308, -1, 0), E.EPERM, False),
    "TIOCSTI": ((16, 0, 0x5412, "@x"), E.EPERM, False),
    "TIOCSTI with more bits": ((16, 0, 0x700005412, "@x"), E.EPERM, False),
    "TIOCLINUX": ((16, 0, 0x541C, "@x"), E.EPERM, False),
    "ptrace": ((101, 0x4206, 999999, 0, 0), E.EPERM, False),
    "process_vm_readv": ((310, 999999, 0, 0, 0, 0, 0), E.EPERM, False),
    "pidfd_getfd": ((438, -1, 0, 0), E.EPERM, False),
    "mount": ((165, 0, 0, 0, 0, 0), E.EPERM, True),
    "umount2": ((166, "@/", 2), E.EPERM, True),
    "pivot_root": ((155, "@.", "@."), E.EPERM, True),
    "open_tree": ((428, -1, 0, 0), E.EPERM, False),
    "move_mount": ((429, -1, 0, -1, 0, 0), E.EPERM, True),
    "fsopen": ((430, 0, 0), E.EPERM, True),
    "mount_setattr": ((442, -1, 0, 0, 0, 0), E.EPERM, False),
    "name_to_handle_at": ((303, -100, 0, 0, 0, 0), E.EPERM, False),
    "bpf": ((321, 0, 0, 0), E.EPERM, True),
    "perf_event_open": ((298, 0, 0, -1, -1, 0), E.EPERM, False),
    "userfaultfd": ((323, 1), E.EPERM, False),
    "kexec_load": ((246, 0, 0, 0, 0), E.EPERM, True),
    "init_module": ((175, 0, 0, 0), E.EPERM, True),
    "clock_settime": ((227, 0, "@0000000000000000"), E.EPERM, True),
    "personality": ((135, READ_IMPLIES_EXEC), E.EPERM, False),
    "a call that is newer": ((600,), E.ENOSYS, True),
    "a call of the x32 ABI": ((0x40000000 | 39,), E.ENOSYS, True),
}

# What programs use stays open.
ALLOWED = {
    "socket of netlink, routes": (41, 16, 3, 0),
    "memfd_create": (319, "@name", 0),
    "eventfd2": (290, 0, 0),
    "inotify_init1": (294, 0),
    "getrandom": (318, "@0000", 4, 0),
    "personality, asked": (135, 0xFFFFFFFF),
    "unshare of the file table": (272, 0x400),
    "pidfd_open": (434, 1, 0),
}


@unittest.skipUnless(platform.machine() == "x86_64",
                          "the numbers are those of x86_64")
class Syscalls(case.JailTestCase):

    def call(self, words, who, extra="", how="call"):
        result = launch.probe(how, *words, extra=extra, identity=who)
        self.assertIn(result.status, (0, 159), result)
        return result

    def test_what_is_denied(self):
        for who in self.for_each_identity():
            for name, (words, wanted, _) in DENIED.items():
                with self.subTest(call=name):
                    result = self.call(words, who)
                    self.assertEqual(result.json["errno"], wanted,
                                     errno.errorcode.get(result.json["errno"]))

    def test_each_would_be_seen(self):
        for who in self.for_each_identity(only=identity.ALL[:1]):
            for name, (words, wanted, same) in DENIED.items():
                with self.subTest(call=name):
                    result = self.call(words, who, "seccomp_default: NONE")
                    if not same:
                        self.assertNotEqual(result.json["errno"], wanted)

    def test_what_is_allowed(self):
        for who in self.for_each_identity():
            for name, words in ALLOWED.items():
                with self.subTest(call=name):
                    self.assertEqual(self.call(words, who).json["errno"], 0)

    def test_the_i386_abi_is_killed(self):
        for who in self.for_each_identity():
            result = self.call((20,), who, how="call-i386")  # getpid
            self.assertEqual(result.status, 128 + signal.SIGSYS, result)
            self.assertEqual(result.report["outcome"], "SECCOMP")
            # Without the filter a kernel may have it.
            result = self.call((20,), who, "seccomp_default: NONE",
                               how="call-i386")
            self.assertEqual(result.report["outcome"], "EXITED", result)


if __name__ == "__main__":
    case.main()
