# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""examples/snek.cfg: Python from strangers."""

import concurrent.futures
import json

from examples import example
from support import case, identity

SEE = """
import json, os, pathlib, socket
note = pathlib.Path.home() / "note.txt"
note.write_text("written inside")
print(json.dumps({
    "host": socket.gethostname(), "uid": os.getuid(), "gid": os.getgid(),
    "groups": os.getgroups(), "cwd": os.getcwd(), "pid": os.getpid(),
    "note": note.read_text(), "root": sorted(os.listdir("/")),
    "home": sorted(os.listdir("/home")), "env": sorted(os.environ),
    "interfaces": [n for _, n in socket.if_nameindex()],
    "processes": sorted(p for p in os.listdir("/proc") if p.isdigit())}))
"""

# Tries each, and prints the error's name.
DENIED = """
import errno, os, socket
def attempt(what, *args):
    try:
        what(*args)
        print("done")
    except OSError as e:
        print(errno.errorcode[e.errno])
attempt(open, "/usr/x", "w")
attempt(open, "/x", "w")
attempt(open, "/etc/passwd", "a")
attempt(os.remove, "/etc/passwd")
attempt(os.chmod, "/usr", 0o777)
attempt(socket.create_connection, ("192.0.2.1", 80), 1)
attempt(os.execv, "/tmp/x", ["x"])
attempt(os.setuid, 0)
attempt(os.kill, 1, 0)
"""

FILL = """
import os, sys
def until_error(step):
    number = 0
    try:
        while number < 10000:
            step(number)
            number += 1
    except OSError as e:
        return number, e.errno
    return number, 0
"""


class Snek(case.JailTestCase):

    def python(self, program, who, **kwargs):
        return example.run("snek", "python3", "-c", program, identity=who,
                           **kwargs)

    def test_sees_what_its_comment_says(self):
        for who in self.for_each_identity():
            result = self.python(SEE, who)
            self.assert_exit(result, 0)
            seen = json.loads(result.out)
            self.assertEqual(seen["host"], "snek")
            self.assertEqual((seen["uid"], seen["gid"]), (65534, 65534))
            self.assertEqual(set(seen["groups"]) - {65534}, set())
            self.assertEqual(seen["cwd"], "/home")
            self.assertEqual(seen["note"], "written inside")
            self.assertEqual(seen["home"], ["note.txt"])
            self.assertEqual(seen["root"], [
                "bin", "dev", "etc", "home", "lib", "lib64", "proc", "tmp",
                "usr"])
            self.assertEqual(seen["interfaces"], ["lo"])
            self.assertEqual(seen["processes"], ["2"])
            self.assertEqual(seen["pid"], 2)
            self.assertEqual(seen["env"], [
                "HOME", "LANG", "PATH", "PYTHONDONTWRITEBYTECODE",
                "PYTHONUNBUFFERED"])

    def test_limits_by_cgroup_are_in_force_or_told(self):
        for who in self.for_each_identity():
            result = self.python("pass", who)
            self.assert_exit(result, 0)
            isolation = result.report["isolation"]
            held = {limit["name"] for limit in isolation["limits"]}
            lost = {limit["name"]
                    for limit in isolation["limits_not_in_force"]}
            for name in ("cgroup_mem_max", "cgroup_pids_max",
                         "cgroup_cpu_ms_per_sec"):
                self.assertEqual(name in held, name not in lost)
                self.assertEqual(f"{name} " in result.err, name in lost)
            if who is identity.ROOT:
                self.assertEqual(lost, set())

    def test_home_goes_with_the_jail(self):
        for who in self.for_each_identity():
            for _ in range(2):
                result = self.python("import os; print(os.listdir('.'));"
                                     "open('x', 'w')", who)
                self.assertEqual(result.out, "[]\n")

    def test_cannot_change_or_reach_anything_else(self):
        for who in self.for_each_identity():
            result = self.python("open('/tmp/x', 'w').write('#!/bin/sh');"
                                 "import os; os.chmod('/tmp/x', 0o755)\n"
                                 + DENIED, who)
            self.assert_exit(result, 0)
            self.assertEqual(result.out.split(), [
                "EROFS", "EROFS", "EROFS", "EROFS", "EROFS", "ENETUNREACH",
                "EACCES", "EINVAL", "done"])

    def test_abort_is_sigabrt(self):
        for who in self.for_each_identity():
            result = self.python("import os; os.abort()", who)
            self.assert_exit(result, 134)
            self.assertEqual(result.report["signal_name"], "SIGABRT")

    def limit(self, step, before=""):
        """How many times `step` (an expression of n) went well, by caller."""
        program = (f"{FILL}{before}\nprint(*until_error(lambda n: {step}))\n"
                   "sys.stdout.flush()\nos._exit(0)")
        for who in self.for_each_identity():
            result = self.python(program, who)
            self.assert_exit(result, 0)
            number, error = map(int, result.out.split())
            yield number, error

    def test_address_space(self):
        for number, error in self.limit("kept.append(mmap.mmap(-1, 2**24))",
                                        "import mmap; kept = []"):
            self.assertEqual(error, 12)  # ENOMEM
            self.assertTrue(40 < number < 64, number)  # of 16 MiB: 1 GiB

    def test_open_files(self):
        for number, error in self.limit("os.dup(0)"):
            self.assertEqual((number, error), (125, 24))  # EMFILE

    def test_processes(self):
        for number, error in self.limit(
                "os.fork() or os.read(hold, 1)",
                "hold, keep = os.pipe()"):
            self.assertEqual(error, 11)  # EAGAIN
            # The cgroup's 64, or the rlimit's 72 behind them.
            self.assertTrue(50 <= number < 72, number)

    def test_file_size(self):
        for number, error in self.limit(
                "os.truncate('sparse', (n + 1) << 20)", "open('sparse', 'w')"):
            self.assertEqual((number, error), (48, 27))  # EFBIG

    def test_size_of_home(self):
        for number, error in self.limit(
                "open(str(n), 'wb', 0).write(bytes(2**20)) == 2**20 "
                "or open('/home/none', 'wb', 0).write(b'x')"):
            self.assertEqual(error, 28)  # ENOSPC
            self.assertLessEqual(number, 48)

    def test_files_in_home(self):
        for number, error in self.limit("open(str(n), 'w').close()"):
            self.assertEqual(error, 28)  # ENOSPC
            self.assertTrue(4000 < number < 4096, number)

    def ends(self, program, outcome, limit, args=()):
        def one(who):
            return self.python(program, who, args=args)

        with concurrent.futures.ThreadPoolExecutor() as pool:
            for result in pool.map(one, identity.ALL):
                self.assert_exit(result, 137)
                self.assertEqual(result.report["outcome"], outcome, result)
                self.assertEqual(result.report["limit"]["name"], limit)

    def test_wall_time(self):
        self.ends("import time; time.sleep(60)", "WALL_TIME", "time_limit")

    def test_cpu_time_of_all_processes_together(self):
        # Together 6 s; none of them reaches that alone.  The wall-time limit is
        # taken away: this machine may have other things to do.
        self.ends("import os\nfor _ in range(3): os.fork()\nwhile 1: pass",
                      "CPU_TIME", "cpu_time_ms", ["--time_limit", "0"])


if __name__ == "__main__":
    case.main()
