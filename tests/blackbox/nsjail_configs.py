# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Ways of writing a config that nsjail's users have, and what each does."""

import json
import os
import textwrap

from support import case, files, identity, launch

SYSTEM = """
mount { src: "/usr" dst: "/usr" is_bind: true }
mount { src: "/lib" dst: "/lib" is_bind: true rw: false }
mount { src: "/lib64" dst: "/lib64" is_bind: true mandatory: false }
mount { src: "/bin" dst: "/bin" is_bind: true }
"""

# Config text, shell script, standard output.  Each as every caller.
TABLE = (
    # --- Notation ------------------------------------------------------------
    ('description: "one\ntwo # and\nthree"\ndescription: \'four\'',
     "echo ok", "ok\n"),
    ('hostname: "a" "b" "c"', "uname -n", "abc\n"),
    ("hostname: 'it'", "uname -n", "it\n"),
    ('hostname : "x" ; envar : [ "A=1" , "B=2" ] , # end', "echo $A$B",
     "12\n"),
    ('mount < dst: "/t" fstype: "tmpfs" rw: true >',
     "echo x >/t/y && cat /t/y", "x\n"),
    ("mode: 1 log_level: 1", "echo ok", "ok\n"),
    ("rlimit_nofile_type: 0 rlimit_nofile: 0x15", "ulimit -n", "21\n"),
    ('envar: "A=\\x41\\102\\n"', 'echo "$A"', "AB\n\n"),
    ('envar: "A=\N{SNOWMAN}"', "echo $A", "\N{SNOWMAN}\n"),
    # --- Environment ---------------------------------------------------------
    ('envar: "HOME"', "echo $HOME", "/callers/home\n"),
    ("keep_env: true", "echo $HOME", "/callers/home\n"),
    ('keep_env: true envar: "HOME=/other"', "echo $HOME", "/other\n"),
    ("keep_env: false", "echo $HOME", "\n"),
    # --- Mounts --------------------------------------------------------------
    # With tmpfs's own mode, 1777, the kernel refuses to open another user's
    # device with O_CREAT.
    ('mount { dst: "/dev" fstype: "tmpfs" options: "mode=755,size=8388608" '
     'rw: true }\n'
     'mount { src: "/dev/null" dst: "/dev/null" is_bind: true rw: true }',
     "echo gone >/dev/null && echo x >/dev/file && cat /dev/file /dev/null",
     "x\n"),
    ('mount { src: "/nowhere" dst: "/a" is_bind: true mandatory: false }\n'
     'mount { src: "/nowhere" dst: "/b" is_dir: true is_bind: true '
     'mandatory: false }', "ls -d /a /b 2>&1 | grep -c 'No such'", "2\n"),
    ('mount { src: "usr/bin" dst: "/programs" is_symlink: true }',
     "/programs/readlink /programs", "usr/bin\n"),
    ('mount { src_content: "one\\ntwo\\n" dst: "/etc/made" }',
     "cat /etc/made; (echo x >/etc/made) 2>&1 | grep -o Read-only",
     "one\ntwo\nRead-only\n"),
    ('mount { src_content: "one\\n" dst: "/etc/made" is_bind: true }',
     "cat /etc/made", "one\n"),
    ('mount { src: "/etc" dst: "/a" is_bind: true fstype: "tmpfs" }',
     "ls /a/passwd", "/a/passwd\n"),
    ('mount { src: "usr/bin" dst: "/programs" is_symlink: true is_bind: true }',
     "/programs/readlink /programs", "usr/bin\n"),
    ('mount_proc: true mount { dst: "/proc" fstype: "proc" }',
     "ls -d /proc/self", "/proc/self\n"),
    ('mount { prefix_src_env: "PREFIX" src: "/bin" dst: "/from" is_bind: true }',
     "/from/echo ok", "ok\n"),
    ('mount { src: "/usr/bin" prefix_dst_env: "PREFIX" dst: "/again" '
     'is_bind: true }', "ls -d /usr/again 2>&1; ls -d /usr/x/again",
     None),
    ('mount { dst: "/t" fstype: "tmpfs" options: "size=1M,mode=0700" rw: true '
     'noexec: true nosuid: true nodev: true }',
     "echo '#!/bin/sh' >/t/x; chmod 755 /t/x; /t/x 2>&1 | "
     "grep -o 'Permission denied'", "Permission denied\n"),
    ('mount { src: "/etc/" dst: "/etc/" is_bind: true }', "ls -d /etc/passwd",
     "/etc/passwd\n"),
    ("mount_proc: true", "ls -d /proc/self", "/proc/self\n"),
    ("mount_proc: false", "ls -d /proc/self 2>&1 | grep -c No", "1\n"),
    ('mount { dst: "/proc" fstype: "proc" rw: false }', "ls -d /proc/self",
     "/proc/self\n"),
    # --- Limits --------------------------------------------------------------
    ("rlimit_fsize: 0", "echo ok", "ok\n"),
    ("rlimit_as_type: INF", "ulimit -v", "unlimited\n"),
    ("rlimit_core_type: SOFT rlimit_core: 5", "ulimit -c", None),
    ("rlimit_cpu: 7 rlimit_cpu_type: VALUE", "ulimit -t", "7\n"),
    ("disable_rl: true", "echo ok", "ok\n"),
    ("time_limit: 0 max_cpus: 1", "nproc", "1\n"),
    ("nice_level: 3", "nice", "3\n"),
    # --- Process -------------------------------------------------------------
    ("pass_fd: 100 pass_fd: 101", "ls /proc/self/fd | tr '\\n' ' '",
     "0 1 2 3 "),
    ("keep_caps: true", "grep -c 'CapEff:.*0000$' /proc/self/status || true",
     "0\n"),
    ('cap: "CAP_KILL"', "grep CapEff /proc/self/status",
     "CapEff:\t0000000000000020\n"),
    ("skip_setsid: true", "echo ok", "ok\n"),
    ("disable_no_new_privs: true", "grep NoNewPrivs /proc/self/status",
     "NoNewPrivs:\t0\n"),
    ("log_fd: 2 log_level: DEBUG", "echo ok", "ok\n"),
    ("persona_addr_no_randomize: true", "cat /proc/self/personality",
     "00040000\n"),
    # --- Namespaces and network ----------------------------------------------
    ("clone_newnet: false", "ls /proc/self/ns/net", "/proc/self/ns/net\n"),
    ("iface_no_lo: true", "grep -c lo: /proc/net/dev", "1\n"),
    ("clone_newcgroup: false clone_newipc: false clone_newuts: false",
     "echo ok", "ok\n"),
    ("clone_newtime: true", "echo ok", "ok\n"),
)

ENV = {"HOME": "/callers/home", "PREFIX": "/usr"}

ROOT_TABLE = (
    ("clone_newuser: false", "id -u", "0\n"),
    ('clone_newuser: false uidmap { inside_id: "99999" } '
     'gidmap { inside_id: "99999" }', "id -u", "99999\n"),
    ('uidmap { inside_id: "nobody" outside_id: "nobody" count: 1 } '
     'gidmap { inside_id: "nogroup" outside_id: "nogroup" }', "id -u",
     "65534\n"),
    ('uidmap { inside_id: "0" outside_id: "100000" count: 1000 } '
     'gidmap { inside_id: "0" outside_id: "100000" count: 1000 }',
     "cat /proc/self/uid_map | tr -s ' '", " 0 100000 1000\n"),
    ("nice_level: -5", "nice", "-5\n"),
    ("cgroup_mem_max: 67108864 cgroup_pids_max: 8 "
     "cgroup_cpu_ms_per_sec: 500", "echo ok", "ok\n"),
)


def with_proc(text):
    wants_its_own = "/proc" in text or "mount_proc" in text
    return text if wants_its_own else text + "\nmount_proc: true"


class Table(case.JailTestCase):

    def check(self, table, who):
        for text, script, out in table:
            with self.subTest(text, caller=who.name):
                result = launch.jail(
                    "--", "/bin/sh", "-c", script, identity=who, env=ENV,
                    config=with_proc(text) + SYSTEM, report=False)
                self.assertNotEqual(result.status, 255, result)
                if out is not None:
                    self.assertEqual(result.out, out, result)

    def test_everyones(self):
        for who in self.for_each_identity():
            self.check(TABLE, who)

    def test_roots(self):
        if identity.ROOT not in identity.ALL:
            self.skipTest("needs root")
        self.check(ROOT_TABLE, identity.ROOT)


class Whole(case.JailTestCase):

    def test_json(self):
        config = files.stage() / "whole.json"
        config.write_text(json.dumps({
            "name": "json", "mode": "ONCE", "time_limit": 5,
            "mount": [{"src": p, "dst": p, "is_bind": True}
                      for p in ("/usr", "/lib", "/lib64", "/bin")],
            "exec_bin": {"path": "/bin/echo", "arg": ["from", "json"]}}))
        for who in self.for_each_identity():
            for more in ((), ("--config_format=json",)):
                result = launch.jail("--config", config, *more, identity=who)
                self.assert_exit(result, 0)
                self.assertEqual(result.out, "from json\n")

    def test_mode_execve(self):
        for who in self.for_each_identity():
            result = launch.jail(
                "--", "/bin/sh", "-c", "echo $HOME; exit 6", identity=who,
                config=f'mode: EXECVE envar: "HOME=/x" {SYSTEM}', report=False)
            self.assertEqual((result.status, result.out), (6, "/x\n"), result)

    def test_exec_bin_and_the_command_line(self):
        config = SYSTEM + textwrap.dedent("""
            exec_bin { path: "/bin/sh" arg: "-c" arg: "echo $0; echo config"
                       arg0: "shown" }
            """)
        for who in self.for_each_identity():
            result = launch.jail(identity=who, config=config)
            self.assertEqual(result.out, "shown\nconfig\n", result)
            result = launch.jail("--", "/bin/echo", "mine", identity=who,
                                 config=config)
            self.assertEqual(result.out, "mine\n", result)

    def test_a_descriptor_that_is_open_is_passed_and_no_other(self):
        read, write = os.pipe()
        os.set_inheritable(write, True)
        other = os.dup(write)
        for who in self.for_each_identity():
            result = launch.jail(
                "--", "/bin/sh", "-c", "ls /proc/self/fd | tr '\\n' ' '",
                identity=who, pass_fds=(write, other),
                config=f"mount_proc: true pass_fd: {write} pass_fd: 900"
                + SYSTEM)
            # ls itself opens the folder.
            seen = set(map(int, result.out.split()))
            self.assertIn(write, seen)
            self.assertEqual(len(seen - {0, 1, 2, write}), 1, result)
            self.assertIn("pass_fd[1]: is left out: descriptor 900 is not open",
                          result.err)
        for fd in (read, write, other):
            os.close(fd)


if __name__ == "__main__":
    case.main()
