# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Configs and command lines as code-running services give them to nsjail.

Both configs are ours, in the shape of those that snekbox and codebox bring;
what they keep in a container's root stands in a folder of the test.
"""

import re
import shutil
import signal
import subprocess
import textwrap

from support import case, files, identity, launch, leaks

# As snekbox takes a line of the log apart.
LOG_LINE = re.compile(
    r"^\[(?P<level>[DIWEF])\]\[(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
    r"[+-]\d{4})\](\[(?P<pid>\d+)\])? (?P<message>.+)$")

ALL_NAMESPACES = """
    clone_newnet: true
    clone_newuser: true
    clone_newns: true
    clone_newpid: true
    clone_newipc: true
    clone_newuts: true
    clone_newcgroup: true
"""
NOBODY = """
    uidmap { inside_id: "65534" outside_id: "65534" count: 1 }
    gidmap { inside_id: "65534" outside_id: "65534" count: 1 }
"""


def bind(path, source=None):
    return f'mount {{ src: "{source or path}" dst: "{path}" is_bind: true }}\n'


class Service(case.JailTestCase):
    """One folder and one config for all the tests of a class."""

    def setUp(self):
        if identity.ROOT not in identity.ALL:
            self.skipTest("these services run as root")
        self.folder = files.stage() / self.id()
        self.folder.mkdir()
        self.folder.chmod(0o755)
        self.home = self.folder / "home"
        self.home.mkdir()
        self.home.chmod(0o777)
        self.log = self.folder / "log"
        self.config = self.folder / "service.cfg"
        self.config.write_text(self.write_config())

    def messages(self):
        """Level and message of each line of the log."""
        matches = [LOG_LINE.match(line)
                   for line in self.log.read_text().splitlines()]
        self.assertNotIn(None, matches, self.log.read_text())
        return [(m["level"], m["message"]) for m in matches]

    def assert_log_tells(self, pattern):
        """A line at level I that begins with pid=, as the wrappers show it."""
        told = [text for level, text in self.messages() if level == "I"]
        self.assertNotEqual(
            [t for t in told if re.fullmatch(pattern, t)], [], told)


class Snekbox(Service):
    """Python on a tmpfs that the service fills, with cgroup limits."""

    SWAP = ()

    def write_config(self):
        tools = self.folder / "snekbin"
        (tools / "python" / "default" / "bin").mkdir(parents=True)
        shutil.copy("/usr/bin/python3", tools / "python/default/bin/python")
        (self.folder / "snekbox" / "user_base").mkdir(parents=True)
        threads = "".join(
            f'envar: "{name}_NUM_THREADS=15"\n'
            for name in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR"))
        return textwrap.dedent(f"""
            name: "snekbox"
            description: "Runs Python"

            mode: ONCE
            hostname: "snekbox"
            cwd: "/home"
            time_limit: 6
            keep_env: false
            envar: "LANG=en_US.UTF-8"
            {threads}
            envar: "PYTHONDONTWRITEBYTECODE=true"
            envar: "PYTHONIOENCODING=utf-8:strict"
            envar: "PYTHONUNBUFFERED=true"
            envar: "PYTHONUSERBASE=/snekbox/user_base"
            envar: "PYTHON_COLORS=1"
            envar: "HOME=/home"
            keep_caps: false
            rlimit_as: 700
            rlimit_fsize_type: INF
            {ALL_NAMESPACES} {NOBODY}
            mount_proc: false
            mount {{
              src: "/etc/ld.so.cache"
              dst: "/etc/ld.so.cache"
              is_bind: true
              rw: false
            }}
            {bind("/lib")}
            mount {{ src: "/lib64" dst: "/lib64" is_bind: true
                     mandatory: false }}
            {bind("/snekbox", self.folder / "snekbox")}
            {bind("/usr/lib")}
            {bind("/snekbin", tools)}
            {bind("/usr/local/bin/python", "/usr/bin/python3")}
            {bind("/usr/local/lib")}
            mount {{
              dst: "/dev/shm"
              fstype: "tmpfs"
              rw: true
              options: "size=40m"
            }}
            cgroup_mem_max: 73400320
            cgroup_mem_swap_max: 0
            cgroup_mem_mount: "/sys/fs/cgroup/memory"
            cgroup_pids_max: 15
            cgroup_pids_mount: "/sys/fs/cgroup/pids"
            iface_no_lo: true
            """)

    def argv(self, *args, extra=(), executable="/snekbin/python/default/bin/python"):
        return [files.binary("jail"), "--config", str(self.config),
                "--log", str(self.log), "--bindmount", f"{self.home}:home",
                *self.SWAP, *extra, "--", executable, *args]

    def run_snek(self, *args, **kwargs):
        return subprocess.run(
            self.argv(*args, **kwargs), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=launch.TIMEOUT, check=False)

    def test_output_and_files(self):
        with leaks.Watch():
            done = self.run_snek(
                "-c", "import os, sys; print('out'); print('err', file="
                "sys.stderr); open('made', 'w').write('x'); "
                "print(os.getcwd(), os.getuid(), *sorted(os.listdir('/')))")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(done.stdout, (
            "out\nerr\n/home 65534 "
            "dev etc home lib lib64 snekbin snekbox usr\n"))
        self.assertEqual((self.home / "made").read_text(), "x")
        self.assert_log_tells(
            r"Executing '/snekbin/python/default/bin/python' for "
            r"'\[STANDALONE MODE\]'")
        self.assert_log_tells(
            r"pid=\d+ \(\[STANDALONE MODE\]\) exited with status: 0, "
            r"\(PIDs left: 0\)")

    def test_the_targets_status(self):
        self.assertEqual(self.run_snek("-c", "exit(3)").returncode, 3)
        done = self.run_snek("-c", "1 / 0")
        self.assertEqual(done.returncode, 1)
        self.assertIn("ZeroDivisionError", done.stdout)

    def test_crash(self):
        done = self.run_snek("-c", "import ctypes; ctypes.string_at(0)")
        self.assertEqual(done.returncode, 139, done.stdout)
        self.assert_log_tells(
            r"pid=\d+ \(\[STANDALONE MODE\]\) terminated with signal: SIGSEGV "
            r"\(11\), \(PIDs left: 0\)")

    def test_time_limit(self):
        done = self.run_snek("-c", "import time; print(1); time.sleep(60)",
                             extra=["--time_limit", "1"])
        self.assertEqual((done.returncode, done.stdout), (137, "1\n"))
        self.assert_log_tells(
            r"pid=\d+ run time >= time limit \(\d+ >= 1\) "
            r"\(\[STANDALONE MODE\]\)\. Killing it")

    def test_memory(self):
        with leaks.Watch():
            done = self.run_snek("-c", "x = bytearray(100 << 20)")
        self.assertEqual((done.returncode, done.stdout), (137, ""))
        self.assert_log_tells(r"pid=\d+ .*terminated with signal: SIGKILL .*")

    def test_processes(self):
        done = self.run_snek("-c", textwrap.dedent("""
            import os, time
            for n in range(100):
                try:
                    if os.fork() == 0:
                        time.sleep(60)
                except OSError as e:
                    print(n, e.errno)
                    break
            """))
        self.assertEqual((done.returncode, done.stdout), (0, "14 11\n"))

    def test_no_network_not_even_lo(self):
        done = self.run_snek("-c", textwrap.dedent("""
            import socket
            for address in ("192.0.2.1", "127.0.0.1"):
                try:
                    socket.create_connection((address, 80), 1)
                except OSError as e:
                    print(e.errno)
            """))
        self.assertEqual((done.returncode, done.stdout), (0, "101\n101\n"))

    def test_sigterm_of_the_server(self):
        with leaks.Watch():
            process = subprocess.Popen(
                self.argv("-c", "import time; print(1); time.sleep(60)"),
                stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
            with process:
                self.assertEqual(process.stdout.read(1), b"1")
                process.terminate()
                self.assertEqual(process.wait(), 143)

    def test_missing_program(self):
        done = self.run_snek(executable="/snekbin/none")
        self.assertEqual((done.returncode, done.stdout), (255, ""))
        (level, why), last = [m for m in self.messages() if m[0] in "EF"]
        self.assertEqual(level, "F")
        self.assertIn("/snekbin/none: ENOENT", why)
        # Wrappers look for this to tell such an end from the program's own.
        self.assertEqual(last, ("E", "Couldn't launch the child process"))
        self.assertNotIn("Executing", self.log.read_text())

    def test_bad_arguments_are_told_where_the_service_looks(self):
        # Before the log is known: on stderr, which snekbox reads as a log then.
        done = self.run_snek(extra=["--no_such_option"])
        self.assertEqual(done.returncode, 255)
        told = done.stdout + (self.log.read_text() if self.log.exists() else "")
        self.assertIn("no_such_option", told)


class SnekboxWithoutSwapAccounting(Snekbox):
    """The pair of options that it gives where the kernel counts no swap."""

    SWAP = ("--cgroup_mem_memsw_max", "0", "--cgroup_mem_swap_max", "-1")


class Codebox(Service):
    """Any language, with the limits on the command line."""

    def write_config(self):
        venv = self.folder / "venv"
        (venv / "bin").mkdir(parents=True)
        (venv / "bin" / "python").symlink_to("/usr/bin/python3")
        return textwrap.dedent(f"""
            name: "codebox"
            description: "Runs commands"
            hostname: "codebox"
            keep_env: false
            envar: "LANG=en_US.UTF-8"
            envar: "PYTHONIOENCODING=utf-8:strict"
            envar: "RUSTUP_HOME=/usr/local/rustup"
            envar: "CARGO_HOME=/usr/local/cargo"
            envar: "PATH=/venv/bin:/usr/local/cargo/bin:/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
            keep_caps: false
            rlimit_as: 4096
            rlimit_fsize: 5
            {ALL_NAMESPACES} {NOBODY}
            iface_no_lo: true
            mount_proc: true
            {bind("/etc/")} {bind("/lib")} {bind("/lib64")} {bind("/usr/bin")}
            {bind("/usr/lib")} {bind("/usr/local")} {bind("/bin")}
            {bind("/dev/null")} {bind("/venv", venv)}
            mount {{
              dst: "/tmp"
              fstype: "tmpfs"
              rw: true
              noexec: true
              nodev: true
              nosuid: true
              options: "size=10485760"
            }}
            """)

    def argv(self, *command):
        return [files.binary("jail"), "--config", str(self.config),
                "--env", "HOME=/sandbox", "--cwd", "/sandbox",
                "--bindmount", f"{self.home}:/sandbox", "--log", str(self.log),
                "--cgroup_mem_max", "64000000", "--cgroup_pids_max", "12",
                "--cgroup_mem_swap_max", "0", "--", *command]

    def run_box(self, *command, text=""):
        return subprocess.run(self.argv(*command), input=text, text=True,
                              capture_output=True, check=False,
                              timeout=launch.TIMEOUT)

    def test_python_with_stdin(self):
        (self.home / "main.py").write_text(
            "import os, pathlib\nprint(input(), os.environ['HOME'],"
            " os.getcwd(), pathlib.Path('/proc/self').exists())\n")
        done = self.run_box("/venv/bin/python", "main.py", text="hi\n")
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (0, "hi /sandbox /sandbox True\n", ""))
        self.assert_log_tells(r"pid=\d+ .*exited with status: 0.*")

    def test_files_stay_between_commands(self):
        script = "echo kept >note; exit 4"
        self.assertEqual(self.run_box("/bin/bash", "-c", script).returncode, 4)
        self.assertEqual(self.run_box("/bin/cat", "note").stdout, "kept\n")

    def test_program_of_the_user(self):
        program = self.home / "prog"
        program.write_text("#!/bin/sh\necho mine\n")
        program.chmod(0o755)
        self.assertEqual(self.run_box("./prog").stdout, "mine\n")

    def test_memory(self):
        done = self.run_box("/usr/bin/python3", "-c", "x = bytearray(90 << 20)")
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (137, "", ""))

    def test_processes(self):
        done = self.run_box(
            "/bin/bash", "-c", "for i in {1..40}; do sleep 60 & done; echo no")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("fork: ", done.stderr)

    def test_file_size(self):
        done = self.run_box("/usr/bin/head", "-c", "6M", "/dev/zero")
        self.assertEqual(done.returncode, 1)  # no /dev/zero
        done = self.run_box("/usr/bin/python3", "-c",
                            "open('f', 'wb').write(bytes(6 << 20))")
        self.assertEqual(done.returncode, 1)
        self.assertIn("File too large", done.stderr)

    def test_missing_and_empty_command(self):
        for command in (("/nowhere",), ()):
            done = self.run_box(*command)
            self.assertEqual((done.returncode, done.stdout, done.stderr),
                             (255, "", ""))
            self.assertIn(self.messages()[-1][0], "EF")

    def test_time_out_is_sigkill_of_the_launcher(self):
        with leaks.Watch():
            process = subprocess.Popen(
                self.argv("/bin/bash", "-c", "echo 1; sleep 60 & sleep 60"),
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                stdin=subprocess.DEVNULL)
            with process:
                self.assertEqual(process.stdout.read(1), b"1")
                process.kill()
                # Ends: nothing of the jail holds the pipe.
                self.assertEqual(process.stdout.read(), b"\n")
                self.assertEqual(process.wait(), -signal.SIGKILL)


if __name__ == "__main__":
    case.main()
