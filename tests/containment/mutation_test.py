# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""The other direction: remove a protection, and the tests must find the hole.

First the protections by name, each with the hole that must appear; then every
step of the plan in turn, which the verifier, the kernel or a check must miss.
"""

import collections
import json
import re

from containment import holes
from support import case, files, hostile, identity, launch

# Name, pattern over the child steps in explain's words, holes that must appear.
# The pattern's steps are all neutralized at once.
PROTECTIONS = [
    ("no_new_privs", r"prctl\(PR_SET_NO_NEW_PRIVS", ["no_new_privs"]),
    ("bounding set", r"prctl\(PR_CAPBSET_DROP", ["bounding capabilities"]),
    ("session", r"setsid", ["session"]),
    ("keyring", r"keyctl", ["keyring"]),
    ("umask", r"umask", ["umask"]),
    ("signal mask", r"rt_sigprocmask", ["signal mask"]),
    ("dispositions", r"rt_sigaction", ["signal dispositions"]),
    ("nice", r"setpriority", ["nice"]),
    ("personality", r"personality", ["personality"]),
    ("rlimits", r"prlimit64", ["rlimit core", "rlimit nofile"]),
    ("host name", r"sethostname", ["hostname"]),
    ("descriptors", r"close_range", ["fds"]),
    ("parent-death signal", r"prctl\(PR_SET_PDEATHSIG",
     ["parent-death signal"]),
    ("groups", r"setgroups|getgroups", ["groups"]),
    ("read-only root", r'mount_setattr\(fd \d+ "root"', ["flags of /"]),
    ("flags of binds", r'mount_setattr\(fd \d+ "tree /usr"',
     ["flags of /readonly"]),
    ("old root", r"umount2", ["mounts of the host"]),
    ("nested user namespaces", r'write\(fd \d+ "max_user_namespaces"',
     ["unshare_user"]),
]

# clone3 flag, hole.
NAMESPACES = [
    ("net", 0x40000000, "net namespace"),
    ("ipc", 0x08000000, "ipc namespace"),
    ("uts", 0x04000000, "uts namespace"),
    ("cgroup", 0x02000000, "cgroup namespace"),
]

# Steps whose loss takes no protection away, each with the reason.
REDUNDANT = [
    (r"close\(", "a descriptor that is closed at exec anyway"),
    (r"prctl\(PR_SET_PDEATHSIG", "set twice: the second one counts"),
    (r"prctl\(PR_SET_DUMPABLE", "exec sets it anew; it guards the set-up"),
    (r"symlinkat", "a convenience"),
    (r'fsconfig.*"mode", "1777"', "the kernel's default"),
    (r'fsconfig.*"newinstance"', "every devpts is new since Linux 4.7"),
    (r'fsconfig.*"(ptmxmode|mode)", "06', "the kernel's default is stricter"),
    (r"write.*given", "what a file holds is the black-box tests' business"),
    (r'chdir\("/"\)', "done twice: after pivot_root, and as cwd"),
    (r"futex.*lifeline", "asks whether the launching thread lives; it does"),
]


def mutant(action, mutation, config, who, *words):
    argv = [files.reachable(files.BUILD / "tests" / "jail_mutant"), action]
    argv += [mutation] if mutation else []
    return hostile.run(argv + ["--config", config, "--", *words], who)


def steps_of(config, who):
    """(kind, number, "call object") of each step."""
    done = mutant("list", None, config, who, "/probe")
    assert done.returncode == 0, done.stderr
    return [(kind, int(number), what) for kind, number, what in
            (line.split(" ", 2) for line in done.stdout.splitlines())]


def holes_with(mutation, config, who):
    """Holes of the jail with `mutation`; {"launch failed": ...} if there is none."""
    found = {}
    for words in (["/probe"], ["/probe", "try", holes.HOSTNAME]):
        done = mutant("run", mutation, config, who, *words)
        if done.returncode == 98:  # the probe's refusal to try outside
            found["hostname"] = "not the jail's"
            continue
        if done.returncode != 0:
            return {"launch failed": done.stderr.strip()}
        seen = json.loads(done.stdout)
        found |= (holes.find_tried(seen) if "tried" in seen
                  else holes.find(seen))
    return found


class MutationTest(case.JailTestCase):

    def test_without_mutation_there_is_no_hole(self):
        config = holes.write_config()
        for who in self.for_each_identity():
            self.assertEqual(holes_with("none", config, who), {})

    def test_each_protection_is_seen_to_be_gone(self):
        # The default filter would hide that another is gone.
        config = holes.write_config("seccomp_default: NONE")
        for who in self.for_each_identity(only=identity.ALL[:1]):
            steps = steps_of(config, who)
            for name, pattern, expected in PROTECTIONS:
                with self.subTest(protection=name):
                    chosen = [f"child:{number}" for kind, number, what in steps
                              if kind == "child" and re.match(pattern, what)]
                    self.assertNotEqual(chosen, [], "no such step")
                    found = holes_with(",".join(chosen), config, who)
                    for hole in expected:
                        self.assertIn(hole, found)

    def test_capabilities_of_root_without_a_user_namespace(self):
        # In a new user namespace the kernel itself forgets the caller's.
        if identity.ROOT not in identity.ALL:
            self.skipTest("clone_newuser: false needs root")
        config = launch.write_config(
            "clone_newuser: false\nproc: SUBSET_PID\n"
            f'mount {{ src: "{files.probe()}" dst: "/probe" is_bind: true }}')
        steps = steps_of(config, identity.ROOT)

        def caps_without(pattern):
            chosen = [f"child:{number}" for kind, number, what in steps
                      if kind == "child" and re.match(pattern, what)]
            self.assertNotEqual(chosen, [], pattern)
            done = mutant("run", ",".join(chosen), config, identity.ROOT,
                          "/probe")
            self.assertEqual(done.returncode, 0, done.stderr)
            seen = json.loads(done.stdout)
            return {kind for kind, caps in seen["caps"].items() if caps}

        self.assertEqual(caps_without("umask"), set())
        self.assertEqual(caps_without(r"prctl\(PR_CAPBSET_DROP"),
                         {"bounding"})
        self.assertEqual(
            caps_without(r"capset|capget|prctl\(PR_CAP_AMBIENT"),
            {"inheritable", "ambient", "permitted", "effective"})

    def test_each_namespace_is_seen_to_be_gone(self):
        config = holes.write_config("iface_no_lo: true")
        for who in self.for_each_identity(only=identity.ALL[:1]):
            for name, flag, hole in NAMESPACES:
                with self.subTest(namespace=name):
                    # Of the host's name, the probe must know nothing.
                    steps = [f"child:{number}" for kind, number, what
                             in steps_of(config, who)
                             if name == "uts" and what.startswith("sethost")]
                    mutation = ",".join([f"clone:{flag:x}", *steps])
                    self.assertIn(hole, holes_with(mutation, config, who))

    def test_no_step_can_go_unnoticed(self):
        config = holes.write_config()
        who = identity.ALL[0]
        noticed = collections.Counter()
        unnoticed = []
        for kind, number, what in steps_of(config, who):
            if any(re.match(pattern, what) for pattern, _ in REDUNDANT):
                noticed["redundant"] += 1
                continue
            mutation = f"{kind}:{number}"
            verdict = mutant("verify", mutation, config, who, "/probe")
            self.assertIn(verdict.returncode, (0, 1), verdict.stderr)
            if verdict.returncode == 1:
                noticed["verifier"] += 1
                continue
            found = holes_with(mutation, config, who)
            if not found:
                unnoticed.append(f"{kind} {number} {what}")
            elif "launch failed" in found:
                noticed["launch failed"] += 1
            else:
                noticed["containment"] += 1
        print(dict(noticed))
        self.assertEqual(unnoticed, [])


if __name__ == "__main__":
    case.main()
