# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""The shipped policies in a jail, as a config names them."""

import pathlib
import signal

from support import case, identity, launch

LOADS = pathlib.Path(__file__).resolve().parent / "loads"
# The load stands inside: it may lie where another user can't look.
CONFIG = """
hostname: "loads"
time_limit: 240
pid1: REAPER
mount {{ src: "/usr" dst: "/usr" is_bind: true nodev: true }}
mount {{ src: "usr/bin" dst: "/bin" is_symlink: true }}
mount {{ src: "usr/lib" dst: "/lib" is_symlink: true }}
mount {{ src: "usr/lib64" dst: "/lib64" is_symlink: true }}
mount {{ src: "/etc/ld.so.cache" dst: "/etc/ld.so.cache" is_bind: true mandatory: false }}
mount {{ src: "/etc/alternatives" dst: "/etc/alternatives" is_bind: true mandatory: false }}
mount {{ dst: "/tmp" fstype: "tmpfs" options: "size=256m,mode=1777" rw: true }}
mount {{ src_content: {load} dst: "/load/{name}" }}
dev_preset: true
proc: FRESH
cwd: "/tmp"
envar: "HOME=/tmp"
envar: "PATH=/usr/local/bin:/usr/bin:/bin"
envar: "LANG=C.UTF-8"
rlimit_as_type: INF
rlimit_fsize: 256
rlimit_nofile: 1024
{policy}
"""


def quoted(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n") + '"'


def run(policy, name, *command, who):
    if policy:
        policy = f'seccomp_string: "{policy}"'
    config = CONFIG.format(policy=policy, name=name,
                           load=quoted((LOADS / name).read_text()))
    return launch.jail("--", *command, identity=who, config=config,
                       timeout=280)


class Jailed(case.JailTestCase):

    def assert_done(self, result):
        self.assert_exit(result, 0)
        self.assertEqual(result.out.splitlines()[-1:], ["done"], result)

    def test_python(self):
        for who in self.for_each_identity([identity.ALL[0]]):
            self.assert_done(run("USE python DEFAULT KILL", "load.py",
                                 "/usr/bin/python3", "/load/load.py", "/tmp",
                                 who=who))

    def test_node(self):
        for who in self.for_each_identity([identity.ALL[0]]):
            self.assert_done(run("USE node DEFAULT KILL", "load.js",
                                 "/usr/bin/node", "/load/load.js", "/tmp",
                                 who=who))

    def test_gcc_and_a_native_program_under_the_default(self):
        build = "gcc -O1 -o /tmp/native /load/native.c -pthread && "
        for who in self.for_each_identity():
            self.assert_done(run(
                "", "native.c",
                "/bin/sh", "-c", build + "/tmp/native /tmp </dev/null",
                who=who))

    def test_what_a_policy_is_not_for_is_told(self):
        for who in self.for_each_identity():
            result = run("USE native_minimal DEFAULT KILL", "load.py",
                         "/usr/bin/python3", "-c",
                         "import socket; socket.socket()", who=who)
            self.assertEqual(result.status, 128 + signal.SIGSYS, result)
            self.assertEqual(result.report["outcome"], "SECCOMP", result)


if __name__ == "__main__":
    case.main()
