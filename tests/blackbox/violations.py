# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""report_violations: the call that the filter kills for is told."""

import os
import platform
import re
import signal
import subprocess

from blackbox import front, listen
from support import case, files, identity, launch, leaks, wait

IS_X86_64 = platform.machine() == "x86_64"
GETPPID, GETTID, SENDMMSG, SECCOMP = 110, 186, 307, 317  # of x86_64
X32 = 0x40000000
# jail/seccomp/notify.h
KEY = (0x6c697374656e6572, 0x6c65617665732e2e)


def config(policy, extra=""):
    return f'report_violations: true\nseccomp_string: "{policy}"\n{extra}\n'


def call(policy, *words, how="call", extra="", **kwargs):
    """Runs the probe, which makes one call, under a policy."""
    return launch.probe(how, *(words or (GETPPID,)),
                        extra=config(policy, extra), **kwargs)


def command(policy, *argv, extra="", **kwargs):
    """Runs one of the host's programs under a policy."""
    return launch.jail("--", *argv, config=front.SHELL_CONFIG
                       + config(policy, extra), **kwargs)


class TestCase(case.JailTestCase):

    def assert_violation(self, result, **fields):
        """The jail was ended for one call, and report and log tell of it."""
        self.assertEqual(result.status, 128 + signal.SIGSYS, result)
        report = result.report
        self.assertEqual(report["outcome"], "SECCOMP", result)
        self.assertEqual(report["exit_status"], 159)
        self.assertEqual(report["signal_name"], "SIGSYS")
        violation = report["violation"]
        self.assertEqual(len(violation["args"]), 6)
        self.assertGreater(violation["thread"], 0)
        for name, value in fields.items():
            if isinstance(value, re.Pattern):
                self.assertRegex(violation[name], value)
            else:
                self.assertEqual(violation[name], value, violation)
        self.assertRegex(
            result.err,
            rf"\[W\].* pid=\d+ seccomp: .* \(thread {violation['thread']}\) "
            rf"called {re.escape(violation['syscall'])}.*\. Killing it\n")
        return violation


class Calls(TestCase):

    def test_are_named(self):
        for who in self.for_each_identity():
            for pid1 in ("TARGET", "REAPER"):
                for action in ("KILL", "KILL_PROCESS"):
                    result = call(f"{action} {{ getppid }} DEFAULT ALLOW",
                                  GETPPID, 7, 8, identity=who,
                                  extra=f"pid1: {pid1}")
                    seen = self.assert_violation(
                        result, syscall="getppid", number=GETPPID,
                        arch="x86_64", program="probe", strings=[],
                        rule=re.compile(
                            rf"^/.*\.cfg:7:{18 + len(action) + 3}: {action} "
                            r"{ getppid }$"))
                    self.assertEqual(seen["args"][:2], [7, 8])
                    self.assertEqual(result.out, "")

    def test_of_the_default(self):
        for who in self.for_each_identity(only=identity.ALL[:1]):
            self.assert_violation(
                call("ALLOW { execve } DEFAULT KILL", identity=who),
                rule=re.compile(r"\.cfg:7:35: DEFAULT KILL$"))
            self.assert_violation(call("ALLOW { execve }", identity=who),
                                  rule="the default action, KILL")

    def test_of_a_file(self):
        policy = files.stage() / "violations.kafel"
        policy.write_text("POLICY a {\n  KILL { getppid }\n}\n"
                          "USE a DEFAULT ALLOW\n")
        policy.chmod(0o644)
        for who in self.for_each_identity():
            self.assert_violation(
                launch.probe("call", GETPPID, identity=who,
                             args=["--report_violations", "-P", policy]),
                rule=f"{policy}:2:10: KILL {{ getppid }}")

    def test_of_the_command_line(self):
        self.assert_violation(
            launch.probe("call", GETPPID, args=[
                "--report_violations", "--seccomp_string",
                "KILL { getppid } DEFAULT ALLOW"]),
            rule=re.compile(r"^command line: --seccomp_string.*: policy:1:8: "
                            r"KILL { getppid }$"))

    def test_of_a_profile(self):
        profile = files.stage() / "violations.json"
        profile.write_text(
            '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": '
            '["getpid"], "action": "SCMP_ACT_ERRNO"}, {"names": ["gettid", '
            '"getppid"], "action": "SCMP_ACT_KILL"}]}')
        profile.chmod(0o644)
        for who in self.for_each_identity():
            self.assert_violation(
                launch.probe("call", GETPPID, identity=who,
                             args=["--report_violations", "--seccomp_oci",
                                   profile]),
                syscall="getppid", rule=f"{profile}: /syscalls/1: KILL")

    def test_have_their_paths(self):
        for who in self.for_each_identity():
            self.assert_violation(
                command("KILL { mkdir, mkdirat } DEFAULT ALLOW",
                        "/bin/mkdir", "/some/where\n", identity=who),
                program="mkdir",
                strings=[{"argument": 0, "value": "/some/where\n"}])
            long = "/" + "x" * 5000
            seen = self.assert_violation(command(
                "KILL { mkdir, mkdirat } DEFAULT ALLOW", "/bin/mkdir", long,
                identity=who))
            self.assertEqual(seen["strings"][0]["value"], long[:4095])

    def test_addresses_of_nothing_are_no_paths(self):
        for address in (0, 1, 0xffffffffffffffff):
            seen = self.assert_violation(call(
                "KILL { mkdir } DEFAULT ALLOW", 83, address, 0o755))
            self.assertEqual(seen["strings"], [])
            self.assertEqual(seen["args"][0], address)

    def test_of_a_thread(self):
        for who in self.for_each_identity():
            seen = self.assert_violation(call(
                "KILL { getppid } DEFAULT ALLOW", how="call-in-thread",
                identity=who), program="probe")
            self.assertGreater(seen["thread"], 1)

    def test_of_a_child_end_all_of_the_jail(self):
        for who in self.for_each_identity():
            result = command("KILL { mkdir, mkdirat } DEFAULT ALLOW",
                             "/bin/sh", "-c", "/bin/mkdir /x; echo after",
                             identity=who, extra="kill_grace_ms: 60000")
            self.assert_violation(result, program="mkdir")
            self.assertEqual(result.out, "")

    def test_without_a_pid_namespace(self):
        for who in self.for_each_identity():
            with leaks.Watch():
                self.assert_violation(command(
                    "KILL { mkdir, mkdirat } DEFAULT ALLOW", "/bin/sh", "-c",
                    "/bin/sleep 600 & /bin/mkdir /x; echo after",
                    identity=who, extra="clone_newpid: false"))

    def test_of_other_architectures(self):
        if not IS_X86_64:
            self.skipTest("i386 and x32 are of x86_64")
        for who in self.for_each_identity():
            self.assert_violation(
                call("DEFAULT ALLOW", 20, how="call-i386", identity=who),
                arch="x86", syscall="getpid", number=20,
                rule="the policy is not for this architecture")
            self.assert_violation(
                call("DEFAULT ALLOW", X32 | GETPPID, identity=who),
                arch="x86_64", number=X32 | GETPPID,
                rule="no rule names this call of the x32 ABI")
        # Under the default policy, too.
        self.assert_violation(
            launch.probe("call-i386", 20, extra="report_violations: true"),
            arch="x86", syscall="getpid",
            rule="the policy is not for this architecture")

    def test_without_a_name(self):
        self.assert_violation(call("KILL { SYSCALL[999] } DEFAULT ALLOW", 999),
                              syscall="", number=999)

    def test_of_a_server_are_its_connections(self):
        extra = config("KILL { mkdir, mkdirat } DEFAULT ALLOW")
        with listen.serving("/bin/sh", "-c", "read x; mkdir /$x; echo no",
                            extra=extra) as server:
            pid = server.process.pid
            look = lambda: (len(leaks.fds(pid)),
                            len(os.listdir(f"/proc/{pid}/task")))
            before = look()
            for word in ("first", "second", "third"):
                with server.connect() as c:
                    c.sendall(word.encode() + b"\n")
                    self.assertEqual(listen.receive_all(c), b"")
                    port = c.getsockname()[1]
                server.wait_for(rf'seccomp: mkdir .*="/{word}".*'
                                rf"\(\[::ffff:127.0.0.1\]:{port}\)")
                server.wait_for(r"terminated with signal: SIGSYS")
                # Neither the listener nor a thread stays.
                wait.until(lambda: look() == before)


class Otherwise(TestCase):
    """What report_violations does not change."""

    def test_other_answers(self):
        for who in self.for_each_identity():
            result = call("ERRNO(77) { getppid } KILL { gettid } DEFAULT ALLOW",
                          identity=who)
            self.assert_exit(result, 0)
            self.assertEqual(result.json["errno"], 77)
            self.assertNotIn("violation", result.report)
            text = "TRAP(42) { getppid } DEFAULT ALLOW"
            result = call(text, how="call-trapped", identity=who)
            self.assertEqual(result.json["trapped_errno"], 42)
            result = call(text, identity=who)  # no handler
            self.assertEqual(result.status, 159, result)
            self.assertNotIn("violation", result.report)

    def test_the_program_has_no_descriptor_of_it(self):
        for who in self.for_each_identity():
            with open("/dev/null", "rb") as null:
                fd = null.fileno()
                for extra, fds, args in (
                        ("", [0, 1, 2], {}),
                        (f"pass_fd: {fd}", [0, 1, 2, fd], {"pass_fds": [fd]}),
                        ("pid1: REAPER", [0, 1, 2], {})):
                    result = launch.probe(
                        extra=config("DEFAULT ALLOW", extra), identity=who,
                        **args)
                    self.assert_exit(result, 0)
                    self.assertEqual(
                        sorted(int(fd) for fd in result.json["fds"]), fds)

    def test_the_way_out_of_the_listener_is_closed(self):
        for who in self.for_each_identity():
            for number in (SENDMMSG, SECCOMP):
                for key in ((), KEY):
                    result = call("DEFAULT ALLOW", number, 0, 0, 0, 0,
                                  *(key or (1, 2)), identity=who)
                    if key:
                        self.assertEqual(result.status, 159, result)
                        self.assertNotIn("violation", result.report)
                    else:
                        self.assert_exit(result, 0)

    def test_filters_of_the_programs_own_work(self):
        inner = launch.write_config(launch.probe_config(
            'seccomp_string: "ERRNO(78) { gettid, getppid } DEFAULT ALLOW" '
            "allow_nested_userns: true"))
        for who in self.for_each_identity(only=identity.ALL[:1]):
            for number, error in ((GETPPID, 78), (GETTID, 78), (39, 0)):
                result = self.nested(inner, "call", number, identity=who)
                self.assertEqual(result.status, 0, result)
                self.assertEqual(result.json["errno"], error, result)
            self.assert_violation(
                self.nested(inner, "call", 174, identity=who),
                syscall="create_module", program="probe")

    def test_a_listener_in_a_listener_is_refused(self):
        inner = launch.write_config(launch.probe_config(
            config("DEFAULT ALLOW", "allow_nested_userns: true")))
        result = self.nested(inner, "see", identity=identity.ALL[0])
        self.assertEqual(result.status, 255, result)
        self.assertRegex(
            result.err, r"report_violations \(.*\): seccomp .*: EBUSY .*: hint: "
            "a filter around the launcher has a listener already")

    def nested(self, inner, *words, **kwargs):
        return launch.jail(
            "--", files.binary("jail"), "--config", inner, "--", "/probe",
            *words, config="""
                chroot_dir: "/" allow_nested_userns: true
                mount_proc: true is_proc_rw: true rlimit_nofile: 256
                uidmap { inside_id: "0" outside_id: "0" count: 65536 }
                gidmap { inside_id: "0" outside_id: "0" count: 65536 }
                keep_caps: true
                """ + config("KILL { getppid, create_module } DEFAULT ALLOW"),
            **kwargs)

    def test_a_limit_of_open_files(self):
        for who in self.for_each_identity():
            result = call("DEFAULT ALLOW", 39, identity=who,
                          extra="rlimit_nofile: 4")
            self.assert_exit(result, 0)
            self.assert_setup_failure(
                call("DEFAULT ALLOW", 39, identity=who,
                     extra="rlimit_nofile: 3"),
                r"report_violations .*: seccomp .*: EMFILE .*: hint: "
                "report_violations takes one descriptor more")

    def test_a_program_that_is_not_there(self):
        # The child's own end is a call that the filter tells of.
        for who in self.for_each_identity():
            for pid1 in ("TARGET", "REAPER"):
                result = launch.jail(
                    "--", "/not/there", identity=who,
                    config=front.SHELL_CONFIG + config(
                        "ALLOW { execve } DEFAULT KILL", f"pid1: {pid1}"))
                self.assert_setup_failure(result, "execve /not/there: ENOENT")

    def test_limits_hold(self):
        for who in self.for_each_identity():
            result = launch.probe("spin", extra=config(
                "DEFAULT ALLOW", "wall_time_ms: 200"), identity=who)
            self.assertEqual(result.report["outcome"], "WALL_TIME", result)


class Refused(case.JailTestCase):

    def test_in_place(self):
        self.assert_setup_failure(
            launch.probe("call", 39, args=["-Me"],
                         extra=config("DEFAULT ALLOW", "clone_newpid: false")),
            "report_violations: needs a launcher that listens, and in mode "
            "EXECVE it has become the program")

    def test_without_a_filter_it_is_a_warning(self):
        result = launch.probe("see", extra="report_violations: true "
                                           "seccomp_default: NONE")
        self.assert_exit(result, 0)
        self.assertIn("report_violations: has no effect: there is no filter",
                      result.err)


class Ends(case.JailTestCase):

    def waiting(self, pid):
        """Is a call of a process beneath `pid` waiting for its answer?"""
        for child in leaks.children(pid):
            try:
                with open(f"/proc/{child}/wchan", encoding="ascii") as wchan:
                    if "seccomp" in wchan.read():
                        return True
            except OSError:
                continue  # it has ended
            if self.waiting(child):
                return True
        return False

    def test_with_the_supervisor(self):
        # It is stopped, so that the call waits; then it is killed.
        for who in self.for_each_identity():
            for action, pid1 in (("KILL", "TARGET"), ("KILL", "REAPER"),
                                 ("ERRNO(1)", "TARGET")):
                argv = launch.command(
                    ["--", "/bin/sh", "-c",
                     "echo ready; read x; mkdir /x; echo after"], who,
                    front.SHELL_CONFIG
                    + config(f"{action} {{ mkdir, mkdirat }} DEFAULT ALLOW",
                             f"pid1: {pid1}"))
                with leaks.Watch(), subprocess.Popen(
                        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                        stderr=subprocess.DEVNULL) as process:
                    self.assertEqual(process.stdout.readline(), b"ready\n")
                    process.send_signal(signal.SIGSTOP)
                    process.stdin.write(b"\n")
                    process.stdin.flush()
                    wait.until(lambda: self.waiting(process.pid))
                    # The call fails then; the jail's end may come behind it.
                    process.kill()


if __name__ == "__main__":
    case.main()
