# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Promises 1, 2 and 5, as the program sees them, under a hostile caller."""

import json

from containment import holes
from support import case, hostile


class InheritedTest(case.JailTestCase):

    def test_nothing_of_the_caller_is_seen(self):
        config = holes.write_config()
        for who in self.for_each_identity():
            done = hostile.run(hostile.jail_argv(config, "/probe"), who)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(holes.find(json.loads(done.stdout)), {})
            self.assertNotIn(hostile.SECRET, done.stdout)

    def test_what_must_fail_fails(self):
        config = holes.write_config()
        for who in self.for_each_identity():
            done = hostile.run(
                hostile.jail_argv(config, "/probe", "try", holes.HOSTNAME), who)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(holes.find_tried(json.loads(done.stdout)), {})

    def test_without_a_jail_the_caller_is_hostile(self):
        # The other direction: the probe does see what it looks for.
        from support import files, identity
        for who in self.for_each_identity(only=identity.ALL[:1]):
            done = hostile.run([files.probe()], who)
            self.assertEqual(done.returncode, 0, done.stderr)
            found = holes.find(json.loads(done.stdout))
            for name in ("fds", "env", "cwd", "keyring", "session", "terminal",
                         "signal mask", "pending signals",
                         "signal dispositions", "umask", "personality",
                         "no_new_privs", "root", "mounts of the host",
                         "net namespace", "hostname"):
                self.assertIn(name, found)
            if who.is_root:
                for name in ("groups", "ambient capabilities",
                             "inheritable capabilities",
                             "bounding capabilities"):
                    self.assertIn(name, found)


if __name__ == "__main__":
    case.main()
