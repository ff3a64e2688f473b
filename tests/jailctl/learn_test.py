# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""jailctl policy learn: a command runs under the policy that it wrote."""

import os
import pathlib
import select
import shutil
import signal
import subprocess
import tempfile

from blackbox import front
from support import case, files, identity, launch

PYTHON = """
import socket, subprocess, sys, threading, time
done = []
def work(i):
    time.sleep(0.001 * i)
    done.append(sum(range(10000 * i)))
threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
for t in threads: t.start()
for t in threads: t.join()
assert len(done) == 6
assert subprocess.run([sys.executable, "-c", "print(6 * 7)"],
                      capture_output=True, text=True).stdout == "42\\n"
a, b = socket.socketpair()
a.sendall(b"x"); assert b.recv(1) == b"x"
print("all done")
"""
BASH = """
set -e
f=$(mktemp); trap 'rm -f "$f"' EXIT
for i in 1 2 3; do echo "$i" | tr 123 abc >> "$f"; done
(sleep 0.01; true) & wait
sort -r "$f" | head -n 1
"""
GCC = """
set -e
cd /tmp
echo 'int puts(const char*); int main(void) { puts("compiled"); }' > p.c
gcc -o program p.c
./program
"""
CONFIG = front.SHELL_CONFIG + """
mount { dst: "/tmp" fstype: "tmpfs" rw: true }
mount { src: "/dev/null" dst: "/dev/null" is_bind: true rw: true }
envar: "PATH=/usr/bin"
time_limit: 240
"""


def learn(*args, prefix=(), timeout=300):
    return subprocess.run(
        [*prefix, files.binary("jailctl"), "policy", "learn", *map(str, args)],
        capture_output=True, text=True, timeout=timeout, check=False,
        cwd=files.stage())


class LearnTest(case.JailTestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=files.stage()))
        self.folder.chmod(0o777)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def policy(self, *args, prefix=()):
        """Learns; returns the policy's path."""
        path = self.folder / "learned.kafel"
        path.unlink(missing_ok=True)
        result = learn("--output", path, *args, prefix=prefix)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn("jailctl:", result.stderr)
        check = subprocess.run([files.binary("jailctl"), "policy", "check", path],
                               capture_output=True, text=True, check=False,
                               timeout=60)
        self.assertEqual(check.returncode, 0, check.stderr + path.read_text())
        path.chmod(0o644)
        return path

    def run_under(self, path, *command, identity=identity.ALL[0]):
        return launch.jail("--seccomp_policy", path, "--", *command,
                           identity=identity, config=CONFIG)


class ACommandRunsUnderItsPolicy(LearnTest):
    def check(self, command, output):
        """Learned in a jail, and run in the same."""
        for who in self.for_each_identity():
            path = self.policy("--config", launch.write_config(CONFIG),
                               "--runs", 2, "--", *command, prefix=who.prefix)
            result = self.run_under(path, *command, identity=who)
            self.assert_exit(result, 0)
            self.assertEqual(result.out, output, path.read_text())

    def test_python_with_threads_and_children(self):
        self.check(["/usr/bin/python3", "-c", PYTHON], "all done\n")

    def test_bash_with_pipes_and_jobs(self):
        self.check(["/bin/bash", "-c", BASH], "c\n")

    def test_a_jail_of_two_architectures(self):
        # What i386 does not have (newfstatat) is no error there.
        config = CONFIG + 'seccomp_arch: "i386"\n'
        path = self.policy("--config", launch.write_config(config), "--",
                           "/bin/ls", "/")
        result = launch.jail("-P", path, "--", "/bin/ls", "/", config=config)
        self.assert_exit(result, 0)

    def test_gcc(self):
        self.check(["/bin/sh", "-c", GCC], "compiled\n")


class WhatIsLearned(LearnTest):
    def decide(self, path, *words):
        result = subprocess.run(
            [files.binary("jailctl"), "policy", "eval", path, *words],
            capture_output=True, text=True, check=True, timeout=60)
        return result.stdout.split(": ")[1].split(",")[0]

    def test_what_was_not_called_is_killed(self):
        path = self.policy("--", "/bin/echo", "hello")
        self.assertEqual(self.decide(path, "write"), "ALLOW")
        self.assertEqual(self.decide(path, "ptrace"), "KILL_PROCESS")
        self.assertEqual(self.decide(path, "socket", "AF_INET"), "KILL_PROCESS")
        self.assertEqual(self.decide(path, "clone3"), "ERRNO(ENOSYS)")
        result = self.run_under(
            path, "/usr/bin/python3", "-c",
            "import socket; socket.socket(socket.AF_INET)")
        self.assertEqual(result.status, 128 + signal.SIGSYS, result)

    def test_arguments_count(self):
        path = self.policy(
            "--", "/usr/bin/python3", "-c",
            "import socket; socket.socket(socket.AF_UNIX).close()")
        self.assertEqual(self.decide(path, "socket", "AF_UNIX"), "ALLOW")
        self.assertEqual(self.decide(path, "socket", "AF_INET"), "KILL_PROCESS")

    def test_runs_add_up(self):
        marker = self.folder / "second"
        script = (f'if [ -e {marker} ]; then mkdir {self.folder}/made; '
                  f'else : > {marker}; fi')
        path = self.policy("--runs", "2", "--", "/bin/sh", "-c", script)
        # Another program makes the folder, in the second run alone.
        self.assertEqual(self.decide(path, "mkdir"), "ALLOW")
        self.assertIn("from 2 runs of", path.read_text())

    def test_children_and_threads_are_counted(self):
        text = self.policy(
            "--", "/usr/bin/python3", "-c",
            "import os, threading\n"
            "t = threading.Thread(target=int); t.start(); t.join()\n"
            "if os.fork() == 0: os._exit(0)\n"
            "os.wait()").read_text()
        self.assertIn("1 processes and 1 threads were started", text)

    def test_the_policy_goes_to_standard_output(self):
        result = learn("--", "/bin/echo", "hello")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(result.stdout.startswith("// Learned by jailctl"))
        self.assertEqual(result.stderr, "hello\n")


class WhenItGoesWrong(LearnTest):
    def test_no_such_command(self):
        result = learn("--", "/nowhere/x")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, "")
        self.assertIn("execve /nowhere/x: ENOENT", result.stderr)
        self.assertIn("was not started", result.stderr)

    def test_a_bad_end_is_told(self):
        result = learn("--", "/bin/sh", "-c", "exit 3")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("note: run 1 ended with exit status 3", result.stderr)

    def test_a_config_with_a_policy(self):
        path = launch.write_config(
            CONFIG + 'seccomp_string: "DEFAULT ALLOW"\n')
        result = learn("--config", path, "--", "/bin/true")
        self.assertEqual(result.returncode, 1)
        self.assertIn("has a policy, which would stand in the way",
                      result.stderr)

    def test_a_config_with_a_listener(self):
        path = launch.write_config(CONFIG + "seccomp_unotify: true\n")
        result = learn("--config", path, "--", "/bin/true")
        self.assertEqual(result.returncode, 1)
        self.assertIn("seccomp_unotify: the kernel allows one listener",
                      result.stderr)

    def test_a_config_from_a_pipe(self):
        result = learn("--config", "/dev/stdin", "--", "/bin/true")
        self.assertEqual(result.returncode, 1)
        self.assertIn("/dev/stdin: is empty when it has been read",
                      result.stderr)

    def test_a_jail_that_cannot_be_made(self):
        path = launch.write_config('mount { src: "/nowhere" dst: "/x" '
                                   'is_bind: true }')
        result = learn("--config", path, "--", "/bin/true")
        self.assertEqual(result.returncode, 1)
        self.assertIn("the command was not started: jail's end was exit "
                      "status 255", result.stderr)

    def test_a_wrong_command_line(self):
        for words, expected in (([], "wants a command"),
                                (["true"], "learn wants -- before true"),
                                (["--runs", "0", "--", "true"],
                                 "a number from 1 to 1000"),
                                (["--run", "1", "--", "true"],
                                 "unknown option --run")):
            with self.subTest(words=words):
                result = learn(*words)
                self.assertEqual(result.returncode, 2)
                self.assertIn(expected, result.stderr)

    def start(self, *args):
        """A learner whose command waits; its policy, and the command's pid."""
        path = self.folder / "learned.kafel"
        process = subprocess.Popen(
            [files.binary("jailctl"), "policy", "learn", "--output", path,
             *map(str, args)], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        return process, path, int(process.stdout.readline())

    def test_a_signal_ends_the_command_and_the_policy_is_written(self):
        # As for a server, which does not end by itself.
        script = "trap 'mkdir /proc/x; exit 0' TERM INT HUP; echo $$; " \
                 "while :; do sleep 0.1; done"
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            for runs in (1, 3):
                with self.subTest(number=number, runs=runs):
                    process, path, _ = self.start(
                        "--runs", runs, "--", "/bin/sh", "-c", script)
                    process.send_signal(number)
                    self.assertEqual(process.wait(60), 0)
                    self.assertIn(f"stopped by signal {int(number)}",
                                  process.stderr.read())
                    text = path.read_text()
                    self.assertIn("mkdir", text)
                    self.assertIn("from 1 run of", text)
                    path.unlink()

    def test_a_jail_is_ended_by_a_signal_too(self):
        process, path, _ = self.start(
            "--config", launch.write_config(CONFIG), "--", "/bin/sh", "-c",
            "echo $$; mkdir /tmp/x; exec sleep 600")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 0)
        self.assertIn("mkdir", path.read_text())

    def test_what_does_not_end_is_killed(self):
        # It ignores the signal, and has left its parent and the session.
        process, path, child = self.start(
            "--", "/bin/sh", "-c", "setsid sh -c 'trap \"\" TERM; echo $$; "
            "while :; do sleep 1; done' &")
        pidfd = os.pidfd_open(child)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 0)
        self.assertTrue(select.select([pidfd], [], [], 0)[0])
        os.close(pidfd)
        self.assertIn("setsid", path.read_text())

    def test_a_daemon_is_learned_to_its_end(self):
        path = self.policy(
            "--", "/bin/sh", "-c",
            "(setsid sh -c 'sleep 0.3; mkdir /proc/x; exit 0' &) ; exit 0")
        self.assertIn("mkdir", path.read_text())

    def test_children_that_the_caller_ignores(self):
        """A learner whose caller ignores SIGCHLD hears of its command's end."""
        result = learn("--", "/bin/sh", "-c", "exit 3", prefix=(
            "/usr/bin/python3", "-c", "import os, signal, sys; "
            "signal.signal(signal.SIGCHLD, signal.SIG_IGN); "
            "os.execv(sys.argv[1], sys.argv[1:])"))
        self.assertIn("run 1 ended with exit status 3", result.stderr)

    def test_a_learner_that_is_killed_leaves_nothing(self):
        read, write = os.pipe()
        process = subprocess.Popen(
            [files.binary("jailctl"), "policy", "learn", "--", "/bin/sh", "-c",
             "echo $$ >&2; exec cat"], stdin=read, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        os.close(read)
        child = int(process.stderr.readline())
        pidfd = os.pidfd_open(child)
        process.kill()
        process.wait()
        # Readable when the process has ended: no timeout is right or wrong.
        self.assertTrue(select.select([pidfd], [], [], 60)[0])
        os.close(pidfd)
        os.close(write)
        process.stderr.close()


if __name__ == "__main__":
    case.main()
