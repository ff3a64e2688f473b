# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Command lines as people give them to nsjail: of its manual, of CTFs."""

import os
import shlex
import socket
import subprocess

from blackbox.listen import free_port, receive_all
from support import case, files, identity, launch, leaks

SYSTEM = "-R /bin -R /lib -R /lib64 -R /usr"

# Options and command, exit status, standard output.  Each runs as every
# caller.  Standard output None: not looked at.
EVERYONE = (
    # The forms of nsjail's own manual.
    ("-Mo --chroot / -- /bin/echo ABC", 0, "ABC\n"),
    ("-M o --chroot / -- /bin/echo ABC", 0, "ABC\n"),
    ("--mode=o -c / -- /bin/echo ABC", 0, "ABC\n"),
    ("-Me --chroot / --disable_proc -- /bin/echo ABC", 0, "ABC\n"),
    ("-Mo --chroot / --user 99999 --group 99999 -- /usr/bin/id -u", 0,
     "99999\n"),
    ("-Mo --chroot / -u 99999 -g 88888 -- /usr/bin/id -g", 0, "88888\n"),
    (f"-Mo {SYSTEM} -- /bin/sh -c 'exit 7'", 7, ""),
    (f"-Mo {SYSTEM} -T /tmp --cwd /tmp -- /bin/sh -c 'pwd; echo x >y; cat y'",
     0, "/tmp\nx\n"),
    (f"-Mo {SYSTEM} -H inside -- /bin/uname -n", 0, "inside\n"),
    (f"-Mo {SYSTEM} -- /bin/uname -n", 0, "NSJAIL\n"),
    (f"-Mo {SYSTEM} -H '' -- /bin/uname -n", 0, "\n"),
    (f"-Mo {SYSTEM} -E A=1 -E B=2 -E A=3 -- /usr/bin/env", 0, "A=3\nB=2\n"),
    (f"-Mo {SYSTEM} -- /usr/bin/env", 0, ""),
    (f"-Mo {SYSTEM} -- /bin/ls /proc/self/environ", 0, "/proc/self/environ\n"),
    (f"-Mo {SYSTEM} --disable_proc -- /bin/ls -d /proc", 2, ""),
    (f"-Mo {SYSTEM} --proc_path /p -- /bin/ls -d /p/self /proc", 2,
     "/p/self\n"),
    (f"-Mo {SYSTEM} -s /usr/bin:/programs -- /programs/echo hi", 0, "hi\n"),
    (f"-Mo {SYSTEM} -m none:/tmp:tmpfs:size=1000000 -- "
     "/bin/sh -c 'echo x >/tmp/y; cat /tmp/y'", 0, "x\n"),
    (f"-Mo {SYSTEM} -x /bin/echo -- shown hi", 0, "hi\n"),
    (f"-Mo {SYSTEM} --rlimit_nofile 21 --rlimit_stack 3 --rlimit_core soft "
     "-- /bin/sh -c 'ulimit -n; ulimit -s'", 0, None),
    (f"-Mo {SYSTEM} --rlimit_nofile hard --rlimit_fsize max --rlimit_cpu def "
     "--rlimit_as inf -- /bin/sh -c 'ulimit -v'", 0, "unlimited\n"),
    (f"-Mo {SYSTEM} --silent -- /bin/echo hi", 0, ""),
    (f"-Mo {SYSTEM} --max_cpus 1 -- /usr/bin/nproc", 0, "1\n"),
    (f"-Mo {SYSTEM} -t 1 -- /bin/sleep 60", 137, ""),
    (f"-Mo {SYSTEM} --experimental_mnt new -- /bin/true", 0, ""),
    (f"-Mo {SYSTEM} --detect_cgroupv2 -- /bin/true", 0, ""),
    (f"-Mo {SYSTEM} -N -- /bin/true", 0, ""),
    (f"-Mo {SYSTEM} --disable_clone_newcgroup --disable_clone_newipc "
     "--disable_clone_newuts -- /bin/true", 0, ""),
    (f"-Mo {SYSTEM} --nice_level 5 -- /usr/bin/nice", 0, "5\n"),
    (f"-Mo {SYSTEM} --keep_caps -- /bin/true", 0, ""),
    (f"-Mo {SYSTEM} --cap CAP_CHOWN -- /bin/grep CapEff /proc/self/status", 0,
     "CapEff:\t0000000000000001\n"),
    # A later mount lies upon an earlier one.
    (f"-Mo {SYSTEM} -R /proc -R /usr -- /bin/ls -d /proc/self", 0,
     "/proc/self\n"),
    (f"-Mo {SYSTEM} -T /tmp -R /etc:/tmp -- /bin/ls /tmp/passwd", 0,
     "/tmp/passwd\n"),
    (f"-Mo {SYSTEM} -R /etc:/tmp -m none:/tmp:tmpfs:rw,size=4096 "
     "-- /bin/ls /tmp", 0, ""),
    (f"-Mo {SYSTEM} -m none:/tmp:tmpfs:ro,size=4096 -- /bin/sh -c "
     "'echo x >/tmp/x'", 2, ""),
    # What stands for "none" and for "no limit".
    (f"-Mo {SYSTEM} --log /dev/null -- /bin/echo hi", 0, "hi\n"),
    (f"-Mo {SYSTEM} --proc_path '' -- /bin/ls -d /proc", 2, ""),
    (f"-Mo {SYSTEM} --rlimit_as 999999999999999 -- /bin/sh -c 'ulimit -v'", 0,
     "unlimited\n"),
    # Abbreviations, values in each form, short options together.
    (f"-qMo {SYSTEM} --host=x --time 5 -t5 -- /bin/uname -n", 0, "x\n"),
    (f"-QMo {SYSTEM} --rlimit_nofile=0x15 -- /bin/sh -c 'ulimit -n'", 0,
     "21\n"),
    # Where there is nothing to run, or nothing to parse.
    (f"-Mo {SYSTEM} -- /nowhere", 255, ""),
    ("-Mo", 255, ""),
    ("--no_such_option -- /bin/true", 255, ""),
    ("-Mo -R /nowhere -- /bin/true", 255, ""),
)

# A challenge's usual wrapper: its own user, its libraries one by one, the flag.
CTF = (
    # As a service behind a port; run here with -Mo, and over TCP below.
    "--user nobody:nobody --group nogroup:nogroup --hostname localhost "
    "--cwd /app -R {app}/flag:/app/flag -R {app}/prog:/app/prog -R /bin "
    "-R /usr/lib -R {libc} -R {loader} --detect_cgroupv2 --time_limit 30 "
    "--cgroup_pids_max 4 --cgroup_mem_max 67108864 "
    "--cgroup_cpu_ms_per_sec 500 -- ./prog",
    # Quiet, a /dev by hand.
    "--really_quiet --user nobody --group nogroup -R /lib -R /lib64 -R /bin "
    "-R /usr -T /dev -R /dev/urandom -R /dev/null -T /tmp "
    "-R {app}:/chal -D /chal --disable_proc --rlimit_cpu 10 "
    "--rlimit_as 1024 -- ./prog",
    # The whole of a root folder.
    "--user 1000:65534 --group 1000:65534 --chroot / --cwd {app} "
    "--rlimit_as 512 --rlimit_fsize 0 --keep_env -- ./prog",
)


class Manual(case.JailTestCase):

    def test_every_form_as_every_caller(self):
        env = {"PATH": "/usr/bin:/bin"}
        for who in self.for_each_identity():
            for line, status, out in EVERYONE:
                with self.subTest(line, caller=who.name):
                    result = launch.jail(*shlex.split(line), identity=who,
                                         env=env, report=False)
                    self.assertEqual(result.status, status, result)
                    if out is not None:
                        self.assertEqual(result.out, out, result)
                    if status == 255:
                        self.assertRegex(result.err, r"(?m)^jail: ")

    def test_no_namespace_at_all(self):
        """As where a platform has none to give: the rest holds."""
        line = ("-Mo --disable_clone_newuser --disable_clone_newnet "
                "--disable_clone_newns --disable_clone_newpid "
                "--disable_clone_newipc --disable_clone_newuts "
                "--disable_clone_newcgroup --disable_proc --rlimit_nofile 20 "
                "-- /bin/sh -c 'ulimit -n; unshare -U true || "
                'grep -E "CapEff|CapBnd|NoNewPrivs|Seccomp:|Groups" '
                "/proc/self/status'")
        for who in self.for_each_identity():
            result = launch.jail(*shlex.split(line), identity=who,
                                 env={"PATH": "/usr/bin:/bin", "HOME": "/"},
                                 report=False)
            if who.name == "unshare_r":  # its groups could not be left
                self.assertEqual(result.status, 255, result)
                self.assertRegex(result.err, r"setgroups: EPERM .*: hint: the "
                                 "user namespace around the launcher denies it")
                continue
            self.assertEqual(result.status, 0, result)
            limit, groups, effective, bounding, rest = result.out.split("\n", 4)
            self.assertEqual(limit, "20")
            self.assertEqual(groups.split(), ["Groups:"])
            self.assertEqual(effective, "CapEff:\t0000000000000000")
            if who.is_root:
                self.assertEqual(bounding, "CapBnd:\t0000000000000000")
            self.assertEqual(rest, "NoNewPrivs:\t1\nSeccomp:\t2\n")

    def test_config_from_a_pipe(self):
        text = (b'mount { src: "/" dst: "/" is_bind: true }'
                b'exec_bin { path: "/bin/echo" arg: "piped" }')
        for who in self.for_each_identity():
            for path in ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"):
                result = launch.jail("--config", path, identity=who,
                                     stdin=text)
                self.assert_exit(result, 0)
                self.assertEqual(result.out, "piped\n")
        result = launch.jail("--config", "/dev/stdin",
                             stdin=b"#" * (1 << 20) + b"\n")
        self.assertIn("is larger than 1048576 bytes", result.err)

    def test_policy_from_a_pipe(self):
        profile = (b'{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": '
                   b'[{"names": ["mkdir"], "action": "SCMP_ACT_KILL"}]}')
        for who in self.for_each_identity():
            for option, text in (("-P", b"KILL { mkdir } DEFAULT ALLOW"),
                                 ("--seccomp_oci", profile)):
                for path in ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"):
                    result = launch.jail(
                        "--chroot", "/", option, path, "--", "/bin/mkdir",
                        "/new", identity=who, stdin=text)
                    self.assertEqual(result.status, 159, result)
        result = launch.jail("--chroot", "/", "-P", "/dev/stdin", "--",
                             "/bin/true", stdin=b"KILL { mkdri }")
        self.assertIn("/dev/stdin:1:8: there is no syscall mkdri; did you mean",
                      result.err)

    def test_rerun(self):
        argv = launch.command([*shlex.split(f"-Mr {SYSTEM}"), "--", "/bin/echo",
                               "again"])
        with leaks.Watch():
            process = subprocess.Popen(argv, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, cwd="/")
            with process:
                self.assertEqual(process.stdout.read(18), b"again\n" * 3)
                process.terminate()
                self.assertEqual(process.wait(), 143)


class Root(case.JailTestCase):

    def run_line(self, line, **kwargs):
        if identity.ROOT not in identity.ALL:
            self.skipTest("needs root")
        return launch.jail(*shlex.split(line), identity=identity.ROOT,
                           report=False, **kwargs)

    def test_the_hosts_users(self):
        for line, out in (
                ("--disable_clone_newuser -u 99999 -g 99999 -- /usr/bin/id -u",
                 "99999\n"),
                ("-u nobody -g nogroup -- /usr/bin/id -u", "65534\n"),
                ("-u 0:65534:1 -g 0:65534:1 -- /usr/bin/id -u", "0\n"),
                ("-u 0:100000:10 -g 0:100000:10 -- "
                 "/bin/grep -c 100000 /proc/self/uid_map", "1\n")):
            result = self.run_line(f"-Mo {SYSTEM} {line}")
            self.assertEqual((result.status, result.out), (0, out), result)

    def test_a_rootfs_with_rw(self):
        root = files.stage() / "rootfs"
        for name in ("bin", "lib", "lib64", "usr", "proc", "tmp"):
            (root / name).mkdir(parents=True)
        result = self.run_line(f"-Mo -c {root} --rw {SYSTEM} -- "
                               "/bin/sh -c 'echo x >/made; ls /proc/self/fd/0'")
        self.assertEqual(result.status, 0, result)
        self.assertEqual((root / "made").read_text(), "x\n")
        result = self.run_line(f"-Mo -c {root} {SYSTEM} -- "
                               "/bin/sh -c 'echo x >/other'")
        self.assertEqual(result.status, 2, result)


class Ctf(case.JailTestCase):

    def setUp(self):
        if identity.ROOT not in identity.ALL:
            self.skipTest("such services run as root")
        self.app = files.stage() / self.id()
        self.app.mkdir()
        self.app.chmod(0o755)
        (self.app / "flag").write_text("flag{here}\n")
        (self.app / "prog").write_text(
            "#!/bin/sh\necho 'name?'; read -r x; echo \"hello $x\"; "
            "read -r y <flag; echo \"$y\"\n")
        (self.app / "prog").chmod(0o755)

    def lines(self):
        loader = "/lib64/ld-linux-x86-64.so.2"
        libc = "/lib/x86_64-linux-gnu/libc.so.6"
        if not os.path.exists(loader):  # another processor
            self.skipTest(f"no {loader} here")
        for line in CTF:
            yield shlex.split(line.format(app=self.app, loader=loader,
                                          libc=libc))

    def test_once(self):
        for line in self.lines():
            result = launch.jail("-Mo", *line, identity=identity.ROOT,
                                 stdin=b"you\n", report=False)
            self.assertEqual(result.out, "name?\nhello you\nflag{here}\n",
                             result)
            self.assertEqual(result.status, 0, result)

    def test_listening(self):
        for line in self.lines():
            port = free_port()
            argv = launch.command(["-Ml", "--port", port, *line],
                                  identity.ROOT)
            with leaks.Watch(), subprocess.Popen(
                    argv, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    cwd="/") as server:
                try:
                    for _ in range(2):
                        with self.connect(port, server) as client:
                            client.sendall(b"you\n")
                            self.assertEqual(
                                receive_all(client),
                                b"name?\nhello you\nflag{here}\n")
                finally:
                    server.terminate()
                self.assertEqual(server.wait(), 143)

    def connect(self, port, server):
        while server.poll() is None:
            try:
                return socket.create_connection(("127.0.0.1", port), 60)
            except ConnectionRefusedError:
                pass  # it does not listen yet; really_quiet says nothing of it
        raise AssertionError("the server has ended")


if __name__ == "__main__":
    case.main()
