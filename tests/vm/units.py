# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""The units of examples/systemd: started, used, stopped, failed on purpose.

Runs in the machine of tests/vm/run.
"""

import contextlib
import http.client
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess

from support import case, files, wait

UNITS = files.SOURCE / "examples" / "systemd"
SYSTEM = pathlib.Path("/etc/systemd/system")
CONFIGS = pathlib.Path("/etc/jail")
# The jail's cgroup, in the unit's.
IN_UNIT = r"─jail\.\d+\.\d+\."
TESTER = pwd.getpwnam("tester")
SHELL = """
mount { src: "/usr" dst: "/usr" is_bind: true }
mount { src: "usr/bin" dst: "/bin" is_symlink: true }
mount { src: "usr/lib" dst: "/lib" is_symlink: true }
mount { src: "usr/lib64" dst: "/lib64" is_symlink: true }
mount { dst: "/var/lib/deep" fstype: "tmpfs" rw: true }
uidmap { inside_id: "65534" outside_id_if_root: "65534" }
gidmap { inside_id: "65534" outside_id_if_root: "65534" }
time_limit: 0
cgroup_mem_max: 104857600
cgroup_pids_max: 20
exec_bin { path: "/bin/sh" arg: "-c" arg: "%s" }
"""


def run(*argv, check=True):
    done = subprocess.run([str(a) for a in argv], capture_output=True,
                          text=True, timeout=150, check=False)
    if check and done.returncode != 0:
        raise AssertionError(f"{argv}: {done.returncode}\n{done.stdout}"
                             f"{done.stderr}")
    return done


def as_tester(*argv, **kwargs):
    return run("setpriv", f"--reuid={TESTER.pw_uid}",
               f"--regid={TESTER.pw_gid}", "--clear-groups", "env",
               f"HOME={TESTER.pw_dir}",
               f"XDG_RUNTIME_DIR=/run/user/{TESTER.pw_uid}", *argv, **kwargs)


def journal(unit, *args):
    """The messages of a unit, once they have all been written."""
    run("journalctl", "--sync")
    return run("journalctl", "-u", unit, "-o", "cat", "-q", *args).stdout


def setUpModule():
    link = pathlib.Path("/usr/bin/jail")
    link.unlink(missing_ok=True)
    link.symlink_to(files.binary("jail"))
    for name in ("jail@.service", "jail-listen.socket", "jail-listen.service"):
        shutil.copy(UNITS / name, SYSTEM)
    CONFIGS.mkdir(exist_ok=True)
    shutil.copy(files.SOURCE / "examples" / "listen.cfg", CONFIGS)
    home = pathlib.Path(TESTER.pw_dir)
    for folder in (".config/systemd/user", ".config/jail"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    shutil.copy(UNITS / "user" / "jail@.service", home / ".config/systemd/user")
    run("chown", "-R", f"{TESTER.pw_uid}:{TESTER.pw_gid}", home / ".config")
    # What is asked of systemd while it boots waits for long.
    run("systemctl", "is-system-running", "--wait", check=False)
    run("systemctl", "daemon-reload")
    run("systemctl", "start", f"user@{TESTER.pw_uid}.service")


def tearDownModule():
    run("systemctl", "stop", "jail-listen.socket", "jail-listen.service",
        check=False)


class Instance(case.JailTestCase):

    def write(self, name, script, extra=""):
        (CONFIGS / f"{name}.cfg").write_text(SHELL % script + extra)
        return f"jail@{name}.service"

    def show(self, unit, name):
        return run("systemctl", "show", "-P", name, unit).stdout.strip()

    def test_starts_runs_and_stops(self):
        unit = self.write("good", "echo it works; exec sleep 1000",
                          "rlimit_stack: 8")  # has no effect: a warning
        run("systemctl", "start", unit)
        status = run("systemctl", "status", unit).stdout
        self.assertIn("active (running)", status)
        self.assertRegex(status, r'Status: "running /bin/sh as pid \d+')
        self.assertRegex(status, IN_UNIT)
        run("systemctl", "stop", unit)
        # Not "failed": a failed unit is kept, a good one forgotten.
        self.assertEqual(self.show(unit, "ActiveState"), "inactive")
        text = journal(unit)
        self.assertIn("Deactivated successfully", text)
        self.assertIn("it works", text)
        self.assertRegex(text, r"pid=\d+ \(\[STANDALONE MODE\]\) terminated")
        self.assertNotIn("<6>", text)
        warnings = journal(unit, "-p", "warning")
        self.assertIn("rlimit_stack", warnings)
        self.assertNotIn("terminated", warnings)
        self.assertEqual(journal(unit, "-p", "err"), "")

    def test_that_cant_be_made_fails_to_start_and_says_why(self):
        unit = self.write("bad", "true",
                          'mount { src: "/nowhere" dst: "/x" is_bind: true }')
        start = run("systemctl", "start", unit, check=False)
        self.assertNotEqual(start.returncode, 0)
        self.assertEqual(self.show(unit, "ExecMainStatus"), "255")
        errors = journal(unit, "-p", "err")
        self.assertIn("/nowhere: ENOENT", errors)
        status = run("systemctl", "status", unit, check=False).stdout
        self.assertIn("/nowhere: ENOENT", status)

    def await_end(self, unit):
        wait.until(lambda: self.show(unit, "ActiveState")
                   not in ("active", "deactivating"))

    def test_that_reaches_a_limit_fails_and_says_which(self):
        unit = self.write("slow", "sleep 1000", "wall_time_ms: 2000")
        run("systemctl", "start", unit)
        self.await_end(unit)
        self.assertEqual(self.show(unit, "Result"), "exit-code")
        self.assertIn("run time >= time limit", journal(unit))

    def test_that_is_killed_leaves_nothing(self):
        unit = self.write("killed", "exec sleep 1000")
        run("systemctl", "start", unit)
        os.kill(int(self.show(unit, "MainPID")), signal.SIGKILL)
        self.await_end(unit)
        self.assertEqual(self.show(unit, "Result"), "signal")
        self.assertEqual(self.show(unit, "ControlGroup"), "")


class AsDocumented(case.JailTestCase):
    """The [Service] section of docs/cgroups.md: two lines, and a user."""

    def test_delegate(self):
        config = CONFIGS / "documented.cfg"
        config.write_text(SHELL % "exit 7")
        for user in ("root", TESTER.pw_name):
            report = f"/tmp/{user}.json"
            done = run("systemd-run", "--quiet", "--pipe", "--wait",
                       f"--uid={user}", "--property=Delegate=yes", "jail",
                       "--config", config, "--report", report, check=False)
            self.assertEqual(done.returncode, 7, done.stderr)
            isolation = json.loads(pathlib.Path(report).read_text())["isolation"]
            self.assertEqual(isolation["cgroup"]["source"], "DELEGATED")
            self.assertEqual(isolation["limits_not_in_force"], [])


class Listen(case.JailTestCase):

    def test_is_started_by_the_first_client(self):
        run("systemctl", "start", "jail-listen.socket")
        self.assertEqual(run("systemctl", "is-active", "jail-listen.service",
                             check=False).stdout, "inactive\n")
        for _ in range(2):
            with socket.create_connection(("127.0.0.1", 9000)) as client:
                client.sendall(b"hello\n")
                client.shutdown(socket.SHUT_WR)
                got = b""
                while data := client.recv(4096):
                    got += data
            self.assertEqual(got, b"you said: hello\n")
        status = run("systemctl", "status", "jail-listen.service").stdout
        self.assertRegex(status, r'Status: "(listening|\d+ connections)')
        self.assertIn("connection from [::ffff:127.0.0.1]",
                      journal("jail-listen.service"))
        run("systemctl", "stop", "jail-listen.socket", "jail-listen.service")
        self.assertEqual(run("systemctl", "show", "-P", "ActiveState",
                             "jail-listen.service").stdout, "inactive\n")


    def test_with_a_faulty_config_fails_and_says_why(self):
        config = CONFIGS / "listen.cfg"
        self.addCleanup(config.write_text, config.read_text())
        config.write_text("mode: LISTN")
        done = run("systemctl", "start", "jail-listen.service", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("listen.cfg:1:7: mode: takes one of", journal(
            "jail-listen.service", "-p", "err"))


class Evalctl(case.JailTestCase):
    """evalctl.socket and evalctl.service, as docs/evalctl-serve.md has them."""

    SHARE = pathlib.Path("/usr/share/jail")
    CONFIG = SHARE / "evalctl.cfg"
    UNITS = ("evalctl.socket", "evalctl.service")

    @classmethod
    def setUpClass(cls):
        shutil.copy(files.binary("evalctl"), "/usr/bin/evalctl")
        cls.SHARE.mkdir(exist_ok=True)
        examples = files.SOURCE / "examples"
        shutil.copytree(examples / "evalctl", cls.SHARE / "evalctl",
                        dirs_exist_ok=True)
        run("useradd", "--system", "--shell", "/usr/sbin/nologin", "evalctl")
        for unit in cls.UNITS:
            shutil.copy(UNITS / unit, SYSTEM)
        run("systemctl", "daemon-reload")

    def setUp(self):
        shutil.copy(files.SOURCE / "examples/evalctl.cfg", self.CONFIG)
        run("systemctl", "start", "evalctl.socket")

    def tearDown(self):
        run("systemctl", "stop", *self.UNITS, check=False)
        run("systemctl", "reset-failed", *self.UNITS, check=False)

    def show(self, name):
        return run("systemctl", "show", "-P", name,
                   "evalctl.service").stdout.strip()

    def post(self, path, request):
        client = http.client.HTTPConnection("127.0.0.1", 8060, timeout=60)
        with contextlib.closing(client):
            client.request("POST", path, json.dumps(request))
            answer = client.getresponse()
            text = answer.read()
            self.assertEqual(answer.status, 200, text)
            return json.loads(text)

    def assert_answers(self):
        told = self.post("/v1/eval", {"code": "print(6 * 7)"})
        self.assertEqual(told["commands"][0]["stdout"]["text"], "42\n", told)

    def test_is_started_by_the_first_request_and_limits_memory(self):
        self.assertEqual(self.show("ActiveState"), "inactive")
        self.assert_answers()
        told = self.post("/eval", {"input": "bytearray(200 << 20)"})
        self.assertEqual(told["returncode"], 137, told)
        forks = "import os\ntry:\n  while os.fork(): pass\nexcept OSError: pass"
        told = self.post("/v1/eval", {"code": forks, "limits": {"pids": 8}})
        self.assertIn("pids", [
            hit["name"] for hit in told["commands"][0]["limits_met"]], told)
        # A user of its own, and nothing that it would have to do without.
        uid = os.stat(f"/proc/{self.show('MainPID')}").st_uid
        self.assertEqual(pwd.getpwuid(uid).pw_name, "evalctl")
        text = journal("evalctl.service")
        self.assertNotIn("not in force", text)
        self.assertNotIn("<6>", text)
        status = run("systemctl", "status", "evalctl.service").stdout
        self.assertIn("active (running)", status)
        self.assertIn('Status: "serving on ', status)
        self.assertIn("jail.supervisor", status)
        this = "_SYSTEMD_INVOCATION_ID=" + self.show("InvocationID")
        run("systemctl", "stop", *self.UNITS)
        self.assertEqual(self.show("ActiveState"), "inactive")
        self.assertEqual(self.show("Result"), "success")
        self.assertEqual(journal("evalctl.service", "-p", "err", this), "")

    def test_is_reloaded_with_a_config_and_without_one(self):
        self.assert_answers()
        config = self.CONFIG.read_text()
        self.CONFIG.write_text(config.replace('default_profile: "python"',
                                              'default_profile: "bash"'))
        run("systemctl", "reload", "evalctl.service")
        wait.until(lambda: self.post("/v1/eval", {"code": "echo $0"})
                       ["profile"] == "bash")
        self.CONFIG.write_text(config + "nonsense: 1")
        run("systemctl", "reload", "evalctl.service")
        wait.until(lambda: "; with the old config: " in
                       self.show("StatusText"))
        self.assertIn("nonsense", journal("evalctl.service", "-p", "err"))
        self.assertEqual(self.show("ActiveState"), "active")
        self.assertEqual(self.post("/v1/eval", {"code": "echo $0"})["profile"],
                         "bash")

    def test_that_cant_start_says_why(self):
        self.CONFIG.write_text("nonsense: 1")
        start = run("systemctl", "start", "evalctl.service", check=False)
        self.assertNotEqual(start.returncode, 0)
        self.assertIn("evalctl.cfg:1:", journal("evalctl.service", "-p", "err"))
        self.assertIn("evalctl.cfg:1:", run(
            "systemctl", "status", "evalctl.service", check=False).stdout)

    def test_where_openat2_is_hidden(self):
        done = run("systemd-run", "--quiet", "--pipe",
                   "--property=RestrictSUIDSGID=yes", "evalctl", "serve",
                   check=False)
        self.assertRegex(done.stderr, "openat2 /: hint: .*RestrictSUIDSGID=")

    def test_that_is_killed_starts_again(self):
        self.assert_answers()
        killed = self.show("MainPID")
        os.kill(int(killed), signal.SIGKILL)
        wait.until(lambda: self.show("ActiveState") == "active" and
                       self.show("MainPID") not in ("0", killed))
        self.assert_answers()


class User(case.JailTestCase):

    def test_unit_of_a_user(self):
        config = pathlib.Path(TESTER.pw_dir) / ".config/jail/mine.cfg"
        config.write_text(SHELL % "echo of a user; exec sleep 1000")
        config.chmod(0o644)
        as_tester("systemctl", "--user", "daemon-reload")
        as_tester("systemctl", "--user", "start", "jail@mine.service")
        status = as_tester("systemctl", "--user", "status", "jail@mine.service")
        self.assertIn("running /bin/sh as pid", status.stdout)
        self.assertRegex(status.stdout, IN_UNIT)
        as_tester("systemctl", "--user", "stop", "jail@mine.service")
        state = as_tester("systemctl", "--user", "show", "-P", "ActiveState",
                          "jail@mine.service")
        self.assertEqual(state.stdout, "inactive\n")
        config.write_text("mode: ONC")
        start = as_tester("systemctl", "--user", "start", "jail@mine.service",
                          check=False)
        self.assertNotEqual(start.returncode, 0)
        run("journalctl", "--sync")
        self.assertIn("mine.cfg:1:7: mode: takes one of", run(
            "journalctl", "_SYSTEMD_USER_UNIT=jail@mine.service", "-q", "-p",
            "err").stdout)


if __name__ == "__main__":
    os.chdir("/")
    case.main()
