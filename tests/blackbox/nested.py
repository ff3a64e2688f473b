# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""A jail in a jail: it works, or says precisely why not."""

from examples import example
from support import case, files, identity, launch

# A jail that shows the host, with all that a jail inside needs.
OUTER = """
chroot_dir: "/"
rlimit_nofile: 256
allow_nested_userns: {nested}
mount_proc: {proc}
is_proc_rw: {rw}
"""
USERS = [who for who in identity.ALL if who is identity.USER]


class Nested(case.JailTestCase):

    def inner(self, who, nested="true", proc="true", rw="true", extra=""):
        return launch.jail(
            "-q", "--", files.binary("jail"), "-q", "--config",
            example.config("minimal"), "--", "/usr/bin/id", "-u", identity=who,
            config=OUTER.format(nested=nested, proc=proc, rw=rw) + extra,
            report=False)

    def test_minimal_runs_in_a_users_jail(self):
        for who in self.for_each_identity(only=USERS):
            result = self.inner(who)
            self.assert_exit(result, 0)
            self.assertEqual(result.out, f"{who.host_uid}\n")

    def test_minimal_runs_in_roots_jail_that_maps_another_id(self):
        if identity.ROOT not in identity.ALL:
            self.skipTest("needs root")
        result = self.inner(identity.ROOT, extra="""
            uidmap { inside_id: "1000" outside_id: "64123" }
            gidmap { inside_id: "1000" outside_id: "64123" }""")
        self.assert_exit(result, 0)
        self.assertEqual(result.out, "1000\n")

    def assert_says(self, result, reason):
        self.assertEqual(result.status, 255, result)
        self.assertRegex(result.err, reason)

    def test_user_namespaces_are_denied_by_default(self):
        for who in self.for_each_identity():
            self.assert_says(self.inner(who, nested="false",
                                        extra="seccomp_default: NONE"),
                             "clone3 .*ENOSPC.*: hint: "
                             "user.max_user_namespaces is 0")

    def test_the_default_filter_hides_clone3(self):
        for who in self.for_each_identity():
            self.assert_says(self.inner(who, nested="false"),
                             "clone3 .*ENOSYS.*: hint: a seccomp filter around "
                             "the launcher.* hides clone3")

    def test_read_only_proc(self):
        for who in self.for_each_identity():
            self.assert_says(self.inner(who, rw="false"),
                             # Whichever of both sides comes first.
                             r"EROFS.*: hint: /proc(/sys)? is read-only here")

    def test_proc_of_another_pid_namespace(self):
        for who in self.for_each_identity(only=USERS):
            self.assert_says(self.inner(who, proc="false", rw="false"),
                             # Whichever of both sides comes first.
                             r"/proc/PID/setgroups .*: hint: /proc is not that "
                             r"of the launcher's pid namespace"
                             r"|EROFS.*: hint: /proc(/sys)? is read-only here")

    def test_root_without_capabilities(self):
        for who in self.for_each_identity(
                only=[i for i in identity.ALL if i is not identity.USER]):
            self.assert_says(self.inner(who),
                             r"/proc/PID/uid_map .*EPERM.*: hint: a root "
                             r"without CAP_SETFCAP")


if __name__ == "__main__":
    case.main()
