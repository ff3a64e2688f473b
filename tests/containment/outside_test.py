# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""A jail measured from the host while it runs, and what it can't reach."""

import contextlib
import os
import pathlib
import stat
import subprocess
import tempfile
import time

from blackbox import front
from containment import holes
from support import case, files, identity, launch, leaks

BUSYBOX = "/bin/busybox"


def processes_of(pid):
    """`pid` and its descendants."""
    found = [pid]
    for child in leaks.children(pid):
        found += processes_of(child)
    return found


def status_of(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return dict(line.split(":", 1) for line in text.splitlines())


@contextlib.contextmanager
def held_jail(who, extra=""):
    """A jail whose program waits; yields (supervisor, pids of the jail)."""
    argv = launch.command(["--", "/probe", "hold"], who,
                          holes.config(extra))
    with subprocess.Popen(argv, stdout=subprocess.PIPE,
                          stdin=subprocess.DEVNULL) as process:
        try:
            assert process.stdout.readline() == b"ready\n"
            yield process.pid, processes_of(process.pid)[1:]
        finally:
            process.kill()


@contextlib.contextmanager
def host_folder():
    with tempfile.TemporaryDirectory(prefix="jail-test-") as name:
        os.chmod(name, 0o755)
        yield pathlib.Path(name)


class OutsideTest(case.JailTestCase):

    def test_the_jail_is_nobody_on_the_host(self):
        for who in self.for_each_identity():
            wanted = 65534 if who.is_root else who.host_uid
            for pid1 in ("TARGET", "REAPER"):
                with self.subTest(pid1=pid1), held_jail(
                        who, f"pid1: {pid1}") as (_, pids):
                    self.assertEqual(len(pids), 1 + (pid1 == "REAPER"))
                    for pid in pids:
                        status = status_of(pid)
                        self.assertEqual(status["Uid"].split(),
                                         [str(wanted)] * 4)
                        self.assertEqual(status["Gid"].split(),
                                         [str(wanted)] * 4)
                        self.assertEqual(status["Groups"].split(), [])
                        self.assertEqual(status["NoNewPrivs"].strip(), "1")
                        for caps in ("CapInh", "CapPrm", "CapEff", "CapBnd",
                                     "CapAmb"):
                            self.assertEqual(int(status[caps], 16), 0, caps)

    def test_signals_to_all_stay_in_the_jail(self):
        """kill(0, ...) reaches a whole process group in any pid namespace."""
        script = ("import os, signal\n"
                  "for number in (signal.SIGSTOP, signal.SIGKILL):\n"
                  "    if os.fork() == 0:\n"
                  "        os.kill(0, number)\n"
                  "        os._exit(0)\n"
                  "    os.waitpid(-1, os.WUNTRACED)\n"
                  "print('mine', flush=True)\n"
                  "signal.pause()")
        for who in self.for_each_identity():
            for extra in ("", "skip_setsid: true"):
                argv = launch.command(
                    ["-Q", "--wall_time_ms", "1000", "--", "/usr/bin/python3",
                     "-c", script], who, front.SHELL_CONFIG + extra)
                # A session of its own: what leaks must not stop this test.
                with subprocess.Popen(argv, stdout=subprocess.PIPE,
                                      stdin=subprocess.DEVNULL,
                                      start_new_session=True) as process:
                    try:
                        out, _ = process.communicate(timeout=launch.TIMEOUT)
                    finally:
                        process.kill()
                    self.assertEqual((process.returncode, out),
                                     (137, b"mine\n"), (who.name, extra))

    def test_the_launcher_is_not_in_the_jail(self):
        launcher = os.stat(files.binary("jail"))
        for who in self.for_each_identity():
            for pid1 in ("TARGET", "REAPER"):
                with self.subTest(pid1=pid1), held_jail(
                        who, f"pid1: {pid1}") as (_, pids):
                    for pid in pids:
                        # The reaper may be at its own exec still; until then
                        # it is not dumpable, so that no one can open its exe.
                        deadline = time.monotonic() + leaks.PATIENCE_SECONDS
                        while os.path.samestat(
                                os.stat(f"/proc/{pid}/exe"), launcher):
                            self.assertLess(time.monotonic(), deadline)

    def test_descriptors_seen_from_outside(self):
        for who in self.for_each_identity():
            with held_jail(who) as (_, pids):
                for pid in pids:
                    self.assertEqual(sorted(leaks.fds(pid)), [0, 1, 2])

    def test_the_reaper_gives_nothing_away(self):
        for who in self.for_each_identity():
            result = launch.jail(
                "--", "/probe", "open", "/proc/1/mem", "/proc/1/environ",
                "/proc/1/maps", "/proc/1/exe", config=holes.config(
                    "pid1: REAPER"), identity=who)
            self.assert_exit(result, 0)
            self.assertNotIn(0, result.json.values(), result)

    def test_host_paths_are_not_reachable(self):
        with host_folder() as folder:
            marker = folder / "marker"
            marker.write_text("host")
            for who in self.for_each_identity():
                for extra in ("", "pid1: REAPER", "no_pivotroot: true"):
                    with self.subTest(extra=extra):
                        paths = [f"{up}{marker}" for up in (
                            "", "/..", "/../..", "/readonly/..", "/proc/1/root",
                            "/proc/self/root", "/proc/self/cwd", "/dev/..",
                            "/proc/self/fd/../../..", "/dev/fd/../..")]
                        result = launch.jail(
                            "--", "/probe", "open", *paths, identity=who,
                            config=holes.config(extra))
                        self.assert_exit(result, 0)
                        self.assertNotIn(0, result.json.values(), result)

    def test_read_only_holds_and_the_host_is_unchanged(self):
        with host_folder() as folder:
            folder.chmod(0o777)
            (folder / "file").write_text("host")
            (folder / "file").chmod(0o666)
            for who in self.for_each_identity():
                result = launch.jail(
                    "--", "/probe", "write", "/readonly/file", "/readonly/new",
                    "/content", "/new", "/probe", "/proc/sys/kernel/hostname",
                    identity=who, config=holes.config(host_folder=str(folder)))
                self.assert_exit(result, 0)
                self.assertNotIn(0, result.json.values(), result)
            self.assertEqual((folder / "file").read_text(), "host")
            self.assertEqual(os.listdir(folder), ["file"])

    def test_submounts_are_read_only_too(self):
        # Its own mount namespace, where a submount can be made.
        with host_folder() as folder:
            (folder / "sub").mkdir()
            config = holes.write_config(host_folder=str(folder))
            words = " ".join([files.binary("jail"), "--config", config, "--",
                              "/probe", "write", "/readonly/sub/x"])
            script = (f"mount -t tmpfs -o mode=1777 x {folder}/sub && "
                      f"exec {words}")
            for who in self.for_each_identity():
                # In `unshare -rm` of a user too, as rootless containers do it.
                own = (["/usr/bin/unshare", "-m"] if who.is_root
                       else [*identity.USER.prefix, "/usr/bin/unshare", "-rm"])
                done = subprocess.run([*own, "sh", "-c", script], text=True,
                                      capture_output=True, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stdout, '{"/readonly/sub/x":30}\n')

    def test_set_user_id_programs_gain_nothing(self):
        if identity.ROOT not in identity.ALL:
            self.skipTest("only root can make a set-user-id program of root's")
        with host_folder() as folder:
            program = folder / "suid"
            program.write_bytes(pathlib.Path(files.probe()).read_bytes())
            program.chmod(0o755 | stat.S_ISUID | stat.S_ISGID)
            for who in self.for_each_identity():
                result = launch.jail(
                    "--", "/readonly/suid", identity=who,
                    config=holes.config(host_folder=str(folder)))
                self.assert_exit(result, 0)
                self.assertEqual(result.json["uids"], [holes.INSIDE_ID] * 4)
                self.assertEqual(result.json["gids"], [holes.INSIDE_ID] * 4)
                self.assertEqual(result.json["caps"]["permitted"], 0)

    def test_device_nodes_of_a_bind_are_dead(self):
        if identity.ROOT not in identity.ALL:
            self.skipTest("only root can make a device node")
        with host_folder() as folder:
            os.mknod(folder / "null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
            (folder / "null").chmod(0o666)
            for who in self.for_each_identity():
                result = launch.jail(
                    "--", "/probe", "open", "/readonly/null", identity=who,
                    config=holes.config(host_folder=str(folder)))
                self.assertEqual(result.json, {"/readonly/null": 13}, result)

    def test_symbolic_links_in_a_root_do_not_lead_out(self):
        with host_folder() as folder:
            root, outside = folder / "root", folder / "outside"
            for made in (root, outside):
                made.mkdir()
                made.chmod(0o777)
            (root / "link").symlink_to(outside)
            (root / "up").symlink_to("../outside")
            (root / "probe").touch()
            for who in self.for_each_identity():
                for target in ("/link/x", "/up/x"):
                    with self.subTest(target=target):
                        result = launch.jail(
                            "--", "/probe", "exit", "3", identity=who,
                            config=launch.PROBE_CONFIG
                            + f'chroot_dir: "{root}" is_root_rw: true\n'
                            + f'mount {{ src: "{files.probe()}" dst: "/probe" '
                            + "is_bind: true }\n"
                            + f'mount {{ dst: "{target}" fstype: "tmpfs" }}\n')
                        # Refused, or made inside: the host sees nothing.
                        self.assertIn(result.status, (3, 255), result)
                        self.assertEqual(os.listdir(outside), [])

    def test_nosymfollow(self):
        for who in self.for_each_identity():
            result = launch.jail(
                "--", BUSYBOX, "sh", "-c",
                f"{BUSYBOX} ln -s /content /scratch/l && "
                f"{BUSYBOX} cat /scratch/l", identity=who,
                config=holes.config(
                    f'mount {{ src: "{BUSYBOX}" dst: "{BUSYBOX}" '
                    "is_bind: true }"))
            self.assertEqual(result.status, 1, result)
            self.assertIn("Too many levels of symbolic links", result.err)

    def test_every_tmpfs_has_a_limit_of_files(self):
        for who in self.for_each_identity():
            for extra in ("", 'options: "size=4m"', 'options: "mode=1777"'):
                with self.subTest(options=extra):
                    result = launch.jail(
                        "--", BUSYBOX, "stat", "-f", "-c", "%c", "/mem", "/",
                        "/dev/shm", identity=who, config=holes.config(
                            f'mount {{ src: "{BUSYBOX}" dst: "{BUSYBOX}" '
                            "is_bind: true }\n"
                            'mount { dst: "/mem" fstype: "tmpfs" rw: true '
                            f"{extra} }}"))
                    self.assert_exit(result, 0)
                    for inodes in result.out.split():
                        # 0 is none; the kernel's own default is millions.
                        self.assertGreater(int(inodes), 0)
                        self.assertLessEqual(int(inodes), 1 << 17)


if __name__ == "__main__":
    case.main()
