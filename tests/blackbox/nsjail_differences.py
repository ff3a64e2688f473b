# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Each row of docs/nsjail.md: what jail does where nsjail does otherwise.

A test's first line of documentation is its row's second column.
"""

import json
import os
import pathlib
import re

from blackbox import front
from support import case, files, identity, launch


class Differences(case.JailTestCase):

    def out(self, script, *args, **kwargs):
        """Standard output of a line of shell, for one caller after another."""
        for who in self.for_each_identity():
            result = front.shell(script, *args, identity=who, **kwargs)
            self.assertNotEqual(result.status, 255, result)
            yield result.out

    def refused(self, result, pattern):
        self.assertEqual(result.status, 255, result)
        self.assertRegex(result.err, pattern)

    def test_precedence(self):
        """The command line wins over the file, in any order."""
        path = launch.write_config(front.SHELL_CONFIG + 'cwd: "/usr"')
        for words in (("--cwd", "/usr/bin", "--config", path),
                      ("--config", path, "--cwd", "/usr/bin")):
            self.assertEqual(launch.jail(*words, "--", "pwd").out, "/usr/bin\n")

    def test_options_after_the_command(self):
        """They are the command's."""
        result = launch.jail("/bin/echo", "-Mr", config=front.SHELL_CONFIG)
        self.assertEqual(result.out, "-Mr\n")

    def test_command_without_a_slash(self):
        """Without a slash it is looked up in the jail's own `PATH`."""
        for path, status in (("/usr/bin", 0), ("/usr/lib", 255)):
            result = launch.jail("--env", f"PATH={path}", "--", "true",
                                 config=front.SHELL_CONFIG)
            self.assertEqual(result.status, status, result)

    def test_user_namespaces(self):
        """It may not, unless `allow_nested_userns: true`."""
        script = "unshare -U true && echo made || echo denied"
        for out in self.out(script):
            self.assertEqual(out, "denied\n")
        for out in self.out(script, extra="allow_nested_userns: true"):
            self.assertEqual(out, "made\n")

    def test_read_only_beneath(self):
        """It holds for every mount beneath."""
        # In the outer jail one tmpfs stands in another; the inner binds both.
        outer = """
            chroot_dir: "/" allow_nested_userns: true mount_proc: true
            is_proc_rw: true rlimit_nofile: 256
            mount { dst: "/mnt" fstype: "tmpfs" rw: true }
            mount { dst: "/mnt/sub" fstype: "tmpfs" rw: true }
            """
        inner = [files.binary("jail"), "-q", "-R", "/mnt:/mnt", "-R", "/usr",
                 "-R", "/bin", "-R", "/lib", "-R", "/lib64", "--", "/bin/sh",
                 "-c", "echo x >/mnt/sub/x"]
        result = launch.jail("-q", "--", *inner, config=outer,
                             identity=identity.USER)
        self.assertEqual(result.status, 2, result)
        self.assertIn("Read-only file system", result.err)

    def test_mandatory_file_systems(self):
        """It holds for binds; another mount that fails is an error."""
        for who in self.for_each_identity():
            result = front.shell(
                "true", identity=who,
                extra='mount { dst: "/x" fstype: "nosuchfs" mandatory: false }')
            self.refused(result, "fsopen nosuchfs: ENODEV")

    def test_procfs_without_a_pid_namespace(self):
        """It is refused: `proc: BIND` says that it is meant."""
        extra = "clone_newpid: false "
        self.refused(front.shell("true", extra=extra + "mount_proc: true"),
                     "mount_proc: needs clone_newpid")
        for out in self.out("ls -d /proc/self", extra=extra + "proc: BIND"):
            self.assertEqual(out, "/proc/self\n")

    def test_process_group(self):
        """It has a group of its own, unless stdio is its terminal."""
        for out in self.out("read -r _ _ _ _ group _ </proc/self/stat; "
                            "echo $group", "--skip_setsid",
                            extra="mount_proc: true"):
            self.assertEqual(out, "1\n")
        # tests/blackbox/terminal.py is about the other case.

    def test_mounts_without_a_mount_namespace(self):
        """They are an error."""
        self.refused(launch.jail("--disable_clone_newns", "-R", "/etc:/x",
                                 "--", "/bin/true"),
                     r"mount\[0\]: needs clone_newns")

    def test_files_of_a_tmpfs(self):
        """It has one: `nr_inodes` in `options` sets another."""
        for options, files_wanted in (("size=4M", None),
                                      ("size=4M,nr_inodes=100", 100)):
            for out in self.out(
                    "stat -f -c %c /t",
                    extra=f'mount {{ dst: "/t" fstype: "tmpfs" rw: true '
                    f'options: "{options}" }}'):
                if files_wanted:
                    self.assertEqual(int(out), files_wanted)
                else:
                    self.assertTrue(0 < int(out) < 10**6, out)

    def test_nosuid(self):
        """Every mount is nosuid, unless `disable_no_new_privs`."""
        script = "grep -v nosuid /proc/self/mounts | cut -d' ' -f2"
        for out in self.out(script, extra="mount_proc: true"):
            self.assertEqual(out, "")
        for out in self.out(script, extra="""mount_proc: true
                                             disable_no_new_privs: true"""):
            self.assertIn("/usr\n", out)

    def test_all_errors(self):
        """All are, each with line and column."""
        result = launch.jail("--", "/x", config='umask: "9"\n port: 70000\n')
        self.refused(result, r"(?s):1:1: umask: .*:2:2: port: ")

    def test_pass_fd(self):
        """It is, with a warning."""
        result = front.shell("ls /proc/self/fd | wc -l",
                             extra="pass_fd: 900 mount_proc: true")
        self.assertEqual(result.out, "4\n")
        self.assertIn("pass_fd[0]: is left out: descriptor 900 is not open",
                      result.err)

    def test_directory_as_stdin(self):
        """It is refused, and so is a block device: by it the host could be reached."""
        folder = os.open("/", os.O_RDONLY)
        try:
            result = launch.jail("--", "/bin/true", stdin=None,
                                 config=front.SHELL_CONFIG,
                                 preexec_fn=lambda: os.dup2(folder, 0))
        finally:
            os.close(folder)
        self.refused(result, "jail: stdin: is a directory")

    def test_rlimit_words(self):
        """They mean what they say."""
        for out in self.out("ulimit -v; ulimit -f", "--rlimit_as", "inf",
                            "--rlimit_fsize", "inf"):
            self.assertEqual(out, "unlimited\nunlimited\n")

    def test_abort(self):
        """`pid1: REAPER` makes it one."""
        for who in self.for_each_identity():
            result = launch.jail(
                "--", "/usr/bin/python3", "-c", "import os; os.abort()",
                identity=who, config=front.SHELL_CONFIG + "pid1: REAPER")
            self.assert_exit(result, 134)

    def test_parent_cgroup(self):
        """It is made."""
        if identity.ROOT not in identity.ALL:
            self.skipTest("needs root")
        name = f"JAILTEST{os.getpid()}"
        result = front.shell("echo ok", "--cgroup_pids_max", "8",
                             "--cgroup_pids_parent", name, "--detect_cgroupv2",
                             identity=identity.ROOT)
        made = list(pathlib.Path("/sys/fs/cgroup").glob(f"*/{name}"))
        made += list(pathlib.Path("/sys/fs/cgroup").glob(name))
        for folder in made:
            folder.rmdir()  # empty: the jail's own has gone
        self.assertEqual(result.out, "ok\n", result)

    def test_errors(self):
        """On a terminal or pipe they are `jail: text`; in a log file, log lines."""
        result = launch.jail("--", "/nowhere", config=front.SHELL_CONFIG)
        self.refused(result, r"(?m)^jail: .*/nowhere: ENOENT")
        log = files.stage() / "errors.log"
        result = launch.jail("--log", log, "--", "/nowhere",
                             config=front.SHELL_CONFIG, identity=identity.ALL[0])
        self.assertEqual((result.status, result.err), (255, ""))
        self.assertRegex(log.read_text(),
                         rf"(?m)^\[F\]{front.STAMP} .*/nowhere: ENOENT")

    def test_default_policy(self):
        """[default_deny_dangerous](../jail/seccomp/policies/default_deny_dangerous.kafel) is in force, unless `seccomp_default: NONE`, or the config asks for what it denies (`allow_nested_userns`, `keep_caps`, `CAP_SYS_ADMIN`)."""
        for extra, name in (
                ("", "default_deny_dangerous"),
                ("seccomp_default: NONE", "none"),
                ("allow_nested_userns: true", "none"),
                ("keep_caps: true", "none"),
                ('cap: "CAP_SYS_ADMIN"', "none")):
            report = launch.probe("exit", 0, extra=extra).report
            self.assertEqual(report["isolation"]["seccomp"], name)

    def policy(self, text, extra=""):
        return launch.probe("exit", 0,
                            extra=f'{extra}\nseccomp_string: "{text}"')

    def test_policy_that_denies_exec(self):
        """It is an error of the config, at the rule's line."""
        self.refused(self.policy("KILL { execve } DEFAULT ALLOW"),
                     r"\.cfg:\d+:25: seccomp_string\[0\]: answers execve with "
                     "KILL, so that the program could not start")

    def test_policy_without_a_listener(self):
        """They are refused."""
        for action in ("TRACE(1)", "USER_NOTIF"):
            self.refused(self.policy(f"{action} {{ ptrace }} DEFAULT ALLOW"),
                         "seccomp_string.*needs a .*, and a jail has none")

    def test_policy_without_no_new_privs(self):
        """The two together are an error, unless CAP_SYS_ADMIN is kept."""
        self.refused(self.policy("DEFAULT ALLOW", "disable_no_new_privs: true"),
                     "disable_no_new_privs: the kernel takes")
        self.assert_exit(self.policy(
            "DEFAULT ALLOW",
            'disable_no_new_privs: true cap: "CAP_SYS_ADMIN"'), 0)

    def test_policy_and_x32(self):
        """They are killed, unless a rule names them."""
        result = launch.probe("call", 0x40000027,
                              extra='seccomp_string: "DEFAULT ALLOW"')
        self.assertEqual(result.report["outcome"], "SECCOMP", result)

    def test_unotify(self):
        """It is JSON, with paths as the program named them."""
        path = files.stage() / "differences.json"
        launch.probe(
            "write", "/etc/../no", args=[
                "--seccomp_unotify", "--seccomp_unotify_report", path],
            identity=identity.ALL[0])
        self.assertIn("/etc/../no", [
            one["path"] for one in json.loads(path.read_text())["files"]])

    def test_not_implemented(self):
        """Not yet: they are refused, never ignored."""
        for text in ("traffic_rule { action: DROP }", "user_net { }"):
            self.refused(launch.jail("--", "/x", config=text),
                         r"\.cfg:1:1: \w+(\[0\])?: .*not implemented yet")


class Document(case.JailTestCase):

    def test_each_row_has_a_test_and_each_test_a_row(self):
        text = (files.SOURCE / "docs" / "nsjail.md").read_text()
        rows = re.findall(r"^\| (?:.+) \| (.+) \|$", text, re.MULTILINE)[1:]
        tests = [getattr(Differences, name).__doc__ for name in dir(Differences)
                 if name.startswith("test_")]
        self.assertCountEqual(rows, tests)


if __name__ == "__main__":
    case.main()
