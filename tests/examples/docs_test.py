# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Each command line of the pages that people read, in order, as it stands.

docs/policy-tools.md has a test of its own, policy_walk_test.py.
"""

import json
import os
import re
import subprocess

from support import case, files

TIMEOUT = 300
COMMAND = re.compile(
    r"    (?:\$ )?((?:jail|jailctl|evalctl|echo|curl|jq|docker|loginctl|mkdir"
    r"|tools/\S+|build/bin/\S+) .*|\./tools/\S+)")
# Where else each of these is run, or why it can't be here.
ELSEWHERE = {
    "README.md": {
        "./tools/quickstart": "installs packages",
        "tools/runtimes install": "installs packages",
        "evalctl serve &": "evalctl/serve_test.py, with a port of its own",
        "curl -s 127.0.0.1:8060": "evalctl/serve_test.py",
    },
    "docs/evalctl.md": {"evalctl ": "lines of usage: what --help prints"},
    "docs/evalctl-serve.md": {
        "evalctl serve": "evalctl/serve_test.py, with addresses of its own",
        "curl -s localhost:8060": "evalctl/serve_test.py",
        "curl -s 127.0.0.1:8060": "of the unit: tests/vm",
    },
    "docs/dialects.md": {},
    "docs/limits.md": {},
    "docs/seccomp.md": {},
    "docs/cgroups.md": {
        "loginctl enable-linger": "needs systemd: tests/vm",
        "mkdir -p /sys/fs/cgroup": "bombs/places.py",
        "docker run": "needs Docker: tests/vm/containers.py",
        "jailctl gc": "would look at others' cgroups: blackbox/gc tests",
    },
}
BAD = """name: "my"
chroot: "/srv"
uidmap { inside_id: "65534" outside_id_if_root: "65534" }
gidmap { inside_id: "65534" outside_id_if_root: "65534" }
mode: ONCEE
exec_bin { path: "/bin/true" }
"""
REQUESTS = ('{"id":"1","profile":"bash","code":"echo 1"}\n'
            '{"id":"2","profile":"bash","code":"echo 2"}\n')


def commands(page):
    """(command, what is shown beneath it)."""
    found = []
    lines = (files.SOURCE / page).read_text().splitlines()
    while lines:
        line = lines.pop(0)
        match = COMMAND.fullmatch(line)
        if not match:
            continue
        command = match[1]
        if here := re.search(r"<<'(\w+)'", command):
            while lines[0].strip() != here[1]:
                command += "\n" + lines.pop(0)[4:]
            command += "\n" + lines.pop(0)[4:] + "\n"
        shown = []
        if line.startswith("    $ "):
            while lines and lines[0].startswith("    ") and not (
                    lines[0].startswith("    $ ")):
                shown.append(lines.pop(0)[4:])
        found.append((command, shown))
    return found


class Docs(case.JailTestCase):
    maxDiff = None

    def setUp(self):
        self.folder = files.stage() / self._testMethodName
        self.folder.mkdir()
        for name in ("examples", "tools", "jail"):
            (self.folder / name).symlink_to(files.SOURCE / name)
        (self.folder / "build").symlink_to(files.BUILD)

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def run_page(self, page):
        """(command, shown, result) of each that can run here."""
        elsewhere = dict.fromkeys(ELSEWHERE[page], False)
        ran = []
        for command, shown in commands(page):
            known = [word for word in elsewhere if command.startswith(word)]
            if known:
                elsewhere[known[0]] = True
                continue
            ran.append((command, shown, subprocess.run(
                ["bash", "-c", command], cwd=self.folder, text=True,
                capture_output=True, timeout=TIMEOUT, check=False,
                env={**os.environ,
                     "PATH": f"{files.BUILD}/bin:{os.environ['PATH']}"})))
        self.assertEqual([word for word, met in elsewhere.items() if not met],
                         [], "is no longer in the page")
        return ran

    def test_readme(self):
        text = (files.SOURCE / "README.md").read_text()
        self.write("my.cfg", re.search(
            r"Save this as `my.cfg`:\n\n(.*?)\n\n", text, re.DOTALL)[1])
        self.write("bad.cfg", BAD)
        ran = self.run_page("README.md")
        self.assertGreater(len(ran), 12)
        for command, shown, result in ran:
            told = f"{command}\n{result.stdout}\n{result.stderr}"
            if "bad.cfg" in command or command.endswith("-- /py"):
                self.assertEqual(result.returncode, 255, told)
                self.assertEqual(self.version_free(result.stderr),
                                 self.version_free("\n".join(shown)) + "\n")
            elif "while 1" in command:
                self.assertEqual(result.returncode, 137, told)
            elif "socket.socket()" in command:
                self.assertEqual(result.returncode, 159, told)
                self.assertRegex(result.stderr, r"called socket\(")
            elif "os.chroot" in command:
                self.assertEqual(result.returncode, 1, told)
                self.assertRegex(result.stderr, r"denied 1 call of chroot \(EPER"
                                 r"M\): .*default_deny_dangerous\.kafel:\d+")
            elif "--seccomp_unotify" in command:
                # It opens what is not there.
                self.assertEqual(result.returncode, 1, told)
                self.assertIn("/etc/passwd",
                              (self.folder / "touched.json").read_text())
            elif "jq -c '.outcome, .limit'" in command:
                outcome, limit = map(json.loads, result.stdout.splitlines())
                self.assertEqual(json.dumps(outcome), shown[0])
                as_shown = json.loads(shown[1])
                self.assertEqual(limit.keys(), as_shown.keys())
                self.assertEqual(limit["name"], as_shown["name"])
            else:
                # What is weak in a config is an exit status of its own.
                self.assertIn(result.returncode,
                              (0, 1) if "jailctl" in command else (0,), told)
                out = [line for line in shown if not line.startswith("[I]")]
                if out:
                    self.assertEqual(result.stdout.splitlines(), out, told)

    @staticmethod
    def version_free(text):
        """Without warnings, and without the loader's name."""
        text = re.sub(r"^\[W\].*\n", "", text, flags=re.MULTILINE)
        return re.sub(r"lib64/\S+", "lib64/LOADER", text)

    def test_evalctl(self):
        self.assertEqual(self.run_page("docs/evalctl.md"), [])
        told = subprocess.run([files.binary("evalctl"), "--help"], text=True,
                              capture_output=True, check=True).stdout
        for command, _ in commands("docs/evalctl.md"):
            self.assertIn(command.split()[1], told)

    def test_evalctl_serve(self):
        self.write("requests.jsonl", REQUESTS)
        ran = self.run_page("docs/evalctl-serve.md")
        self.assertEqual(len(ran), 2)
        for command, _, result in ran:
            told = f"{command}\n{result.stdout}\n{result.stderr}"
            self.assertEqual(result.returncode, 0, told)
            lines = (self.folder / "responses.jsonl").read_text().splitlines()
            self.assertEqual([json.loads(line)["id"] for line in lines],
                             ["1", "2"])

    def test_dialects(self):
        parts = {"snekbox": ("stdout", "1\n"), "pybox": ("result", 2),
                 "quartermaster": ("stdout", "1\n"),
                 "python-executor": ("result", 1)}
        ran = self.run_page("docs/dialects.md")
        self.assertEqual(len(ran), 5)
        for command, _, result in ran:
            self.assertEqual(result.returncode, 0, f"{command}\n{result}")
            answer = json.loads(result.stdout)
            if "codebox" in command:
                self.assertEqual(answer[0]["stdout"], "hi\n")
            else:
                name, value = parts[command.split()[-1]]
                self.assertEqual(answer[name], value, command)

    def test_limits(self):
        self.write("bomb.py", "x = [b'x' * (1 << 20) for i in range(10000)]")
        ran = self.run_page("docs/limits.md")
        self.assertEqual(len(ran), 2)
        for command, _, result in ran:
            if command.startswith("jq"):
                self.assertEqual(result.returncode, 0, result)
                self.assertNotEqual(result.stdout, "")
            else:
                self.assertNotEqual(result.returncode, 0, result)

    def test_seccomp(self):
        self.write("my.kafel", "DEFAULT ALLOW\n")
        self.write("old.kafel", "DEFAULT ALLOW\n")
        self.write("new.kafel", "KILL { ptrace } DEFAULT ALLOW\n")
        self.write("app.py", "print(1)\n")
        ran = self.run_page("docs/seccomp.md")
        self.assertEqual(len(ran), 6)
        for command, _, result in ran:
            self.assertEqual(result.returncode, 1 if " diff " in command else 0,
                             f"{command}\n{result}")

    def test_cgroups(self):
        self.assertEqual(self.run_page("docs/cgroups.md"), [])


if __name__ == "__main__":
    case.main()
