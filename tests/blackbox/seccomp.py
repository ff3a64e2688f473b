# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Seccomp policies, installed for real: what a program meets, what is told."""

import errno
import os
import platform
import signal

from blackbox import front
from support import case, files, identity, launch

# Numbers of x86_64; the probe makes calls by number.
GETPPID = 110
IS_X86_64 = platform.machine() == "x86_64"


def policy(text, extra=""):
    return f'{extra}\nseccomp_string: "{text}"'


def call(text, *words, how="call", extra="", **kwargs):
    """Runs the probe, which makes one call, under a policy."""
    return launch.probe(how, *(words or (GETPPID,)),
                        extra=policy(text, extra), **kwargs)


class Actions(case.JailTestCase):

    def assert_killed(self, result):
        self.assertEqual(result.status, 128 + signal.SIGSYS, result)
        self.assertEqual(result.report["outcome"], "SECCOMP", result)
        self.assertEqual(result.report["exit_status"], 159)
        self.assertEqual(result.report["signal_name"], "SIGSYS")

    def test_allow(self):
        for who in self.for_each_identity():
            result = call("ALLOW { getppid } DEFAULT ALLOW", identity=who)
            self.assert_exit(result, 0)
            self.assertEqual(result.json["errno"], 0)

    def test_log_lets_the_call_through(self):
        for who in self.for_each_identity():
            result = call("LOG { getppid } DEFAULT ALLOW", identity=who)
            self.assert_exit(result, 0)
            self.assertEqual(result.json["errno"], 0)

    def test_errno(self):
        for who in self.for_each_identity():
            result = call("ERRNO(77) { getppid } DEFAULT ALLOW", identity=who)
            self.assert_exit(result, 0)
            self.assertEqual(result.json["errno"], 77)

    def test_each_way_to_kill(self):
        for who in self.for_each_identity():
            for action in ("KILL", "KILL_THREAD", "KILL_PROCESS", "DENY"):
                with self.subTest(action=action):
                    result = call(f"{action} {{ getppid }} DEFAULT ALLOW",
                                  identity=who)
                    self.assert_killed(result)
                    self.assertEqual(result.out, "")

    def test_default_kills(self):
        for who in self.for_each_identity():
            self.assert_killed(call("ALLOW { execve }", identity=who))

    def test_kill_process_ends_all_threads(self):
        for who in self.for_each_identity():
            self.assert_killed(call("KILL_PROCESS { getppid } DEFAULT ALLOW",
                                    how="call-in-thread", identity=who))

    def test_trap(self):
        for who in self.for_each_identity():
            text = "TRAP(42) { getppid } DEFAULT ALLOW"
            result = call(text, how="call-trapped", identity=who)
            self.assert_exit(result, 0)
            seen = result.json
            self.assertEqual(seen["trapped_code"], 1)  # SYS_SECCOMP
            self.assertEqual(seen["trapped_errno"], 42)
            self.assert_killed(call(text, identity=who))  # no handler

    def test_under_the_reaper(self):
        for who in self.for_each_identity():
            self.assert_killed(call("KILL { getppid } DEFAULT ALLOW",
                                    extra="pid1: REAPER", identity=who))

    def test_in_place(self):
        for who in self.for_each_identity():
            result = launch.probe(
                "call", GETPPID, args=["-Me"], report=False, identity=who,
                extra=policy("ERRNO(77) { getppid } DEFAULT ALLOW",
                             "clone_newpid: false"))
            self.assertEqual(result.status, 0, result)
            self.assertEqual(result.json["errno"], 77)

    def test_by_descriptor(self):
        for who in self.for_each_identity():
            result = launch.jail(
                "--exec_file", files.probe(), "--execute_fd", "--", "/probe",
                "exit", "5", identity=who,
                config=launch.PROBE_CONFIG + policy(
                    "KILL { execve } ALLOW { execveat } DEFAULT ALLOW"))
            self.assert_exit(result, 5)

    def test_by_path_search(self):
        for who in self.for_each_identity():
            result = launch.jail(
                "--", "sh", "-c", "exit 5", identity=who,
                config=front.SHELL_CONFIG + policy(
                    "KILL { execveat } DEFAULT ALLOW", 'envar: "PATH=/x:/usr/bin"'))
            self.assert_exit(result, 5)

    def test_arguments(self):
        for who in self.for_each_identity():
            # getpriority(which, who)
            text = "ERRNO(77) { getpriority(w, id) { w == 2 && id == 7 } } DEFAULT ALLOW"
            self.assertEqual(call(text, 140, 2, 7, identity=who).json["errno"],
                             77)
            self.assertNotEqual(
                call(text, 140, 2, 8, identity=who).json["errno"], 77)

    def test_other_architectures_are_killed(self):
        if not IS_X86_64:
            self.skipTest("i386 and x32 are of x86_64")
        for who in self.for_each_identity():
            self.assert_killed(call("DEFAULT ALLOW", 20, how="call-i386",
                                    identity=who))
            self.assert_killed(call("DEFAULT ALLOW", 0x40000000 | GETPPID,
                                    identity=who))

    def test_another_architecture_that_was_asked_for(self):
        if not IS_X86_64:
            self.skipTest("i386 is of x86_64")
        for who in self.for_each_identity():
            for text, error in (("DEFAULT ALLOW", 0),
                                ("ERRNO(77) { getpid } DEFAULT ALLOW", 77)):
                result = call(text, 20, how="call-i386", identity=who,
                              extra='seccomp_arch: "i386"')
                self.assert_exit(result, 0)
                self.assertEqual(result.json["errno"], error)
            # Under the default policy: allowed, and denied.
            for number, error in ((20, 0), (61, errno.EPERM)):  # chroot
                result = launch.probe(
                    "call-i386", number, identity=who,
                    args=["--seccomp_arch", "i386"])
                self.assert_exit(result, 0)
                self.assertEqual(result.json["errno"], error, result)

    def test_of_the_targets_own_on_top(self):
        # A jail in a jail: both filters hold.
        inner = launch.write_config(launch.probe_config(
            policy("ERRNO(78) { gettid } DEFAULT ALLOW",
                   "allow_nested_userns: true")))
        for who in self.for_each_identity(only=identity.ALL[:1]):
            for number, error in ((GETPPID, 77), (186, 78), (39, 0)):
                result = launch.jail(
                    "--", files.binary("jail"), "--config", inner, "--",
                    "/probe", "call", number, identity=who, config=f"""
                        chroot_dir: "/" allow_nested_userns: true
                        mount_proc: true is_proc_rw: true rlimit_nofile: 256
                        uidmap {{ inside_id: "0" outside_id: "0" count: 65536 }}
                        gidmap {{ inside_id: "0" outside_id: "0" count: 65536 }}
                        keep_caps: true
                        """ + policy("ERRNO(77) { getppid } DEFAULT ALLOW"))
                self.assertEqual(result.status, 0, result)
                self.assertEqual(result.json["errno"], error, result)


class Told(case.JailTestCase):

    TEXT = "POLICY mine { ERRNO(77) { getppid } } USE mine DEFAULT ALLOW"

    def test_isolation(self):
        for extra, log in (("", False), ("seccomp_log: true", True)):
            isolation = call(self.TEXT, extra=extra).report["isolation"]
            self.assertEqual(isolation["seccomp"], "mine")
            self.assertEqual(isolation["seccomp_log"], log)
            self.assertGreater(isolation["seccomp_instructions"], 3)

    def test_explain(self):
        for extra, flags in (("", "SPEC_ALLOW"),
                             ("seccomp_log: true", "LOG|SPEC_ALLOW")):
            result = call(self.TEXT, extra=extra, args=["--explain"],
                          report=False)
            self.assertRegex(
                result.out,
                r"\n +\d+ child +seccomp\(SECCOMP_SET_MODE_FILTER, "
                + flags.replace("|", r"\|")
                + r", \d+ instructions\)  # policy mine\n"
                r"# exec_bin .*\n +\d+ child +execve\(")

    def test_log_line(self):
        result = launch.jail(
            "--", "/probe", "call", GETPPID, report=False,
            config=launch.probe_config(policy("KILL { getppid } DEFAULT ALLOW")))
        self.assertRegex(result.err, r"terminated with signal: SIGSYS \(31\)")

    def test_a_signal_of_the_programs_own_is_no_violation(self):
        # Without a filter there is nothing to violate.
        result = launch.probe("kill", int(signal.SIGSYS),
                              extra="pid1: REAPER seccomp_default: NONE")
        self.assertEqual(result.report["outcome"], "SIGNALED", result)
        self.assertEqual(result.report["isolation"]["seccomp"], "none")
        self.assertEqual(result.report["isolation"]["seccomp_instructions"], 0)


class Default(case.JailTestCase):
    """Without a policy of the config's: tests/containment/syscalls_test.py has
    what it denies."""

    NAME = "default_deny_dangerous"

    def filter_of(self, *words, extra="", **kwargs):
        result = launch.probe(*(words or ("exit", 0)), extra=extra, **kwargs)
        self.assert_exit(result, 0)
        return result.report["isolation"]["seccomp"]

    def test_is_in_force(self):
        for who in self.for_each_identity():
            self.assertEqual(self.filter_of(identity=who), self.NAME)

    def test_can_be_switched_off(self):
        for who in self.for_each_identity():
            self.assertEqual(self.filter_of(extra="seccomp_default: NONE",
                                            identity=who), "none")
            self.assertEqual(
                self.filter_of(args=["--seccomp_default=none"], identity=who),
                "none")

    def test_is_off_where_the_config_asks_for_what_it_denies(self):
        for extra in ("allow_nested_userns: true", "keep_caps: true",
                      'cap: "CAP_SYS_ADMIN"', "disable_no_new_privs: true"):
            self.assertEqual(self.filter_of(extra=extra), "none", extra)

    def test_in_place(self):
        for extra, mode in (("", 2), ("seccomp_default: NONE", 0)):
            result = launch.probe(args=["-Me"], report=False,
                                  extra=f"clone_newpid: false {extra}")
            self.assertEqual(result.status, 0, result)
            self.assertEqual(result.json["seccomp_mode"], mode)

    def test_explain_names_it(self):
        result = launch.probe(args=["--explain"], report=False)
        self.assertRegex(result.out,
                         r"# seccomp_default \(default\)\n +\d+ child +seccomp\("
                         r"SECCOMP_SET_MODE_FILTER, SPEC_ALLOW, \d+ "
                         r"instructions\)\s+# policy default_deny_dangerous\n")


class Setup(case.JailTestCase):

    def test_every_fault_at_its_place(self):
        path = launch.write_config(
            'seccomp_string: "POLICY a {"\n'
            'seccomp_string: "  ALLOW { wriet, read }"\n'
            'seccomp_string: "  KILL { open { flagz == O_RDWR } } }"\n'
            'seccomp_string: "USE b DEFAULT ALLOW"\n'
            'exec_bin { path: "/x" }\n')
        result = launch.jail("--config", path, report=False)
        self.assertEqual(result.status, 255)
        self.assertEqual(
            [line.replace(path, "P") for line in result.err_lines
             if "warning" not in line],
            ["jail: P:2:28: seccomp_string[1]: there is no syscall wriet; "
             "did you mean write?",
             "jail: P:3:34: seccomp_string[2]: open has no argument flagz, and "
             "no constant is called that; did you mean flags?",
             "jail: P:4:22: seccomp_string[3]: there is no policy b"])

    def test_a_policy_in_a_file(self):
        folder = files.stage() / "policy"
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        for name, text in (("main.kafel", '#include "part.kafel"\nUSE part '
                                          "DEFAULT ALLOW\n"),
                           ("part.kafel", "POLICY part { ERRNO(77) { getppid } "
                                          "}\n")):
            (folder / name).write_text(text)
            (folder / name).chmod(0o644)
        for who in self.for_each_identity():
            for words in (["-P", folder / "main.kafel"],
                          ["--seccomp_policy", folder / "main.kafel"],
                          ["--seccomp_string",
                           (folder / "part.kafel").read_text()
                           + "USE part DEFAULT ALLOW"]):
                result = launch.probe("call", GETPPID, args=words, identity=who)
                self.assert_exit(result, 0)
                self.assertEqual(result.json["errno"], 77)
                self.assertEqual(result.report["isolation"]["seccomp"], "part")

    def test_a_policy_that_denies_everything_after_exec(self):
        # The child that can't execute is not even allowed to end.
        result = launch.jail(
            "--", "/nowhere", config=launch.PROBE_CONFIG + policy(
                "ALLOW { execve } DEFAULT ERRNO(1)"))
        self.assertEqual(result.status, 255)
        self.assertEqual(result.report["setup_failure"]["operation"], "execve")
        self.assertEqual(result.report["setup_failure"]["errno_name"], "ENOENT")


if __name__ == "__main__":
    case.main()
